"""A PostgreSQL that keeps its connections and answers nothing."""

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.services import Postgres
from tests.store.examples import thread_of
from turnstream.store import SqlStore, StorageError, database

pytestmark = pytest.mark.needs("initdb")


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore[Any](postgres_url)
    await store.save_thread(thread_of("thr_1"), "ada")
    yield store
    await store.close()


@contextmanager
def hanging(postgres: Postgres) -> Generator[None]:
    postgres.pause()
    try:
        yield
    finally:
        postgres.resume()


async def test_nobody_waits_for_it(
    store: SqlStore, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_ANSWER_S", 0.2)
    with hanging(postgres):
        for _ in range(3):
            with pytest.raises(StorageError, match=r"cannot be used: it has not answered for 0\.2 s"):
                await store.load_thread("thr_1", "ada")
            with pytest.raises(StorageError, match="has not answered"):
                await store.save_thread(thread_of("thr_1", "not stored"), "ada")
    monkeypatch.undo()
    assert (await store.load_thread("thr_1", "ada")).title is None


async def test_many_that_wait_leave_connections_to_those_that_follow(
    store: SqlStore, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_ANSWER_S", 0.5)
    with hanging(postgres):
        loads = [store.load_thread("thr_1", "ada") for _ in range(40)]
        outcomes = await asyncio.gather(*loads, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {StorageError}
    monkeypatch.undo()
    await asyncio.gather(*(store.load_thread("thr_1", "ada") for _ in range(40)))


async def test_who_is_cancelled_meanwhile_need_not_wait_for_the_answer(
    store: SqlStore, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_ANSWER_S", 0.5)
    with hanging(postgres):
        load = asyncio.create_task(store.load_thread("thr_1", "ada"))
        await asyncio.sleep(0.1)
        load.cancel()
        async with asyncio.timeout(60):
            with pytest.raises(asyncio.CancelledError):
                await load
    monkeypatch.undo()
    assert (await store.load_thread("thr_1", "ada")).id == "thr_1"
