"""Brings a database to the tables that this version of turnstream uses.

Each file in `versions/` is one step, in the form of Alembic, with one difference: `upgrade(op)` takes the
operations as an argument, since Alembic's global ones would be shared by two databases that open at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from anyio import to_thread
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from turnstream.store.base import StorageError

if TYPE_CHECKING:
    from alembic.operations import Operations
    from alembic.script import Script, ScriptDirectory

__all__ = ["HEAD", "VERSION_TABLE", "migrate"]

HEAD = "0005"
"""The newest step."""

VERSION_TABLE = "turnstream_version"

# Any number, as long as every process takes the same one.
_POSTGRES_LOCK = 0x7475726E


class _Step(Protocol):
    def upgrade(self, op: "Operations") -> None: ...


async def migrate(engine: AsyncEngine) -> None:
    """Takes every step that the database lacks, all or none; any number of processes may do so at once.

    Raises:
        StorageError: the database was made by a newer turnstream.
    """
    async with engine.connect() as connection:
        if await connection.run_sync(_is_current):
            return  # nothing to do, so Alembic is not even imported: 250 ms
    # Reading files and importing would block the loop; the database work below does not.
    steps = await to_thread.run_sync(_read_steps)
    async with engine.begin() as connection:
        await connection.run_sync(_apply, steps)


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table(VERSION_TABLE):
        return False
    return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == HEAD


def _read_steps() -> "ScriptDirectory":
    # Imported here: only a database that lacks a step needs Alembic.
    from alembic import operations, runtime  # noqa: F401  # pyright: ignore[reportUnusedImport]
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory(Path(__file__).parent)
    steps.get_heads()  # reads the files
    return steps


def _apply(connection: Connection, steps: "ScriptDirectory") -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    _lock(connection)
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    for step in _missing(steps, context.get_current_revision()):
        cast("_Step", cast("Any", step.module)).upgrade(Operations(context))
        context.stamp(steps, step.revision)


def _missing(steps: "ScriptDirectory", current: str | None) -> list["Script"]:
    known = list(steps.walk_revisions())
    if current not in {None, *(step.revision for step in known)}:
        raise StorageError(
            f"the database is at version {current}, which is newer than this turnstream: upgrade it"
        )
    pending = [step.revision for step in known].index(current) if current else len(known)
    return list(reversed(known[:pending]))


def _lock(connection: Connection) -> None:
    """Lets one process at a time go on; what it holds ends with the transaction."""
    match connection.dialect.name:
        case "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        case "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")
        case _:
            pass
