"""What every test shares: asyncio as the one event loop, a guard against calls that block it, and real
services.
"""

import asyncio
import os
import re
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import certifi
import pytest
import redis.asyncio  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a log imports it when made: that blocks
from blockbuster import blockbuster_ctx

from tests.services import MissingProgramError, Postgres, Redis, find_program
from turnstream.store import SqlStore

MISSING = re.compile(r"(\w+) is not installed: install the package ([\w-]+)")
TABLES = "threads", "items", "attachments", "turns", "entries", "segments", "calls"

GUARDED = [
    "turnstream.server",
    "turnstream.turns",
    "turnstream.eventlog",
    "turnstream.store",
    "turnstream.agents",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of tests/faults; here, because pytest asks for options only in the conftest.py files it starts
    with.
    """
    group = parser.getgroup("faults")
    group.addoption(
        "--faults", choices=["short", "full"], default="short", help="how much the fault scenarios do"
    )
    group.addoption(
        "--faults-seed", type=int, help="repeat a run of the fault scenarios; random when not given"
    )
    group.addoption(
        "--faults-report", type=Path, help="a markdown file that takes the results between its markers"
    )


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Name one certificate authority. Every HTTP client reads all that are named, the usual hundred in 30 ms,
    and the tests start hundreds of clients and speak plain HTTP.
    """
    certificate, end, _ = Path(certifi.where()).read_text("utf-8").partition("-----END CERTIFICATE-----\n")
    path = tmp_path_factory.mktemp("authority") / "one.pem"
    path.write_text(certificate + end, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        yield


@pytest.fixture(autouse=True)
def blocking_calls_fail() -> Iterator[None]:
    """Fail a test in which the server's code blocks the event loop, itself or by what it calls."""
    with blockbuster_ctx(GUARDED) as guard:
        guard.functions["os.path.abspath"].deactivate()  # asks for the working folder, which is no waiting
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            try:
                find_program(program)
            except MissingProgramError as exc:
                (pytest.fail if os.environ.get("CI") else pytest.skip)(str(exc))


@pytest.hookimpl(wrapper=True, tryfirst=True)  # the last word of the summary
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    yield
    skipped: list[pytest.TestReport] = terminalreporter.getreports("skipped")
    found = [match for report in skipped if (match := MISSING.search(str(report.longrepr)))]
    for name, package in sorted({match.groups() for match in found}):
        missed = sum(match[1] == name for match in found)
        note = f"{name} is not installed: {missed} tests did not run; install the package {package}"
        terminalreporter.write_line(note, yellow=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One PostgreSQL for all suites; each makes its own database, and what stops it starts it again."""
    with closing(Postgres(tmp_path_factory.mktemp("postgres"))) as service:
        service.start()
        yield service


@pytest.fixture(scope="session")
def shared_database(postgres: Postgres) -> str:
    return postgres.create_database("shared")


@pytest.fixture
def postgres_url(postgres: Postgres, shared_database: str) -> str:
    """A database with nothing in turnstream's tables, if it has them, and only the default partition."""
    if postgres.query("SELECT to_regclass('turnstream_calls')", database="shared") != [(None,)]:
        found = (
            "SELECT relname FROM pg_class WHERE relname ~ '^turnstream_segments_[0-9]+$' AND relkind = 'r'"
        )
        partitions = [f"DROP TABLE {name}" for (name,) in postgres.query(found, database="shared")]
        emptied = [f"DELETE FROM turnstream_{table}" for table in TABLES]
        postgres.query(";".join([*partitions, *emptied]), database="shared")
    return shared_database


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that a store has opened: all tables, and nothing in them."""
    path = tmp_path_factory.mktemp("sqlite") / "chat.sqlite"

    async def make() -> None:
        store = SqlStore[None](f"sqlite:///{path}")
        await store.open()
        await store.close()

    with ThreadPoolExecutor(1) as thread:  # the test that asks first has a loop in this one
        thread.submit(asyncio.run, make()).result()
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A copy of it: making the tables takes as long as most tests do."""
    return f"sqlite:///{copyfile(migrated_file, tmp_path / 'chat.sqlite')}"


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with closing(Redis(tmp_path_factory.mktemp("redis"))) as service:
        service.start()
        yield service


@pytest.fixture
def empty_redis(redis_server: Redis) -> Redis:
    """A server with nothing in it."""
    assert redis_server.say("FLUSHALL") == "+OK"
    return redis_server


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    """A server that the test may stop, fill and kill."""
    with closing(Redis(tmp_path)) as service:
        service.start()
        yield service
