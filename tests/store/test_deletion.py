"""Conformance of stores: deleting many items, here and in stores that do it the simple way."""

from itertools import count
from typing import Any

import pytest
from sqlalchemy import event

from tests.store.conftest import AnyStore, SimpleStore, every_way, only_sql
from tests.store.examples import message_of, thread_of
from turnstream.store import NotFoundError, SqlStore
from turnstream.store.database import BATCH_ROWS


async def fill(store: AnyStore, size: int, thread_id: str = "thr_1") -> None:
    await store.save_thread(thread_of(thread_id), "ada")
    for number in range(size):
        await store.add_thread_item(thread_id, message_of(f"msg_{number}", thread_id=thread_id), "ada")


async def ids_of(store: AnyStore, thread_id: str = "thr_1") -> list[str]:
    page = await store.load_thread_items(thread_id, None, 10_000, "asc", "ada")
    return [item.id for item in page.data]


@every_way
async def test_the_items_behind_one_go_and_that_one_stays(store: AnyStore) -> None:
    await fill(store, 5)
    await fill(store, 3, "thr_2")
    await store.delete_thread_items_after("thr_1", "msg_1", "ada")
    assert await ids_of(store) == ["msg_0", "msg_1"]
    assert await ids_of(store, "thr_2") == ["msg_0", "msg_1", "msg_2"]


@every_way
async def test_behind_the_newest_item_there_is_nothing_to_delete(store: AnyStore) -> None:
    await fill(store, 2)
    for _ in range(2):
        await store.delete_thread_items_after("thr_1", "msg_1", "ada")
    assert await ids_of(store) == ["msg_0", "msg_1"]


@every_way
async def test_behind_what_is_not_there_nothing_is_deleted(store: AnyStore) -> None:
    await fill(store, 2)
    with pytest.raises(NotFoundError, match=r"^item 'msg_9' was not found$"):
        await store.delete_thread_items_after("thr_1", "msg_9", "ada")
    with pytest.raises(NotFoundError, match=r"^thread 'thr_9' was not found$"):
        await store.delete_thread_items_after("thr_9", "msg_0", "ada")
    with pytest.raises(NotFoundError, match=r"^thread 'thr_1' was not found$"):
        await store.delete_thread_items_after("thr_1", "msg_0", "bob")
    assert await ids_of(store) == ["msg_0", "msg_1"]


async def test_the_simple_way_goes_over_more_than_a_page() -> None:
    store = SimpleStore()
    await fill(store, 250)
    await store.delete_thread_items_after("thr_1", "msg_3", "ada")
    assert await ids_of(store) == [f"msg_{number}" for number in range(4)]


class Transactions:
    """How many items each transaction of a store deleted, and whether it may have deleted no more."""

    def __init__(self, store: SqlStore) -> None:
        self.items: list[int] = []
        self._now = 0
        engine = store.database.engine.sync_engine
        event.listen(engine, "after_cursor_execute", self._executed)
        event.listen(engine, "commit", self._committed)

    def _executed(self, _connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("DELETE FROM turnstream_items"):
            self._now += cursor.rowcount

    def _committed(self, _connection: Any) -> None:
        self.items.append(self._now)
        self._now = 0


async def fill_fast(store: SqlStore, size: int) -> None:
    """Items that are alike: only their number counts."""
    await store.save_thread(thread_of("thr_1"), "ada")
    document = message_of("msg_0").model_dump_json()
    insert = "INSERT INTO turnstream_items (thread_id, id, owner, document) VALUES ('thr_1', {0}, 'ada', {0})"
    is_sqlite = store.database.dialect == "sqlite"
    statement = insert.replace("{0}, 'ada', {0}", "?, 'ada', ?" if is_sqlite else "%s, 'ada', %s")

    async def work(connection: Any) -> None:
        await connection.exec_driver_sql(statement, [(f"msg_{number}", document) for number in range(size)])

    await store.database.write(work)


@only_sql
async def test_a_long_thread_is_deleted_in_short_transactions_newest_first(store: SqlStore) -> None:
    await fill_fast(store, 2 * BATCH_ROWS + 7)
    transactions = Transactions(store)
    await store.delete_thread("thr_1", "ada")
    assert transactions.items == [BATCH_ROWS, BATCH_ROWS, 7, 0]  # the thread itself goes in the last


@only_sql
async def test_many_items_are_deleted_in_short_transactions(store: SqlStore) -> None:
    await fill_fast(store, BATCH_ROWS + 10)
    transactions = Transactions(store)
    await store.delete_thread_items_after("thr_1", "msg_2", "ada")
    assert transactions.items == [BATCH_ROWS, 7]
    async with store.database.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT id FROM turnstream_items ORDER BY seq")
        assert [item_id for (item_id,) in rows] == ["msg_0", "msg_1", "msg_2"]


@only_sql
async def test_what_a_crash_leaves_is_the_beginning_and_deleting_again_finishes(store: SqlStore) -> None:
    await fill_fast(store, BATCH_ROWS + 10)

    commits = count(1)

    def crash(_connection: Any) -> None:
        if next(commits) == 2:
            raise RuntimeError("crash")

    event.listen(store.database.engine.sync_engine, "commit", crash)
    with pytest.raises(RuntimeError, match="crash"):
        await store.delete_thread("thr_1", "ada")
    async with store.database.engine.connect() as connection:
        left = await connection.exec_driver_sql("SELECT id FROM turnstream_items ORDER BY seq")
        assert [item_id for (item_id,) in left] == [f"msg_{number}" for number in range(10)]
    assert (await store.load_thread("thr_1", "ada")).id == "thr_1"
    await store.delete_thread("thr_1", "ada")
    with pytest.raises(NotFoundError):
        await store.load_thread("thr_1", "ada")
