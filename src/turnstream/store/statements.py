"""Every statement of `SqlStore`. Their parameters are `b_id`, `b_owner` and so on.

All of them carry the owner, but for those that find what is old: these return it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Delete,
    Double,
    Executable,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from turnstream.store.base import StorageError
from turnstream.store.database import BATCH_ROWS
from turnstream.store.tables import attachments, items, threads

__all__ = [
    "ATTACHMENT_OF_ANOTHER",
    "DELETE_ATTACHMENT",
    "DELETE_ITEM",
    "DELETE_ITEMS",
    "DELETE_NEWEST_ITEMS",
    "DELETE_NEWEST_ITEMS_AFTER",
    "DELETE_THREAD",
    "LOAD_ATTACHMENT",
    "LOAD_ITEM",
    "LOAD_THREAD",
    "Saves",
    "idle_threads",
    "page_of_attachments",
    "page_of_items",
    "page_of_threads",
    "saves",
    "unsent_attachments",
]

# Typed, because PostgreSQL must be told the type of a parameter that stands in a select list.
_ID = bindparam("b_id", type_=Text)
_OWNER = bindparam("b_owner", type_=Text)
_ITEM_ID = bindparam("b_item_id", type_=Text)
_DOCUMENT = bindparam("b_document", type_=Text)
_AFTER = bindparam("b_after", type_=Text)
_LIMIT = bindparam("b_limit", type_=Integer)
_THREAD_ID = bindparam("b_thread_id", type_=Text)
_CREATED_AT = bindparam("b_created_at", type_=Double)
_BEFORE = bindparam("b_before", type_=Double)
_AFTER_TIME = bindparam("b_after_time", type_=Double)

_THREAD = (threads.c.id == _ID, threads.c.owner == _OWNER)
_THREADS = (threads.c.owner == _OWNER,)
_ITEMS = (items.c.thread_id == _ID, items.c.owner == _OWNER)
_ITEM = (*_ITEMS, items.c.id == _ITEM_ID)
_ATTACHMENT = (attachments.c.id == _ID, attachments.c.owner == _OWNER)
_ATTACHMENTS = (attachments.c.owner == _OWNER,)
_ATTACHMENTS_OF_THREAD = (*_ATTACHMENTS, attachments.c.thread_id == _THREAD_ID)

LOAD_THREAD = select(threads.c.document).where(*_THREAD)
LOAD_ITEM = select(items.c.document).where(*_ITEM)
LOAD_ATTACHMENT = select(attachments.c.document).where(*_ATTACHMENT)
ATTACHMENT_OF_ANOTHER = select(attachments.c.id).where(attachments.c.id == _ID, attachments.c.owner != _OWNER)

DELETE_THREAD = delete(threads).where(*_THREAD)
DELETE_ITEMS = delete(items).where(*_ITEMS)
DELETE_ITEM = delete(items).where(*_ITEM)
DELETE_ATTACHMENT = delete(attachments).where(*_ATTACHMENT)


def _delete_newest(*scope: ColumnElement[bool]) -> Delete:
    newest = select(items.c.seq).where(*_ITEMS, *scope).order_by(items.c.seq.desc()).limit(BATCH_ROWS)
    return delete(items).where(items.c.seq.in_(newest.correlate(None)))


_ITEM_SEQ = select(items.c.seq).where(*_ITEM).correlate(None).scalar_subquery()
DELETE_NEWEST_ITEMS = _delete_newest()
DELETE_NEWEST_ITEMS_AFTER = _delete_newest(items.c.seq > _ITEM_SEQ)
"""At most `BATCH_ROWS` items behind the item `b_item_id`."""


@cache
def page_of_threads(order: str, *, has_cursor: bool) -> "Select[str, str]":
    """Ids and documents of an owner's threads, behind the thread `b_after` if there is a cursor."""
    return _page(threads, threads.c.seq, _THREADS, order, has_cursor=has_cursor)


@cache
def page_of_items(order: str, *, has_cursor: bool) -> "Select[str, str]":
    """Ids and documents of a thread's items, behind the item `b_after` if there is a cursor."""
    return _page(items, items.c.seq, _ITEMS, order, has_cursor=has_cursor)


@cache
def page_of_attachments(*, of_thread: bool, has_cursor: bool) -> "Select[str, str]":
    """Ids and documents of an owner's attachments, or those of the thread `b_thread_id`, in order of id."""
    scope = _ATTACHMENTS_OF_THREAD if of_thread else _ATTACHMENTS
    return _page(attachments, attachments.c.id, scope, "asc", has_cursor=has_cursor)


def _page(
    table: Table,
    position: Column[Any],
    scope: tuple[ColumnElement[bool], ...],
    order: str,
    *,
    has_cursor: bool,
) -> "Select[str, str]":
    query = select(table.c.id, table.c.document).where(*scope).limit(_LIMIT)
    if has_cursor:
        start = select(position).where(*scope, table.c.id == _AFTER).correlate(None).scalar_subquery()
        query = query.where(position > start if order == "asc" else position < start)
    return query.order_by(position.asc() if order == "asc" else position.desc())


@cache
def idle_threads(*, has_cursor: bool) -> "Select[float, int, str, str, str | None]":
    """Threads created before `b_before`, oldest first: `created_at`, `seq`, id, owner, and the newest item's
    document.

    With a cursor, those behind `b_after_time` and `b_after_seq`.
    """
    newest = (
        select(items.c.document)
        .where(items.c.thread_id == threads.c.id)
        .order_by(items.c.seq.desc())
        .limit(1)
    )
    place = threads.c.created_at, threads.c.seq
    query = select(*place, threads.c.id, threads.c.owner, newest.scalar_subquery()).limit(_LIMIT)
    query = query.where(threads.c.created_at < _BEFORE).order_by(*place)
    after = bindparam("b_after_seq", type_=BigInteger)
    return query.where(tuple_(*place) > tuple_(_AFTER_TIME, after)) if has_cursor else query


@cache
def unsent_attachments(*, has_cursor: bool) -> "Select[float, str, str]":
    """Attachments without a thread saved before `b_before`, oldest first: `created_at`, id and owner.

    With a cursor, those behind `b_after_time` and `b_after`.
    """
    place = attachments.c.created_at, attachments.c.id
    query = select(*place, attachments.c.owner).limit(_LIMIT).order_by(*place)
    query = query.where(attachments.c.thread_id.is_(None), attachments.c.created_at < _BEFORE)
    return query.where(tuple_(*place) > tuple_(_AFTER_TIME, _AFTER)) if has_cursor else query


@dataclass(frozen=True)
class Saves:
    """The statements that add or replace, in one dialect's words; each returns a row if it was allowed to."""

    thread: Executable
    item: Executable
    attachment: Executable


def saves(dialect: str) -> Saves:
    """The statements for a dialect.

    Raises:
        StorageError: it is neither SQLite nor PostgreSQL.
    """
    match dialect:
        case "sqlite" | "postgresql":
            return Saves(_save_thread(dialect), _save_item(dialect), _save_attachment(dialect))
        case _:
            raise StorageError(f"SqlStore needs SQLite or PostgreSQL, not {dialect}")


def _insert(dialect: Literal["sqlite", "postgresql"], table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _save_thread(dialect: Literal["sqlite", "postgresql"]) -> Executable:
    insert = _insert(dialect, threads).values(
        id=_ID, owner=_OWNER, document=_DOCUMENT, created_at=_CREATED_AT
    )
    return insert.on_conflict_do_update(
        index_elements=[threads.c.id],
        set_={"document": insert.excluded.document, "created_at": insert.excluded.created_at},
        where=threads.c.owner == insert.excluded.owner,
    ).returning(threads.c.id)


def _save_attachment(dialect: Literal["sqlite", "postgresql"]) -> Executable:
    """`b_created_at` is the time of now, and counts when the attachment is saved first."""
    values = {
        "id": _ID,
        "owner": _OWNER,
        "document": _DOCUMENT,
        "thread_id": _THREAD_ID,
        "created_at": _CREATED_AT,
    }
    insert = _insert(dialect, attachments).values(values)
    return insert.on_conflict_do_update(
        index_elements=[attachments.c.id],
        set_={
            "document": insert.excluded.document,
            "thread_id": insert.excluded.thread_id,
            "created_at": func.coalesce(attachments.c.created_at, insert.excluded.created_at),
        },
        where=attachments.c.owner == insert.excluded.owner,
    ).returning(attachments.c.id)


def _save_item(dialect: Literal["sqlite", "postgresql"]) -> Executable:
    # The row comes from the thread: so its existence, and whose it is, are part of the one statement.
    # PostgreSQL locks the thread meanwhile: one that is just being deleted is waited for and then not there.
    row = select(threads.c.id, _ITEM_ID, threads.c.owner, _DOCUMENT).where(*_THREAD)
    row = row.with_for_update(read=True, key_share=True)
    insert = _insert(dialect, items).from_select(["thread_id", "id", "owner", "document"], row)
    return insert.on_conflict_do_update(
        index_elements=[items.c.thread_id, items.c.id],
        set_={"document": insert.excluded.document},
    ).returning(items.c.id)
