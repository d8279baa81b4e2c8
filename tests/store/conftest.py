"""The conformance suite: every test that asks for `store` runs on every backend. A new backend adds one line."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from turnstream.store import MemoryStore, SqlStore, Store

AnyStore: TypeAlias = Store[Any]

BACKENDS: dict[str, Callable[[Path, pytest.FixtureRequest], AnyStore]] = {
    "memory": lambda _folder, _request: MemoryStore(),
    "sqlite": lambda folder, _request: SqlStore(f"sqlite:///{folder / 'chat.sqlite'}"),
    "sqlite in memory": lambda _folder, _request: SqlStore("sqlite://"),
    "postgresql": lambda _folder, request: SqlStore(request.getfixturevalue("postgres_url")),
}


NEEDS = {"postgresql": pytest.mark.needs("initdb")}


@pytest.fixture(params=[pytest.param(name, marks=NEEDS.get(name, ())) for name in BACKENDS])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnyStore]:
    backend = BACKENDS[request.param](tmp_path, request)
    yield backend
    if isinstance(backend, SqlStore):
        await backend.close()
