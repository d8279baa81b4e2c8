"""The files of a SQLite store are its user's alone: they hold what people said."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from tests.store.examples import thread_of
from turnstream.store import SqlStore


@pytest.fixture(autouse=True)
def no_umask() -> Iterator[None]:
    """Nothing that a umask would take away hides a mode that was never set."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {file.name: f"{stat.S_IMODE(file.stat().st_mode):o}" for file in folder.iterdir()}


async def use(file: Path) -> dict[str, str]:
    """Store something, and return the modes while the store is open: SQLite removes most files when it
    closes.
    """
    store = SqlStore[Any](f"sqlite:///{file}")
    await store.save_thread(thread_of("thr_1"), "ada")
    await store.database.expect_room()
    try:
        return await anyio.to_thread.run_sync(modes, file.parent)
    finally:
        await store.close()


async def test_every_file_is_its_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    assert await use(tmp_path / "chat.sqlite") == {
        f"chat.sqlite{suffix}": "600" for suffix in ("", "-wal", "-shm", "-reserve")
    }


async def test_a_rollback_journal_has_the_mode_of_its_database(tmp_path: Path) -> None:
    await use(tmp_path / "chat.sqlite")

    def write() -> dict[str, str]:
        with closing(sqlite3.connect(tmp_path / "chat.sqlite")) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN")
            connection.execute("CREATE TABLE written (x)")
            return modes(tmp_path)

    assert (await anyio.to_thread.run_sync(write))["chat.sqlite-journal"] == "600"


async def test_files_that_exist_keep_their_mode(tmp_path: Path) -> None:
    for suffix in ("", "-reserve"):
        file = tmp_path / f"chat.sqlite{suffix}"
        file.touch()
        file.chmod(0o640)
    found = await use(tmp_path / "chat.sqlite")
    assert set(found.values()) == {"640"}
    assert len(found) == 4
