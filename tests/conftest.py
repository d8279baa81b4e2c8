"""What every test shares: asyncio as the one event loop, and a guard against calls that block it."""

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx

GUARDED = ["turnstream.server", "turnstream.turns", "turnstream.eventlog", "turnstream.store", "turnstream.agents"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def blocking_calls_fail() -> Iterator[None]:
    """Fail a test in which the server's code blocks the event loop, itself or by what it calls."""
    with blockbuster_ctx(GUARDED) as guard:
        guard.functions["os.path.abspath"].deactivate()  # asks for the working folder, which is no waiting
        yield
