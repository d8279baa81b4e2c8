"""The conformance suite: every test that asks for `store` runs on every backend. A new backend adds one line."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from turnstream.store import MemoryStore, Store

AnyStore: TypeAlias = Store[Any]

BACKENDS: dict[str, Callable[[Path], AnyStore]] = {
    "memory": lambda _: MemoryStore(),
}


@pytest.fixture(params=BACKENDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyStore]:
    backend = BACKENDS[request.param](tmp_path)
    yield backend
