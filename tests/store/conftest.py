"""The conformance suite: every test that asks for `store` runs on every backend.

A new backend adds one line.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeAlias

import pytest

from turnstream.store import MemoryStore, SqlStore, Store

AnyStore: TypeAlias = Store[Any]


class SimpleStore(MemoryStore[Any]):
    """One of an app: it does not override what has a default."""

    delete_thread_items_after = Store.delete_thread_items_after


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], AnyStore]] = {
    "memory": lambda _request: MemoryStore(),
    "sqlite": lambda request: SqlStore(request.getfixturevalue("sqlite_url")),
    "sqlite in memory": lambda _request: SqlStore("sqlite://"),
    "postgresql": lambda request: SqlStore(request.getfixturevalue("postgres_url")),
    "simple": lambda _request: SimpleStore(),
}
POSTGRES = pytest.param("postgresql", marks=pytest.mark.needs("initdb"))
SQL = ["sqlite", "sqlite in memory", POSTGRES]

only_sql = pytest.mark.parametrize("store", SQL, indirect=True)
every_way = pytest.mark.parametrize("store", ["memory", "simple", *SQL], indirect=True)


@pytest.fixture(params=["memory", *SQL])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    backend = BACKENDS[request.param](request)
    yield backend
    if isinstance(backend, SqlStore):
        await backend.close()
