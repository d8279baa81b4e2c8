from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.eventlog.calls_conformance import ANSWER, CALL, CallStoreConformance, Pass
from tests.eventlog.conftest import url_of
from turnstream.eventlog.call_store import CallStore, MemoryCallStore
from turnstream.eventlog.sql.call_store import SqlCallStore
from turnstream.store.database import Database

BACKENDS = ["memory", "sqlite", "postgresql"]


@pytest.fixture
def now() -> list[float]:
    """The clock of the book in memory."""
    return [0.0]


@pytest.fixture(params=BACKENDS)
async def calls(request: pytest.FixtureRequest, now: list[float]) -> AsyncIterator[CallStore]:
    if request.param == "memory":
        yield MemoryCallStore(lambda: now[0])
        return
    database = Database(url_of(request.param, request))
    yield SqlCallStore(database)
    await database.close()


@pytest.fixture
def let_pass(calls: CallStore, now: list[float]) -> Pass:
    async def let_pass(seconds: float) -> None:
        now[0] += seconds
        if isinstance(calls, SqlCallStore):
            await set_deadlines_back(calls.database, seconds)

    return let_pass


async def set_deadlines_back(database: Database, seconds: float) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text(f"UPDATE turnstream_calls SET deadline = deadline - {seconds}"))

    await database.write(work)


class TestCallStore(CallStoreConformance):
    """In memory and in every database."""


@pytest.mark.parametrize("calls", BACKENDS[1:], indirect=True)
async def test_another_process_sees_the_same_book(calls: SqlCallStore) -> None:
    await calls.register(CALL, timeout_s=300)
    other = SqlCallStore(calls.database)
    assert await other.claim(CALL)
    assert not await calls.claim(CALL)
    stored_call = await other.resolve(CALL, "answered", ANSWER)
    assert await calls.resolve(CALL, "answered", '{"result":2}') == stored_call
