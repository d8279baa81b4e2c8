"""What every test shares: asyncio as the one event loop, and a guard against calls that block it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx

pytest_plugins = ["tests.services"]

GUARDED = ["turnstream.server", "turnstream.turns", "turnstream.eventlog", "turnstream.store", "turnstream.agents"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of tests/faults; here, because pytest asks for options only in the conftest.py files it starts with."""
    group = parser.getgroup("faults")
    group.addoption("--faults", choices=["short", "full"], default="short", help="how much the fault scenarios do")
    group.addoption("--faults-seed", type=int, help="repeat a run of the fault scenarios; random when not given")
    group.addoption("--faults-report", type=Path, help="a markdown file that takes the results between its markers")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def blocking_calls_fail() -> Iterator[None]:
    """Fail a test in which the server's code blocks the event loop, itself or by what it calls."""
    with blockbuster_ctx(GUARDED) as guard:
        guard.functions["os.path.abspath"].deactivate()  # asks for the working folder, which is no waiting
        yield
