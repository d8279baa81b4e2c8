"""A database is brought to the tables that the queries expect, all at once or not at all."""

import logging
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from blockbuster import blockbuster_ctx
from sqlalchemy import Connection

from tests.store.examples import NOON, file_of, thread_of
from turnstream.store import SqlStore, StorageError, migrations
from turnstream.store.documents import to_document
from turnstream.store.tables import metadata
from turnstream.types import ThreadMetadata


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chat.sqlite"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqlStore]:
    store = SqlStore[Any](f"sqlite:///{file}")
    yield store
    await store.close()


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def execute(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


async def test_the_migrated_tables_are_those_of_the_queries(store: SqlStore) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"version_table": migrations.VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, metadata)

    assert await store.database.read(lambda connection: connection.run_sync(differences)) == []


async def test_every_table_is_named_as_ours(store: SqlStore, file: Path) -> None:
    await store.open()
    assert {name for name in tables(file) if not name.startswith(("turnstream_", "sqlite_"))} == set()
    assert migrations.VERSION_TABLE in tables(file)


def test_the_head_is_the_newest_step() -> None:
    steps = ScriptDirectory(Path(migrations.__file__).parent)
    assert steps.get_heads() == [migrations.HEAD]


async def test_a_step_that_fails_leaves_nothing_and_can_be_taken_later(store: SqlStore, file: Path) -> None:
    execute(file, "CREATE TABLE turnstream_attachments (x)")  # the last table of the step
    with pytest.raises(StorageError, match="already exists"):
        await store.open()
    assert tables(file) == {"turnstream_attachments"}
    execute(file, "DROP TABLE turnstream_attachments")
    await store.save_thread(thread_of("thr_1"), "ada")


async def test_a_database_of_a_newer_version_is_refused_and_untouched(store: SqlStore, file: Path) -> None:
    await store.open()
    await store.close()
    execute(file, f"UPDATE {migrations.VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"version 9999.*newer"):
        await store.load_thread("thr_1", "ada")


THREAD = ThreadMetadata(id="thr_1", title="U+0000: \0", created_at=NOON)
SENT = file_of("atc_1").model_copy(update={"thread_id": "thr_1", "name": "nul \0"})


def documents() -> list[tuple[str, str]]:
    """What a database of the step before has: a table, and the values of a row."""
    strange = file_of("atc_2").model_copy(update={"thread_id": "nul \0"})
    rows = [("threads", thread_of(f"thr_{number}")) for number in range(2, 1500)]
    rows += [
        ("threads", THREAD),
        ("attachments", SENT),
        ("attachments", strange),
        ("attachments", file_of("atc_3")),
    ]
    return [
        (f"turnstream_{table} (id, owner, document)", f"('{row.id}', 'ada', '{to_document(row)}')")
        for table, row in rows
    ]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("initdb"))])
def url(request: pytest.FixtureRequest, file: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{file}"
    name = f"migrated_{secrets.token_hex(4)}"
    return request.getfixturevalue("postgres").create_database(name)


async def test_rows_of_an_older_version_are_found_by_age_and_thread(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def those_before_0004(steps: ScriptDirectory, current: str | None) -> list[Any]:
        return [step for step in missing(steps, current) if step.revision < "0004"]

    missing = migrations._missing  # pyright: ignore[reportPrivateUsage]
    with monkeypatch.context() as older:
        older.setattr(migrations, "_missing", those_before_0004)
        store = SqlStore[Any](url)
        await store.open()
    async with store.database.engine.begin() as connection:
        for table, values in documents():
            await connection.exec_driver_sql(f"INSERT INTO {table} VALUES {values}")
    await store.close()
    await store.open()
    after = NOON + timedelta(seconds=1)
    assert (await store.load_idle_threads(NOON, 5, None)).data == []
    assert len((await store.load_idle_threads(after, 5000, None)).data) == 1499
    assert (await store.load_attachments(5, None, "ada", thread_id="thr_1")).data == [SENT]
    assert (await store.load_unsent_attachments(datetime.now(UTC) - timedelta(hours=1), 5, None)).data == []
    unsent = await store.load_unsent_attachments(datetime.now(UTC) + timedelta(hours=1), 5, None)
    assert [each.id for each in unsent.data] == ["atc_2", "atc_3"]
    assert await store.load_thread("thr_1", "ada") == THREAD
    await store.close()


async def test_opening_neither_blocks_the_loop_nor_configures_logging(store: SqlStore) -> None:
    before = (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level)
    with blockbuster_ctx():
        await store.open()
    assert (logging.root.level, list(logging.root.handlers), logging.getLogger("alembic").level) == before
