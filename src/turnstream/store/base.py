"""Where threads, items and attachments are kept: the contracts, and the rules that hold for every store here.

- **Owners.** Every operation is for the owner of its `context`. What belongs to another owner behaves in every
  way as if it did not exist.
- **Order.** Threads and items stay in the order in which they were first saved. Saving one again changes it
  where it stands; times play no part.
- **Cursors.** `after` is the id of the last row of the page before. A row that was deleted meanwhile is no
  cursor any more: `NotFoundError`, and the reader begins again.
- **Copies.** What a store returns is a copy, and what it is given is copied: changing either changes nothing stored.
- **Text.** In what is stored, a surrogate pair in two halves becomes its character, a lone half becomes U+FFFD, and
  U+0000 is kept. Ids and owners have neither lone halves nor U+0000: such an id names nothing, and saving under
  it, or any operation for such an owner, is a `ValueError`.
- **Deleting** what is not there does nothing, so it may be repeated.
"""

import uuid
from abc import ABC, abstractmethod
from typing import Any, Generic, Literal

from typing_extensions import TypeVar

from turnstream.errors import NotFoundError, TurnstreamError
from turnstream.store.owners import owner_of
from turnstream.types import Attachment, AttachmentCreateParams, Page, ThreadItem, ThreadMetadata

__all__ = [
    "AttachmentStore",
    "NotFoundError",
    "StorageError",
    "StorageFullError",
    "Store",
    "StoreItemType",
    "TContext",
    "default_generate_id",
]

TContext = TypeVar("TContext", default=Any)

StoreItemType = Literal["thread", "message", "tool_call", "task", "workflow", "attachment", "sdk_hidden_context"]
"""What an id can be for."""

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
    """The store cannot be reached or cannot be used; the error that it came from is its cause."""


class StorageFullError(StorageError):
    """The store has no room left: nothing of this operation was kept."""


class AttachmentStore(ABC, Generic[TContext]):
    """Where the bytes of attachments are; the `Store` keeps what describes them."""

    @abstractmethod
    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes an attachment's bytes, if there are any."""

    async def create_attachment(self, input: AttachmentCreateParams, context: TContext) -> Attachment:  # noqa: A002
        """An attachment with an `upload_descriptor` for what the client is about to upload.

        Raises:
            NotImplementedError: this attachment store does not take uploads in two phases.
        """
        raise NotImplementedError(f"override {type(self).__name__}.create_attachment() to take uploads in two phases")

    def generate_attachment_id(self, mime_type: str, context: TContext) -> str:
        """A new id for an attachment; override it to choose ids."""
        return default_generate_id("attachment")


class Store(ABC, Generic[TContext]):
    """Where threads, their items and what describes their attachments are kept; the module's rules hold for ours.

    Each operation is atomic: it happens completely or, when it raises, not at all.
    """

    async def close(self) -> None:
        """Releases what the store holds open; using it again opens it again."""

    def owner_of(self, context: TContext) -> str:
        """The owner's id in a context.

        Raises:
            TypeError: it cannot be told.
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

        `order` is `asc`, oldest first, or `desc`. `has_more` is exact, and the page has a cursor if it is true.

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
        """Whether another owner has the attachment, so that its bytes stay.

        False by default: with a store of the app's own, its `AttachmentStore` checks who may delete what.
        """
        return False

    @abstractmethod
    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes an attachment, if it is there."""

    @abstractmethod
    async def load_threads(self, limit: int, after: str | None, order: str, context: TContext) -> Page[ThreadMetadata]:
        """Up to `limit` threads that follow the thread `after`, or the first ones, in the order of their creation.

        Raises:
            NotFoundError: there is no thread `after`.
            ValueError: `limit` is below 1, or `order` is neither `asc` nor `desc`.
        """

    @abstractmethod
    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Adds an item at the thread's end, or replaces the one with its id where that stands.

        Raises:
            NotFoundError: there is no such thread.
        """

    @abstractmethod
    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Does the same as `add_thread_item`, for items that are known to exist.

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
        """Deletes a thread and its items, if it is there; attachments stay until they are deleted themselves."""

    @abstractmethod
    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        """Deletes an item, if it is there.

        Raises:
            NotFoundError: there is no such thread.
        """
