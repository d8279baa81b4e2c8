"""A store in a SQL database: SQLite in one file, or PostgreSQL."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, TypeVarTuple

from sqlalchemy import URL, Executable, Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from turnstream.store import statements
from turnstream.store.base import NotFoundError, OwnedId, Store, TContext
from turnstream.store.database import Database
from turnstream.store.documents import ATTACHMENT, ITEM, checked_key, is_key, to_document
from turnstream.store.owners import OwnerOf, owner_of
from turnstream.store.pages import check_paging, page_of
from turnstream.types import Attachment, Page, ThreadItem, ThreadMetadata

__all__ = ["SqlStore"]

Ts = TypeVarTuple("Ts")
Values: TypeAlias = dict[str, Any]


class SqlStore(Store[TContext]):
    """Keeps everything in the database at a URL, such as `sqlite:///chat.sqlite`, or behind an engine of the
    app.

    Opens itself at the first use, which creates or updates its tables. Every operation is one statement on
    one index, and one more where the first finds nothing and the reason must be told; what deletes many items
    repeats its statement, in transactions of 500 rows. New files of SQLite have the mode 0600.

    Raises:
        StorageError: the URL is for neither SQLite nor PostgreSQL, or its driver is not installed; and from
            every operation, when the database cannot be used.
    """

    def __init__(self, url_or_engine: str | URL | AsyncEngine, *, owner_of: OwnerOf = owner_of) -> None:
        self.database = Database(url_or_engine)
        self._owner_of = owner_of
        self._saves = statements.saves(self.database.dialect)

    async def open(self) -> None:
        """Brings the tables up to date, once; later calls return at once.

        Raises:
            StorageError: the database cannot be reached, or was made by a newer turnstream.
        """
        await self.database.open()

    async def close(self) -> None:
        """Closes the connections that the store opened itself; using the store again opens it again."""
        await self.database.close()

    async def load_thread(self, thread_id: str, context: TContext) -> ThreadMetadata:
        thread = self._thread(thread_id, context)
        return ThreadMetadata.model_validate_json(
            await self._one(statements.LOAD_THREAD, thread.values, thread.missing)
        )

    async def save_thread(self, thread: ThreadMetadata, context: TContext) -> None:
        values = {
            "b_id": checked_key(thread.id),
            "b_owner": self.owner_of(context),
            "b_created_at": thread.created_at.timestamp(),
        }
        document = to_document(thread, exclude={"items"})
        await self._save(self._saves.thread, document, values, NotFoundError.of("thread", thread.id))

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> Page[ThreadMetadata]:
        check_paging(limit, order)
        owner = {"b_owner": self.owner_of(context)}
        query = statements.page_of_threads(order, has_cursor=after is not None)
        rows = await self._rows(
            query, {**owner, **_paging(limit, after)}, *_cursor(statements.LOAD_THREAD, owner, "b_id", after)
        )
        return page_of(rows, limit, ThreadMetadata.model_validate_json)

    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        values = self._thread(thread_id, context).values
        await self._delete_in_steps(values, statements.DELETE_NEWEST_ITEMS)
        # Items that came meanwhile go with their thread, unless an app's engine for SQLite leaves foreign
        # keys off.
        await self._delete(values, statements.DELETE_THREAD, statements.DELETE_ITEMS)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> Page[ThreadItem]:
        check_paging(limit, order)
        thread = self._thread(thread_id, context)
        cursor = _cursor(statements.LOAD_ITEM, thread.values, "b_item_id", after)
        query = statements.page_of_items(order, has_cursor=after is not None)
        rows = await self._rows(query, {**thread.values, **_paging(limit, after)}, thread, *cursor)
        return page_of(rows, limit, ITEM.validate_json)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        thread = self._thread(thread_id, context)
        values = {**thread.values, "b_item_id": checked_key(item.id)}
        await self._save(self._saves.item, to_document(item), values, thread.missing)

    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        await self.add_thread_item(thread_id, item, context)

    async def load_item(self, thread_id: str, item_id: str, context: TContext) -> ThreadItem:
        thread = self._thread(thread_id, context)
        values, missing = {**thread.values, "b_item_id": item_id}, NotFoundError.of("item", item_id)
        return ITEM.validate_json(await self._one(statements.LOAD_ITEM, values, missing, thread))

    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        thread = self._thread(thread_id, context)
        if not await self._delete({**thread.values, "b_item_id": item_id}, statements.DELETE_ITEM):
            await self._one(thread.query, thread.values, thread.missing)

    async def delete_thread_items_after(self, thread_id: str, item_id: str, context: TContext) -> None:
        thread = self._thread(thread_id, context)
        values, missing = {**thread.values, "b_item_id": item_id}, NotFoundError.of("item", item_id)
        if not await self._delete_in_steps(values, statements.DELETE_NEWEST_ITEMS_AFTER):
            await self._one(statements.LOAD_ITEM, values, missing, thread)

    async def save_attachment(self, attachment: Attachment, context: TContext) -> None:
        thread_id = attachment.thread_id
        values = {
            "b_id": checked_key(attachment.id),
            "b_owner": self.owner_of(context),
            "b_thread_id": thread_id
            if thread_id is not None and is_key(thread_id)
            else None,  # no thread has such an id
            "b_created_at": time.time(),
        }
        missing = NotFoundError.of("attachment", attachment.id)
        await self._save(self._saves.attachment, to_document(attachment), values, missing)

    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        values = {"b_id": attachment_id, "b_owner": self.owner_of(context)}
        missing = NotFoundError.of("attachment", attachment_id)
        return ATTACHMENT.validate_json(await self._one(statements.LOAD_ATTACHMENT, values, missing))

    async def load_attachments(
        self, limit: int, after: str | None, context: TContext, *, thread_id: str | None = None
    ) -> Page[Attachment]:
        check_paging(limit, "asc")
        owner = {"b_owner": self.owner_of(context)}
        values: Values = {**owner, **_paging(limit, after)}
        if thread_id is not None:
            values["b_thread_id"] = thread_id
        query = statements.page_of_attachments(of_thread=thread_id is not None, has_cursor=after is not None)
        rows = await self._rows(query, values, *_cursor(statements.LOAD_ATTACHMENT, owner, "b_id", after))
        return page_of(rows, limit, ATTACHMENT.validate_json)

    async def load_idle_threads(self, before: datetime, limit: int, after: str | None) -> Page[OwnedId]:
        check_paging(limit, "asc")
        values: Values = {"b_before": before.timestamp(), "b_limit": limit + 1}
        if after is not None:
            created_at, seq = _place(after)
            values |= {"b_after_time": created_at, "b_after_seq": int(seq)}
        rows = await self._rows(statements.idle_threads(has_cursor=after is not None), values)
        seen = rows[:limit]
        idle = [
            OwnedId(owner=owner, id=thread_id)
            for _, _, thread_id, owner, newest in seen
            if newest is None or ITEM.validate_json(newest).created_at < before
        ]
        has_more = len(rows) > limit
        return Page(
            data=idle, has_more=has_more, after=f"{seen[-1][0]!r} {seen[-1][1]}" if has_more else None
        )

    async def load_unsent_attachments(self, before: datetime, limit: int, after: str | None) -> Page[OwnedId]:
        check_paging(limit, "asc")
        values: Values = {"b_before": before.timestamp(), "b_limit": limit + 1}
        if after is not None:
            created_at, attachment_id = _place(after)
            values |= {"b_after_time": created_at, "b_after": attachment_id}
        rows = await self._rows(statements.unsent_attachments(has_cursor=after is not None), values)
        seen = rows[:limit]
        unsent = [OwnedId(owner=owner, id=attachment_id) for _, attachment_id, owner in seen]
        has_more = len(rows) > limit
        return Page(
            data=unsent, has_more=has_more, after=f"{seen[-1][0]!r} {seen[-1][1]}" if has_more else None
        )

    async def is_attachment_of_another(self, attachment_id: str, context: TContext) -> bool:
        values = {"b_id": attachment_id, "b_owner": self.owner_of(context)}
        return bool(await self._rows(statements.ATTACHMENT_OF_ANOTHER, values))

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        await self._delete(
            {"b_id": attachment_id, "b_owner": self.owner_of(context)}, statements.DELETE_ATTACHMENT
        )

    def owner_of(self, context: TContext) -> str:
        return checked_key(self._owner_of(context))

    def _thread(self, thread_id: str, context: TContext) -> "_Needed":
        values = {"b_id": thread_id, "b_owner": self.owner_of(context)}
        return _Needed(statements.LOAD_THREAD, values, NotFoundError.of("thread", thread_id))

    async def _rows(self, query: "Select[*Ts]", values: Values, *needed: "_Needed") -> list[tuple[*Ts]]:
        """What the query finds; where it finds nothing, the first needed row that is not there is told."""

        async def work(connection: AsyncConnection) -> list[tuple[*Ts]]:
            if rows := await _fetch(connection, query, values):
                return rows
            for row in needed:
                if not await _fetch(connection, row.query, row.values):
                    raise row.missing
            return []

        return await self.database.read(work)

    async def _one(
        self, query: "Select[str]", values: Values, missing: NotFoundError, *needed: "_Needed"
    ) -> str:
        rows = await self._rows(query, values, *needed)
        if not rows:
            raise missing
        return rows[0][0]

    async def _save(
        self, statement: Executable, document: str, values: Values, refused: NotFoundError
    ) -> None:
        if not _can_exist(values):
            raise refused

        async def work(connection: AsyncConnection) -> None:
            if (await connection.execute(statement, {**values, "b_document": document})).first() is None:
                raise refused

        await self.database.write(work)

    async def _delete_in_steps(self, values: Values, delete: Executable) -> int:
        return await self.database.delete_in_steps(delete, values) if _can_exist(values) else 0

    async def _delete(self, values: Values, *deletes: Executable) -> bool:
        """Whether the last statement deleted something."""
        if not _can_exist(values):
            return False

        async def work(connection: AsyncConnection) -> bool:
            counts = [(await connection.execute(statement, values)).rowcount for statement in deletes]
            return counts[-1] > 0

        return await self.database.write(work)


@dataclass(frozen=True)
class _Needed:
    """A row that must exist for an operation to make sense, and the error if it does not."""

    query: "Select[str]"
    values: Values
    missing: NotFoundError


def _paging(limit: int, after: str | None) -> Values:
    return {"b_limit": limit + 1} if after is None else {"b_limit": limit + 1, "b_after": after}


def _cursor(query: "Select[str]", scope: Values, name: str, after: str | None) -> list[_Needed]:
    return (
        [] if after is None else [_Needed(query, {**scope, name: after}, NotFoundError.of("cursor", after))]
    )


def _place(after: str) -> tuple[float, str]:
    """A cursor of rows in order of age: when the row was created, and which of that time it is."""
    created_at, _, which = after.partition(" ")
    return float(created_at), which


def _can_exist(values: Values) -> bool:
    """False if an id is one that nothing is saved under, and that a driver would refuse."""
    return all(is_key(value) for value in values.values() if isinstance(value, str))


async def _fetch(connection: AsyncConnection, query: "Select[*Ts]", values: Values) -> list[tuple[*Ts]]:
    return list((await connection.execute(query, values)).all()) if _can_exist(values) else []
