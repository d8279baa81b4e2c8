"""Deletes threads with all that belongs to them, and all that an owner has.

What finds the rest goes last: attachments go before the message and the thread that name them, their bytes
before their record, a thread's log before the thread. So what an error or a crash leaves is found and deleted
when the operation is repeated.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from turnstream.attachments.urls import attachment_id_in
from turnstream.redaction import logger_of
from turnstream.server.context import Hooks, Services
from turnstream.store import NotFoundError, StorageError
from turnstream.store.listing import PAGE_ROWS, every
from turnstream.types import GeneratedImageItem, ThreadItem, UserMessageItem

__all__ = [
    "DeletedData",
    "context_of",
    "delete_attachments",
    "delete_items_after",
    "delete_owner",
    "delete_thread",
]

logger = logger_of("turnstream.server")

MAX_ROUNDS = 10
"""How often a thread is deleted that others store again meanwhile."""


@dataclass(frozen=True, slots=True)
class DeletedData:
    """How much `delete_owner` deleted."""

    threads: int
    attachments: int


def context_of(hooks: Hooks, owner: str) -> Any:
    """Return the context in which the store acts for `owner`.

    Raises:
        TypeError: `owner` is not text.
        ValueError: the store takes the context for another owner's, or cannot tell whose it is.
    """
    if not isinstance(owner, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # apps err
        raise TypeError(f"owner must be an owner's id, such as Principal.id, not {owner!r}")
    context = hooks.restore_context(owner)
    if (actual := hooks.owner_of(context)) != owner:
        whose = "nobody that the store can tell" if actual is None else repr(actual)
        raise ValueError(
            f"restore_context({owner!r}) returned a context of {whose}: override it to return one of this "
            "owner"
        )
    return context


async def delete_owner(services: Services, hooks: Hooks, owner: str) -> DeletedData:
    """See `ChatKitServer.delete_owner`."""
    context = context_of(hooks, owner)
    await services.turns.open()  # or nobody ends a turn whose process died
    erasure = _OwnerErasure(services, owner, context)
    while await erasure.delete_what_is_there():
        pass  # what came meanwhile
    if erasure.failed:
        raise StorageError(
            f"{len(erasure.failed)} threads or attachments of the owner could not be deleted, see the log: "
            "delete again"
        )
    return DeletedData(threads=len(erasure.threads), attachments=erasure.attachments)


class _OwnerErasure:
    def __init__(self, services: Services, owner: str, context: Any) -> None:
        self._services = services
        self._owner = owner
        self._context = context
        self.threads: set[str] = set()
        self.attachments = 0
        self.failed: set[str] = set()
        self._deleted: set[str] = set()

    async def delete_what_is_there(self) -> bool:
        """Return whether there was anything to delete that did not fail before."""
        try:
            thread_ids = await self._thread_ids() - self.failed
            for thread_id in thread_ids:
                await self._delete_thread(thread_id)
            attachment_ids = await self._attachment_ids() - self.failed  # those that no thread took with it
            for attachment_id in attachment_ids:
                await self._delete_attachment(attachment_id)
        except (
            NotFoundError
        ):  # the last row of a page was deleted by another, so the next page cannot be found
            return True
        return bool(thread_ids or attachment_ids)

    async def _thread_ids(self) -> set[str]:
        """The threads in the store, and those that only the log knows: just being made, or half deleted."""
        store = self._services.store
        threads = every(lambda after: store.load_threads(PAGE_ROWS, after, "desc", context=self._context))
        stored = {thread.id async for thread in threads}
        return stored | set(await self._services.log.threads_of(self._owner))

    async def _attachment_ids(self) -> set[str]:
        store = self._services.store
        try:
            attachments = every(lambda after: store.load_attachments(PAGE_ROWS, after, self._context))
            return {attachment.id async for attachment in attachments}
        except NotImplementedError:
            return set()  # those that threads name are gone with them

    async def _delete_thread(self, thread_id: str) -> None:
        try:
            self.attachments += await delete_thread(self._services, thread_id, self._context)
        except Exception:
            logger.exception("thread %s could not be deleted", thread_id)
            self.failed.add(thread_id)
        else:
            self.threads.add(thread_id)

    async def _delete_attachment(self, attachment_id: str) -> None:
        if attachment_id in self._deleted:
            logger.error("attachment %s is still there behind Store.delete_attachment()", attachment_id)
            self.failed.add(attachment_id)
            return
        self._deleted.add(attachment_id)
        try:
            self.attachments += await delete_attachments(self._services, [attachment_id], self._context)
        except StorageError:
            self.failed.add(attachment_id)


async def delete_thread(
    services: Services,
    thread_id: str,
    context: Any,
    *,
    unless: Callable[[], Awaitable[bool]] | None = None,
) -> int:
    """Delete a thread and all that belongs to it, wherever it is stored; return how many attachments that
    were.

    Its running turn is stopped first. With `unless`, nothing is done where that says so; no turn of this
    process begins between the answer and the deletion.

    Raises:
        StorageError: some of it cannot be deleted now: repeat it. The thread is still there.
    """
    count = 0
    async with services.turns.lock(thread_id):
        if unless is not None and await unless():
            return 0
        for _ in range(MAX_ROUNDS):
            await services.turns.cancel(thread_id)
            count += await delete_attachments(
                services, await _attachments_of(services, thread_id, context), context
            )
            await services.log.drop(thread_id)
            await services.store.delete_thread(thread_id, context=context)
            if not await _is_left(services, thread_id, context):
                return count
    raise StorageError(f"thread {thread_id} is stored again whenever it was deleted")


async def delete_items_after(services: Services, message: UserMessageItem, context: Any) -> None:
    """Delete what follows a message of its thread, and the attachments that only the deleted messages name.

    Raises:
        StorageError: some of it cannot be deleted now: repeat it.
    """
    gone = await _attachments_named_only_after(services, message, context)
    await delete_attachments(services, gone, context)
    await services.store.delete_thread_items_after(message.thread_id, message.id, context)


async def delete_attachments(services: Services, attachment_ids: Iterable[str], context: Any) -> int:
    """Delete attachments of this owner, bytes and records; return how many.

    Raises:
        StorageError: some cannot be deleted now. All were tried, and what the others say is in the log.
    """
    count = failures = 0
    for attachment_id in attachment_ids:
        try:
            if services.attachment_store is not None:
                await services.attachment_store.delete_attachment(attachment_id, context=context)
            await services.store.delete_attachment(attachment_id, context=context)
        except Exception:
            logger.exception("attachment %s could not be deleted", attachment_id)
            failures += 1
        else:
            count += 1
    if failures:
        raise StorageError(f"{failures} attachments could not be deleted, see the log")
    return count


async def _is_left(services: Services, thread_id: str, context: Any) -> bool:
    """Whether a turn of another process that began after `cancel` looked has stored the thread or its log."""
    try:
        await services.store.load_thread(thread_id, context=context)
    except NotFoundError:
        return await services.log.newest(thread_id) is not None
    return True


async def _attachments_of(services: Services, thread_id: str, context: Any) -> list[str]:
    store = services.store
    try:
        listed = every(lambda after: store.load_attachments(PAGE_ROWS, after, context, thread_id=thread_id))
        return [attachment.id async for attachment in listed]
    except NotImplementedError:
        return await _of_thread(services, thread_id, await _named(services, thread_id, context), context)


async def _attachments_named_only_after(
    services: Services, message: UserMessageItem, context: Any
) -> list[str]:
    """Most threads have no attachments: a store that lists them says so without a look at the items."""
    thread_id, store = message.thread_id, services.store
    try:
        if not (await store.load_attachments(1, None, context, thread_id=thread_id)).data:
            return []
    except NotImplementedError:
        pass
    later = await _named(services, thread_id, context, down_to=message.id)
    if not later:
        return []
    earlier = await _named(services, thread_id, context, after=message.id)
    earlier |= {attachment.id for attachment in message.attachments}
    return await _of_thread(services, thread_id, later - earlier, context)


async def _named(
    services: Services,
    thread_id: str,
    context: Any,
    *,
    after: str | None = None,
    down_to: str | None = None,
) -> set[str]:
    """The attachments that the thread's items name, from the newest, or `after`, to `down_to`."""
    named: set[str] = set()
    store = services.store
    items = every(
        lambda cursor: store.load_thread_items(thread_id, cursor or after, PAGE_ROWS, "desc", context=context)
    )
    try:
        async for item in items:
            if item.id == down_to:
                break
            named |= _named_by(item)
    except NotFoundError:
        pass  # the thread is gone, and all that it named before it
    return named


def _named_by(item: ThreadItem) -> set[str]:
    """The attachments of a message, and the image that a model made where this server may store it."""
    if isinstance(item, UserMessageItem):
        return {attachment.id for attachment in item.attachments}
    image = item.image if isinstance(item, GeneratedImageItem) else None
    image_id = None if image is None else attachment_id_in(image.url)
    return set() if image_id is None else {image_id}


async def _of_thread(
    services: Services, thread_id: str, attachment_ids: Collection[str], context: Any
) -> list[str]:
    """Those that are stored as this thread's: another one may have been sent the same attachment since."""
    found: list[str] = []
    for attachment_id in attachment_ids:
        try:
            attachment = await services.store.load_attachment(attachment_id, context=context)
        except NotFoundError:
            continue
        if attachment.thread_id in {thread_id, None}:
            found.append(attachment_id)
    return found
