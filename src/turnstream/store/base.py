"""The interfaces for storing threads, items and attachments, and the rules for every store in this package.

- **Owners.** Every operation acts for the owner of its `context`. Another owner's data behaves as if it did
  not exist.
- **Order.** Threads and items keep the order in which they were first saved. Saving one again updates it in
  place; timestamps do not affect the order.
- **Cursors.** `after` is the id of the last row of the previous page. If that row was deleted, the store
  raises `NotFoundError`, and the reader starts again.
- **Copies.** A store returns copies and copies its arguments: changing either does not change stored data.
- **Text.** In stored text, a split surrogate pair becomes its character, a lone surrogate becomes U+FFFD, and
  U+0000 is kept. Ids and owners contain neither lone surrogates nor U+0000: no row has such an id, and saving
  under it, or any operation for such an owner, raises `ValueError`.
- **Deletion.** Deleting a missing row does nothing, so it can be repeated. What deletes many items makes no
  other writer wait for long: a store may do it in steps, the newest items first and a thread itself last, so
  that what a crash leaves is still found and deleting again finishes.
"""

import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal

from typing_extensions import TypeVar

from turnstream.errors import NotFoundError, NotSupportedError, TurnstreamError
from turnstream.store.owners import owner_of
from turnstream.types import Attachment, AttachmentCreateParams, Page, ThreadItem, ThreadMetadata

__all__ = [
    "AttachmentStore",
    "NotFoundError",
    "OwnedId",
    "StorageError",
    "StorageFullError",
    "Store",
    "StoreItemType",
    "TContext",
    "default_generate_id",
]

TContext = TypeVar("TContext", default=Any)

StoreItemType = Literal[
    "thread", "message", "tool_call", "task", "workflow", "attachment", "sdk_hidden_context"
]
"""The kinds of objects that have ids."""

_ID_PREFIXES: dict[StoreItemType, str] = {
    "thread": "thr",
    "message": "msg",
    "tool_call": "tc",
    "workflow": "wf",
    "task": "tsk",
    "attachment": "atc",
    "sdk_hidden_context": "shcx",
}


def default_generate_id(item_type: StoreItemType) -> str:
    """A new id with 122 random bits, such as `msg_0f8fad5bd9cb469fa16570867728950e`."""
    return f"{_ID_PREFIXES[item_type]}_{uuid.uuid4().hex}"


class StorageError(TurnstreamError):
    """The store is unreachable or unusable; `__cause__` is the original error."""


class StorageFullError(StorageError):
    """The store is full; the operation stored nothing."""


@dataclass(frozen=True, slots=True, order=True)
class OwnedId:
    """The id of a thread or an attachment, and whose it is."""

    owner: str
    id: str


class AttachmentStore(ABC, Generic[TContext]):
    """Stores the bytes of attachments; the `Store` has their metadata."""

    @abstractmethod
    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes an attachment's bytes, if there are any."""

    async def create_attachment(self, input: AttachmentCreateParams, context: TContext) -> Attachment:  # noqa: A002
        """An attachment with an `upload_descriptor` for the client's upload.

        Raises:
            NotImplementedError: this attachment store does not support two-phase uploads.
        """
        raise NotImplementedError(
            f"override {type(self).__name__}.create_attachment() to support two-phase uploads"
        )

    def generate_attachment_id(self, mime_type: str, context: TContext) -> str:
        """A new id for an attachment; override it to choose ids."""
        return default_generate_id("attachment")


class Store(ABC, Generic[TContext]):
    """Stores threads, their items and the metadata of attachments; see the module for the rules.

    Each operation is atomic: if it raises, it changes nothing. Only `delete_thread` and
    `delete_thread_items_after` may stop halfway, and are then repeated.
    """

    async def close(self) -> None:
        """Releases the store's resources; the next operation opens them again."""

    def owner_of(self, context: TContext) -> str:
        """The owner's id in a context.

        Raises:
            TypeError: the context has no owner.
        """
        return owner_of(context)

    def generate_thread_id(self, context: TContext) -> str:
        """A new id for a thread; override it to choose ids."""
        return default_generate_id("thread")

    def generate_item_id(self, item_type: StoreItemType, thread: ThreadMetadata, context: TContext) -> str:
        """A new id for an item; override it to choose ids."""
        return default_generate_id(item_type)

    @abstractmethod
    async def load_thread(self, thread_id: str, context: TContext) -> ThreadMetadata:
        """The thread, without its items.

        Raises:
            NotFoundError: there is no such thread.
        """

    @abstractmethod
    async def save_thread(self, thread: ThreadMetadata, context: TContext) -> None:
        """Adds a thread, or replaces the one with its id; the items of a `Thread` are not saved.

        Raises:
            NotFoundError: the id is taken by another owner.
        """

    @abstractmethod
    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> Page[ThreadItem]:
        """Up to `limit` items that follow the item `after`, or the first ones.

        `order` is `asc`, oldest first, or `desc`. `has_more` is exact, and the page has a cursor if it is
        true.

        Raises:
            NotFoundError: there is no such thread, or no such item in it.
            ValueError: `limit` is below 1, or `order` is neither.
        """

    @abstractmethod
    async def save_attachment(self, attachment: Attachment, context: TContext) -> None:
        """Adds an attachment, or replaces the one with its id.

        Raises:
            NotFoundError: the id is taken by another owner.
        """

    @abstractmethod
    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        """The attachment.

        Raises:
            NotFoundError: there is no such attachment.
        """

    async def is_attachment_of_another(self, attachment_id: str, context: TContext) -> bool:
        """Whether another owner has the attachment, in which case its bytes are not deleted.

        False by default: with a custom store, its `AttachmentStore` checks who can delete what.
        """
        return False

    @abstractmethod
    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes an attachment, if it exists."""

    @abstractmethod
    async def load_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> Page[ThreadMetadata]:
        """Up to `limit` threads that follow the thread `after`, or the first ones, in the order of their
        creation.

        Raises:
            NotFoundError: there is no thread `after`.
            ValueError: `limit` is below 1, or `order` is neither `asc` nor `desc`.
        """

    @abstractmethod
    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Adds an item at the end of the thread, or replaces the one with its id in place.

        Raises:
            NotFoundError: there is no such thread.
        """

    @abstractmethod
    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Same as `add_thread_item`, for items that exist already.

        Raises:
            NotFoundError: there is no such thread.
        """

    @abstractmethod
    async def load_item(self, thread_id: str, item_id: str, context: TContext) -> ThreadItem:
        """The item.

        Raises:
            NotFoundError: there is no such thread, or no such item in it.
        """

    @abstractmethod
    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        """Deletes a thread and its items, if it exists; attachments must be deleted separately.

        `SqlStore` deletes 500 items in one transaction, the newest first, and the thread in the last one.
        """

    @abstractmethod
    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        """Deletes an item, if it exists.

        Raises:
            NotFoundError: there is no such thread.
        """

    async def delete_thread_items_after(self, thread_id: str, item_id: str, context: TContext) -> None:
        """Deletes every item that follows the item `item_id`, the newest first.

        By default, this deletes them one by one. `SqlStore` deletes 500 in one transaction.

        Raises:
            NotFoundError: there is no such thread, or no such item in it.
        """
        await self.load_item(thread_id, item_id, context)
        while True:
            page = await self.load_thread_items(thread_id, None, _PAGE_ITEMS, "desc", context)
            ids = [item.id for item in page.data]
            is_last = item_id in ids or not page.has_more
            for later in ids[: ids.index(item_id)] if item_id in ids else ids:
                await self.delete_thread_item(thread_id, later, context)
            if is_last:
                return

    async def load_attachments(
        self, limit: int, after: str | None, context: TContext, *, thread_id: str | None = None
    ) -> Page[Attachment]:
        """Up to `limit` of the owner's attachments, in a fixed order: those that follow `after`, or the first
        ones.

        With `thread_id`, only those whose `thread_id` it is; there are none if there is no such thread.

        Raises:
            NotFoundError: there is no attachment `after`.
            ValueError: `limit` is below 1.
            NotSupportedError: this store cannot list attachments (the default).
        """
        raise _not_overridden(self, "load_attachments", "list attachments")

    async def load_idle_threads(self, before: datetime, limit: int, after: str | None) -> Page[OwnedId]:
        """Threads of all owners that were created before `before` and have no item since then, in a fixed
        order.

        `before` is an aware time, compared with `created_at` of the newest item and of the thread. A page has
        up to `limit` threads, also fewer or none if `has_more`. `after` is what the previous page says, and
        stays valid if its threads were deleted.

        Raises:
            NotSupportedError: this store cannot tell (the default).
        """
        raise _not_overridden(self, "load_idle_threads", "find old threads")

    async def load_unsent_attachments(self, before: datetime, limit: int, after: str | None) -> Page[OwnedId]:
        """Attachments of all owners without a `thread_id` that were first saved before `before`.

        Pages are those of `load_idle_threads`.

        Raises:
            NotSupportedError: this store cannot tell (the default).
        """
        raise _not_overridden(self, "load_unsent_attachments", "find unsent attachments")


_PAGE_ITEMS = 100


def _not_overridden(store: Store[Any], method: str, ability: str) -> NotSupportedError:
    name = type(store).__name__
    return NotSupportedError(f"{name} cannot {ability}: override {name}.{method}()")
