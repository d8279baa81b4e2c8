"""What only a SQL store has: a file, connections, and a database that may be unusable."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import wait_all_tasks_blocked
from sqlalchemy import ClauseElement, Executable, event, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import QueuePool

from tests.store.examples import message_of, thread_of
from turnstream.store import SqlStore, StorageError, StorageFullError, statements


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = SqlStore[Any](f"sqlite:///{tmp_path / 'chat.sqlite'}")
    yield store
    await store.close()


async def pragma(store: SqlStore, name: str) -> object:
    async def ask(connection: AsyncConnection) -> object:
        return (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()

    return await store.database.read(ask)


async def test_what_is_stored_outlives_the_store(store: SqlStore, tmp_path: Path) -> None:
    await store.save_thread(thread_of("thr_1", "kept"), "ada")
    await store.close()
    again = SqlStore[Any](f"sqlite:///{tmp_path / 'chat.sqlite'}")
    assert (await again.load_thread("thr_1", "ada")).title == "kept"
    await again.close()


async def test_opening_and_closing_may_be_repeated(store: SqlStore) -> None:
    for _ in range(2):
        await store.open()
    await store.save_thread(thread_of("thr_1", "kept"), "ada")
    for _ in range(2):
        await store.close()
    assert (await store.load_thread("thr_1", "ada")).title == "kept"


async def test_many_first_uses_at_once_open_it_once(store: SqlStore) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(store.save_thread, thread_of(f"thr_{number}"), "ada")
    assert len((await store.load_threads(20, None, "asc", "ada")).data) == 10


async def test_sqlite_logs_ahead_waits_for_writers_and_checks_foreign_keys(store: SqlStore) -> None:
    assert await pragma(store, "journal_mode") == "wal"
    assert await pragma(store, "busy_timeout") == 10_000
    assert await pragma(store, "foreign_keys") == 1


async def test_what_was_deleted_is_not_in_the_file_any_more(store: SqlStore, tmp_path: Path) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    for text_ in ("short secret", "long secret" * 5000):
        await store.add_thread_item("thr_1", message_of("msg_1", text_), "ada")
    await store.delete_thread("thr_1", "ada")
    await pragma(store, "wal_checkpoint(TRUNCATE)")
    assert b"secret" not in await anyio.Path(tmp_path / "chat.sqlite").read_bytes()


async def test_readers_do_not_wait_for_a_writer(store: SqlStore) -> None:
    await store.save_thread(thread_of("thr_1", "old"), "ada")

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(text("UPDATE turnstream_threads SET document = 'not yet'"))
        assert (await store.load_thread("thr_1", "ada")).title == "old"
        await connection.rollback()

    await store.database.write(write)


async def test_connections_to_sqlite_are_kept_after_many_reads_at_once(store: SqlStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    opened: list[int] = []
    event.listen(store.database.engine.sync_engine, "connect", lambda *_: opened.append(1))
    counts: list[int] = []
    for _ in range(3):
        await asyncio.gather(*(store.load_thread("thr_1", "ada") for _ in range(20)))
        counts.append(len(opened))
    assert counts == [counts[0]] * 3


async def test_who_writes_ahead_passes_those_that_wait_and_alternates_with_them(store: SqlStore) -> None:
    await store.open()
    order: list[str] = []
    may_end = asyncio.Event()

    async def hold(_connection: AsyncConnection) -> None:
        await may_end.wait()

    async def write(name: str, times: int) -> None:
        async def note(_connection: AsyncConnection) -> None:
            order.append(name)

        for _ in range(times):
            await store.database.write(note, is_ahead=name == "ahead")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(store.database.write, hold)
        await wait_all_tasks_blocked()
        for name in ("first", "second", "third"):
            tasks.start_soon(write, name, 1)
        tasks.start_soon(write, "ahead", 2)
        await wait_all_tasks_blocked()
        may_end.set()
    assert order == ["ahead", "first", "ahead", "second", "third"]


async def test_an_engine_of_the_app_is_used_and_left_open(tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'app.sqlite'}")
    store = SqlStore[Any](engine)
    await store.save_thread(thread_of("thr_1"), "ada")
    await store.add_thread_item("thr_1", message_of("msg_1"), "ada")
    await store.delete_thread("thr_1", "ada")  # without foreign keys: the engine is as the app made it
    await store.close()
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM turnstream_items"))).scalar() == 0
    await engine.dispose()


def at_statement(store: SqlStore, number: int, act: Callable[[], object]) -> None:
    """Acts when the store is about to execute its statement of that number, counted from now."""
    countdown = count(number, -1)

    @event.listens_for(store.database.engine.sync_engine, "before_cursor_execute")
    def _(*_: object) -> None:  # pyright: ignore[reportUnusedFunction]
        if next(countdown) == 0:
            act()


async def add_and_list(store: SqlStore) -> None:
    for number in range(3):
        await store.add_thread_item("thr_1", message_of(f"msg_{number}"), "ada")
        await store.load_thread_items("thr_1", None, 5, "asc", "ada")


async def assert_unhurt(store: SqlStore) -> None:
    await store.add_thread_item("thr_1", message_of("last"), "ada")
    page = await store.load_thread_items("thr_1", None, 1, "desc", "ada")
    assert page.data == [message_of("last")]
    pool = store.database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


@pytest.mark.parametrize("number", range(4))
async def test_an_operation_in_a_cancelled_scope_ends_whole(store: SqlStore, number: int) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    tasks_before = asyncio.all_tasks()
    with anyio.CancelScope() as scope:
        at_statement(store, number, scope.cancel)
        await add_and_list(store)
    assert scope.cancelled_caught
    assert asyncio.all_tasks() == tasks_before
    page = await store.load_thread_items("thr_1", None, 5, "asc", "ada")
    assert len(page.data) == number // 2 + 1  # the operation that was cancelled is complete, no other began
    await assert_unhurt(store)


@pytest.mark.parametrize("number", range(4))
async def test_an_operation_in_a_cancelled_task_ends_whole(store: SqlStore, number: int) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    tasks_before = asyncio.all_tasks()
    task = asyncio.create_task(add_and_list(store))
    at_statement(store, number, task.cancel)
    await asyncio.wait([task])
    assert task.cancelled()
    assert asyncio.all_tasks() == tasks_before
    page = await store.load_thread_items("thr_1", None, 5, "asc", "ada")
    assert len(page.data) == number // 2 + 1
    await assert_unhurt(store)


async def test_a_cancelled_first_use_leaves_the_store_usable(store: SqlStore) -> None:
    with anyio.CancelScope() as scope:
        at_statement(store, 3, scope.cancel)
        await store.save_thread(thread_of("thr_1"), "ada")
        await store.save_thread(thread_of("thr_2"), "ada")
    assert scope.cancelled_caught
    await store.save_thread(thread_of("thr_1"), "ada")
    await assert_unhurt(store)


async def test_a_full_database_says_so_and_keeps_what_it_had(store: SqlStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    pages = await pragma(store, "page_count")
    await pragma(store, f"max_page_count={pages}")
    with pytest.raises(StorageFullError, match="database is full") as raised:
        await store.add_thread_item("thr_1", message_of("msg_1", "x" * 100_000), "ada")
    assert isinstance(raised.value.__cause__, Exception)
    assert (await store.load_thread_items("thr_1", None, 5, "asc", "ada")).data == []
    await pragma(store, "max_page_count=1000000")
    await store.add_thread_item("thr_1", message_of("msg_1", "x" * 100_000), "ada")


async def test_a_database_that_cannot_be_reached_says_why(tmp_path: Path) -> None:
    store = SqlStore[Any](f"sqlite:///{tmp_path / 'missing' / 'chat.sqlite'}")
    for _ in range(2):
        with pytest.raises(StorageError, match="unable to open database file"):
            await store.load_thread("thr_1", "ada")
    (tmp_path / "missing").mkdir()
    await store.save_thread(thread_of("thr_1"), "ada")  # as soon as it can be reached, it is
    await store.close()


def test_other_databases_are_refused() -> None:
    with pytest.raises(StorageError, match="SQLite or PostgreSQL, not mysql"):
        SqlStore("mysql://localhost/chat")


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"psycopg.*turnstream\[postgres\]"):
        SqlStore("postgresql://localhost/chat")


SAVES = statements.saves("sqlite")
STATEMENTS: dict[str, Executable] = {
    "load_thread": statements.LOAD_THREAD,
    "load_item": statements.LOAD_ITEM,
    "load_attachment": statements.LOAD_ATTACHMENT,
    "attachment_of_another": statements.ATTACHMENT_OF_ANOTHER,
    "delete_thread": statements.DELETE_THREAD,
    "delete_items": statements.DELETE_ITEMS,
    "delete_item": statements.DELETE_ITEM,
    "delete_newest_items": statements.DELETE_NEWEST_ITEMS,
    "delete_newest_items_after": statements.DELETE_NEWEST_ITEMS_AFTER,
    "delete_attachment": statements.DELETE_ATTACHMENT,
    "save_thread": SAVES.thread,
    "save_item": SAVES.item,
    "save_attachment": SAVES.attachment,
    **{
        f"{page.__name__} {order} {has_cursor}": page(order, has_cursor=has_cursor)
        for page in (statements.page_of_threads, statements.page_of_items)
        for order in ("asc", "desc")
        for has_cursor in (True, False)
    },
    **{
        f"page_of_attachments {of_thread} {has_cursor}": statements.page_of_attachments(
            of_thread=of_thread, has_cursor=has_cursor
        )
        for of_thread in (True, False)
        for has_cursor in (True, False)
    },
    **{
        f"{old.__name__} {has_cursor}": old(has_cursor=has_cursor)
        for old in (statements.idle_threads, statements.unsent_attachments)
        for has_cursor in (True, False)
    },
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
async def test_every_statement_uses_an_index_and_carries_the_owner(
    store: SqlStore, statement: Executable
) -> None:
    async def explain(connection: AsyncConnection) -> list[str]:
        assert isinstance(statement, ClauseElement)
        query = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
        assert "owner" in str(query)
        plan = await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"), query.params or {})
        return [row["detail"] for row in plan.mappings()]

    steps = await store.database.read(explain)
    assert [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step] == []


STARTER = """
import sys, anyio
from datetime import datetime, UTC
from turnstream.store import SqlStore
from turnstream.types import ThreadMetadata

async def main(url, name):
    store = SqlStore(url)
    print("ready", flush=True)
    sys.stdin.readline()
    await store.open()
    for number in range(5):
        await store.save_thread(ThreadMetadata(id=f"{name}_{number}", created_at=datetime.now(UTC)), "ada")
    await store.close()

anyio.run(main, *sys.argv[1:])
"""


async def test_processes_that_start_at_once_on_one_file_all_open_it(store: SqlStore, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'chat.sqlite'}"
    processes = [
        await anyio.open_process([sys.executable, "-W", "error", "-c", STARTER, url, str(n)], stderr=None)
        for n in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert (await process.stdout.receive()).strip() == b"ready"
    for process in processes:
        assert process.stdin is not None
        await process.stdin.send(b"go\n")
    for process in processes:  # what they say on stderr, pytest shows
        assert await process.wait() == 0
        await process.aclose()
    assert len((await store.load_threads(100, None, "asc", "ada")).data) == 15


async def test_a_postgresql_that_says_nothing_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # connects, and that is all
        store = SqlStore[None](f"postgresql://ada@127.0.0.1:{silent.getsockname()[1]}/chat")
        with pytest.raises(StorageError):
            await store.open()
        await store.close()
