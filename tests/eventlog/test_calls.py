from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.eventlog.calls_conformance import ANSWER, CALL, CallBookConformance, Pass
from tests.eventlog.conftest import url_of
from turnstream.eventlog.calls import CallBook, MemoryCallBook
from turnstream.eventlog.sql_calls import SqlCallBook
from turnstream.store.database import Database

BACKENDS = ["memory", "sqlite", "postgresql"]


@pytest.fixture
def now() -> list[float]:
    """The clock of the book in memory."""
    return [0.0]


@pytest.fixture(params=BACKENDS)
async def calls(request: pytest.FixtureRequest, now: list[float]) -> AsyncIterator[CallBook]:
    if request.param == "memory":
        yield MemoryCallBook(lambda: now[0])
        return
    database = Database(url_of(request.param, request))
    yield SqlCallBook(database)
    await database.close()


@pytest.fixture
def let_pass(calls: CallBook, now: list[float]) -> Pass:
    async def let_pass(seconds: float) -> None:
        now[0] += seconds
        if isinstance(calls, SqlCallBook):
            await set_deadlines_back(calls.database, seconds)

    return let_pass


async def set_deadlines_back(database: Database, seconds: float) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text(f"UPDATE turnstream_calls SET deadline = deadline - {seconds}"))

    await database.write(work)


class TestCallBook(CallBookConformance):
    """In memory and in every database."""


@pytest.mark.parametrize("calls", BACKENDS[1:], indirect=True)
async def test_another_process_sees_the_same_book(calls: SqlCallBook) -> None:
    await calls.open(CALL, timeout_s=300)
    other = SqlCallBook(calls.database)
    assert await other.claim(CALL)
    assert not await calls.claim(CALL)
    stands = await other.settle(CALL, "answered", ANSWER)
    assert await calls.settle(CALL, "answered", '{"result":2}') == stands
