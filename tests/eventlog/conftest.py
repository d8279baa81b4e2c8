"""The conformance suite's backends: every test that asks for `log` runs on each.

A new backend adds one line.
"""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.services import Redis
from turnstream.eventlog import EventLog, MemoryEventLog, SqlEventLog
from turnstream.eventlog.redis import RedisEventLog

POSTGRES = pytest.param("postgresql", marks=pytest.mark.needs("initdb"))
BACKENDS = [
    "memory",
    "sqlite",
    "sqlite in memory",
    POSTGRES,
    pytest.param("redis on sqlite", marks=pytest.mark.needs("redis-server")),
    pytest.param("redis on postgresql", marks=pytest.mark.needs("redis-server", "initdb")),
]
SHARED = ["sqlite", POSTGRES]
"""Those that several processes may share."""

NewLog = Callable[[], SqlEventLog]


def url_of(backend: str, request: pytest.FixtureRequest) -> str:
    match backend:
        case "sqlite in memory":
            return "sqlite://"
        case "sqlite":
            return request.getfixturevalue("sqlite_url")
        case _:
            return request.getfixturevalue("postgres_url")


@pytest.fixture(params=BACKENDS)
async def log(request: pytest.FixtureRequest) -> AsyncIterator[EventLog]:
    match request.param:
        case "memory":
            log = MemoryEventLog()
        case "redis on sqlite" | "redis on postgresql" as backend:
            server: Redis = request.getfixturevalue("empty_redis")
            log = RedisEventLog(server.url, url_of(backend.removeprefix("redis on "), request))
        case backend:
            log = SqlEventLog(url_of(backend, request))
    yield log
    await log.close()


@pytest.fixture(params=SHARED)
async def new_log(request: pytest.FixtureRequest) -> AsyncIterator[NewLog]:
    """Makes logs on one database: each stands for a process."""
    url = url_of(request.param, request)
    logs: list[SqlEventLog] = []

    def new() -> SqlEventLog:
        logs.append(SqlEventLog(url))
        return logs[-1]

    yield new
    for log in logs:
        await log.close()
