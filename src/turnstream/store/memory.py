"""A store that lives as long as its process: for tests, scripts and first steps."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from turnstream.store.base import NotFoundError, OwnedId, Store, TContext
from turnstream.store.documents import ATTACHMENT, ITEM, checked_key, to_document
from turnstream.store.owners import OwnerOf, owner_of
from turnstream.store.pages import check_paging, page_of
from turnstream.types import Attachment, Page, ThreadItem, ThreadMetadata

__all__ = ["MemoryStore"]


@dataclass
class _Row:
    owner: str
    document: str
    items: dict[str, str] = field(default_factory=dict[str, str])
    saved_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it was first saved."""


class MemoryStore(Store[TContext]):
    """Keeps everything in dictionaries; what is stored is JSON, so it behaves as a database does."""

    # Dictionaries keep the order of insertion, and keep a key's place when its value changes.

    def __init__(self, *, owner_of: OwnerOf = owner_of) -> None:
        self._owner_of = owner_of
        self._threads: dict[str, _Row] = {}
        self._attachments: dict[str, _Row] = {}

    async def load_thread(self, thread_id: str, context: TContext) -> ThreadMetadata:
        return ThreadMetadata.model_validate_json(self._thread(thread_id, context).document)

    async def save_thread(self, thread: ThreadMetadata, context: TContext) -> None:
        owner, document = self.owner_of(context), to_document(thread, exclude={"items"})
        row = self._threads.setdefault(checked_key(thread.id), _Row(owner, document))
        if row.owner != owner:
            raise NotFoundError.of("thread", thread.id)
        row.document = document

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> Page[ThreadMetadata]:
        owner = self.owner_of(context)
        rows = {thread_id: row.document for thread_id, row in self._threads.items() if row.owner == owner}
        return page_of(_rows_after(rows, after, limit, order), limit, ThreadMetadata.model_validate_json)

    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        _delete(self._threads, thread_id, self.owner_of(context))

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> Page[ThreadItem]:
        items = self._thread(thread_id, context).items
        return page_of(_rows_after(items, after, limit, order), limit, ITEM.validate_json)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        self._thread(thread_id, context).items[checked_key(item.id)] = to_document(item)

    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        await self.add_thread_item(thread_id, item, context)

    async def load_item(self, thread_id: str, item_id: str, context: TContext) -> ThreadItem:
        document = self._thread(thread_id, context).items.get(item_id)
        if document is None:
            raise NotFoundError.of("item", item_id)
        return ITEM.validate_json(document)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        self._thread(thread_id, context).items.pop(item_id, None)

    async def delete_thread_items_after(self, thread_id: str, item_id: str, context: TContext) -> None:
        items = self._thread(thread_id, context).items
        if item_id not in items:
            raise NotFoundError.of("item", item_id)
        while next(reversed(items)) != item_id:
            items.popitem()

    async def save_attachment(self, attachment: Attachment, context: TContext) -> None:
        owner, document = self.owner_of(context), to_document(attachment)
        row = self._attachments.setdefault(checked_key(attachment.id), _Row(owner, document))
        if row.owner != owner:
            raise NotFoundError.of("attachment", attachment.id)
        row.document = document

    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        owner, row = self.owner_of(context), self._attachments.get(attachment_id)
        if row is None or row.owner != owner:
            raise NotFoundError.of("attachment", attachment_id)
        return ATTACHMENT.validate_json(row.document)

    async def load_attachments(
        self, limit: int, after: str | None, context: TContext, *, thread_id: str | None = None
    ) -> Page[Attachment]:
        owner = self.owner_of(context)
        rows = {
            attachment_id: row.document
            for attachment_id, row in sorted(self._attachments.items())
            if row.owner == owner and thread_id in {None, _thread_of(row)}
        }
        return page_of(_rows_after(rows, after, limit, "asc"), limit, ATTACHMENT.validate_json)

    async def load_idle_threads(self, before: datetime, limit: int, after: str | None) -> Page[OwnedId]:
        old = ((_last_use_of(row), OwnedId(row.owner, thread_id)) for thread_id, row in self._threads.items())
        return _oldest(old, before, limit, after)

    async def load_unsent_attachments(self, before: datetime, limit: int, after: str | None) -> Page[OwnedId]:
        unsent = (
            (row.saved_at, OwnedId(row.owner, attachment_id))
            for attachment_id, row in self._attachments.items()
            if _thread_of(row) is None
        )
        return _oldest(unsent, before, limit, after)

    async def is_attachment_of_another(self, attachment_id: str, context: TContext) -> bool:
        owner, row = self.owner_of(context), self._attachments.get(attachment_id)
        return row is not None and row.owner != owner

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        _delete(self._attachments, attachment_id, self.owner_of(context))

    def owner_of(self, context: TContext) -> str:
        return checked_key(self._owner_of(context))

    def _thread(self, thread_id: str, context: TContext) -> _Row:
        owner, row = self.owner_of(context), self._threads.get(thread_id)
        if row is None or row.owner != owner:
            raise NotFoundError.of("thread", thread_id)
        return row


def _thread_of(row: _Row) -> str | None:
    return ATTACHMENT.validate_json(row.document).thread_id


def _last_use_of(row: _Row) -> datetime:
    created_at = ThreadMetadata.model_validate_json(row.document).created_at
    newest = next(reversed(row.items.values()), None)
    return created_at if newest is None else max(created_at, ITEM.validate_json(newest).created_at)


def _oldest(
    dated: Iterable[tuple[datetime, OwnedId]], before: datetime, limit: int, after: str | None
) -> Page[OwnedId]:
    check_paging(limit, "asc")
    places = sorted((f"{time.isoformat()} {owned.id}", owned) for time, owned in dated if time < before)
    rest = [place for place in places if after is None or place[0] > after]
    has_more = len(rest) > limit
    return Page(
        data=[owned for _, owned in rest[:limit]],
        has_more=has_more,
        after=rest[limit - 1][0] if has_more else None,
    )


def _delete(rows: dict[str, _Row], row_id: str, owner: str) -> None:
    if row_id in rows and rows[row_id].owner == owner:
        del rows[row_id]


def _rows_after(rows: dict[str, str], after: str | None, limit: int, order: str) -> list[tuple[str, str]]:
    """One row more than `limit`, if there is one."""
    check_paging(limit, order)
    if after is not None and after not in rows:
        raise NotFoundError.of("cursor", after)
    ordered = iter(rows.items() if order == "asc" else reversed(rows.items()))
    if after is not None:
        any(row_id == after for row_id, _ in ordered)  # moves on to just behind it
    return list(islice(ordered, limit + 1))
