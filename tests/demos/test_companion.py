"""The companion's server, without a browser."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import QueuePool

from turnstream.demos.companion.script import decide
from turnstream.demos.companion.server import CompanionServer
from turnstream.demos.scripted import ScriptedModel
from turnstream.store import SqlStore


async def test_closing_the_server_closes_its_databases(tmp_path: Path) -> None:
    store = SqlStore[Any](f"sqlite+aiosqlite:///{tmp_path / 'threads.sqlite'}")
    server = CompanionServer(store, model=ScriptedModel(decide))
    await store.open()
    await server.close()
    assert isinstance(store.database.engine.pool, QueuePool)
    assert store.database.engine.pool.checkedin() == 0
    with pytest.raises(sqlite3.ProgrammingError):
        await server.articles.search("sleep")
