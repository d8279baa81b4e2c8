"""Room for last words on a full disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.store import StorageFullError
from turnstream.store.database import Database
from turnstream.store.reserve import SIZE_BYTES, Reserve


@pytest.fixture
def reserve_file(tmp_path: Path) -> Path:
    return tmp_path / "chat.sqlite-reserve"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'chat.sqlite'}")
    yield database
    await database.close()


def size_of(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


async def fill(database: Database) -> None:
    """A disk without room, as SQLite tells it."""

    async def work(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("PRAGMA max_page_count=1")
        await connection.exec_driver_sql("CREATE TABLE large AS SELECT randomblob(1000000)")

    with pytest.raises(StorageFullError):
        await database.write(work)


async def test_the_room_is_really_taken(reserve_file: Path) -> None:
    assert await Reserve(reserve_file).make()
    assert (await anyio.Path(reserve_file).stat()).st_blocks * 512 >= SIZE_BYTES


async def test_what_is_set_aside_stays_as_it_is(reserve_file: Path) -> None:
    file = anyio.Path(reserve_file)
    await Reserve(reserve_file).make()
    before = await file.read_bytes()
    assert await Reserve(reserve_file).make()
    assert await file.read_bytes() == before


async def test_a_part_of_it_is_not_enough(reserve_file: Path) -> None:
    file = anyio.Path(reserve_file)
    await file.write_bytes(b"cut short by the end of the disk")
    assert await Reserve(reserve_file).make()
    assert (await file.stat()).st_size == SIZE_BYTES


async def test_a_full_disk_frees_the_room_and_later_it_is_taken_again(
    database: Database, reserve_file: Path
) -> None:
    await database.open()
    await database.expect_room()
    assert size_of(reserve_file) == SIZE_BYTES
    await fill(database)
    assert size_of(reserve_file) == 0
    await database.expect_room()
    assert size_of(reserve_file) == SIZE_BYTES


async def test_without_room_nothing_is_begun(database: Database, reserve_file: Path) -> None:
    obstacle = anyio.Path(reserve_file)
    await obstacle.mkdir()  # nothing can be written there
    await database.open()
    with pytest.raises(StorageFullError, match="disk is full"):
        await database.expect_room()
    await obstacle.rmdir()
    await database.expect_room()


async def test_a_database_in_memory_sets_nothing_aside() -> None:
    database = Database("sqlite://")
    await database.expect_room()
    await database.close()
