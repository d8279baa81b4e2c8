"""Every statement of `SqlStore`. Their parameters are `b_id`, `b_owner` and so on; all of them carry the owner."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from sqlalchemy import ColumnElement, Executable, Integer, Select, Table, Text, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from turnstream.store.base import StorageError
from turnstream.store.tables import attachments, items, threads

__all__ = [
    "ATTACHMENT_OF_ANOTHER",
    "DELETE_ATTACHMENT",
    "DELETE_ITEM",
    "DELETE_ITEMS",
    "DELETE_THREAD",
    "LOAD_ATTACHMENT",
    "LOAD_ITEM",
    "LOAD_THREAD",
    "Saves",
    "page_of_items",
    "page_of_threads",
    "saves",
]

# Typed, because PostgreSQL must be told the type of a parameter that stands in a select list.
_ID = bindparam("b_id", type_=Text)
_OWNER = bindparam("b_owner", type_=Text)
_ITEM_ID = bindparam("b_item_id", type_=Text)
_DOCUMENT = bindparam("b_document", type_=Text)
_AFTER = bindparam("b_after", type_=Text)
_LIMIT = bindparam("b_limit", type_=Integer)

_THREAD = (threads.c.id == _ID, threads.c.owner == _OWNER)
_THREADS = (threads.c.owner == _OWNER,)
_ITEMS = (items.c.thread_id == _ID, items.c.owner == _OWNER)
_ITEM = (*_ITEMS, items.c.id == _ITEM_ID)
_ATTACHMENT = (attachments.c.id == _ID, attachments.c.owner == _OWNER)

LOAD_THREAD = select(threads.c.document).where(*_THREAD)
LOAD_ITEM = select(items.c.document).where(*_ITEM)
LOAD_ATTACHMENT = select(attachments.c.document).where(*_ATTACHMENT)
ATTACHMENT_OF_ANOTHER = select(attachments.c.id).where(attachments.c.id == _ID, attachments.c.owner != _OWNER)

DELETE_THREAD = delete(threads).where(*_THREAD)
DELETE_ITEMS = delete(items).where(*_ITEMS)
DELETE_ITEM = delete(items).where(*_ITEM)
DELETE_ATTACHMENT = delete(attachments).where(*_ATTACHMENT)


@cache
def page_of_threads(order: str, *, has_cursor: bool) -> "Select[str, str]":
    """Ids and documents of an owner's threads, behind the thread `b_after` if there is a cursor."""
    return _page(threads, _THREADS, order, has_cursor=has_cursor)


@cache
def page_of_items(order: str, *, has_cursor: bool) -> "Select[str, str]":
    """Ids and documents of a thread's items, behind the item `b_after` if there is a cursor."""
    return _page(items, _ITEMS, order, has_cursor=has_cursor)


def _page(table: Table, scope: tuple[ColumnElement[bool], ...], order: str, *, has_cursor: bool) -> "Select[str, str]":
    query = select(table.c.id, table.c.document).where(*scope).limit(_LIMIT)
    position = table.c.seq
    if has_cursor:
        start = select(position).where(*scope, table.c.id == _AFTER).correlate(None).scalar_subquery()
        query = query.where(position > start if order == "asc" else position < start)
    return query.order_by(position.asc() if order == "asc" else position.desc())


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
            return Saves(_save_owned(dialect, threads), _save_item(dialect), _save_owned(dialect, attachments))
        case _:
            raise StorageError(f"SqlStore needs SQLite or PostgreSQL, not {dialect}")


def _insert(dialect: Literal["sqlite", "postgresql"], table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _save_owned(dialect: Literal["sqlite", "postgresql"], table: Table) -> Executable:
    insert = _insert(dialect, table).values(id=_ID, owner=_OWNER, document=_DOCUMENT)
    return insert.on_conflict_do_update(
        index_elements=[table.c.id],
        set_={"document": insert.excluded.document},
        where=table.c.owner == insert.excluded.owner,
    ).returning(table.c.id)


def _save_item(dialect: Literal["sqlite", "postgresql"]) -> Executable:
    # The row comes from the thread: so its existence, and whose it is, are part of the one statement. PostgreSQL
    # locks the thread meanwhile: one that is just being deleted is waited for and then not there.
    row = select(threads.c.id, _ITEM_ID, threads.c.owner, _DOCUMENT).where(*_THREAD)
    row = row.with_for_update(read=True, key_share=True)
    insert = _insert(dialect, items).from_select(["thread_id", "id", "owner", "document"], row)
    return insert.on_conflict_do_update(
        index_elements=[items.c.thread_id, items.c.id],
        set_={"document": insert.excluded.document},
    ).returning(items.c.id)
