"""The partitions of PostgreSQL's segments: one for each hour, made ahead, and dropped as a whole."""

from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog.sql.statements import Statements
from turnstream.redaction import logger_of
from turnstream.store import StorageError
from turnstream.store.database import Database

__all__ = ["Partitions"]

logger = logger_of("turnstream.eventlog")

HOURS_AHEAD = 2
"""A process that does not get to making them meanwhile stores in the default partition."""

NAME = "turnstream_segments_{}"

_LOCK = 0x7475726F
"""Any number but that of the migrations, as long as every process takes the same one."""

_HELD = """SELECT EXISTS (
    SELECT 1 FROM {} s JOIN turnstream_turns t ON t.thread_id = s.thread_id
    WHERE t.is_trimmed = 0 AND s.last_seq > t.first_seq
        AND (t.status = 'running' OR s.first_seq <= t.last_seq))"""


class Partitions:
    """Those of the hours to come are made, and those whose turns are all trimmed are dropped."""

    def __init__(self, database: Database, statements: Statements) -> None:
        self._database = database
        self._statements = statements

    async def renew(self) -> None:
        """Make and drop what is due. Nothing is due in SQLite, where segments are deleted with their turns.

        Both lock the table, which waits for all that use it while the next ones wait behind: what cannot be
        locked at once is left to the next time.
        """
        if self._database.dialect != "postgresql":
            return
        try:
            hour, hours, unplaced = await self._database.read(self._look)
            made = sorted({*range(hour, hour + HOURS_AHEAD + 1)} - hours - unplaced)
            dropped = [old for old in sorted(hours) if old < hour - 1 and not await self._is_held(old)]
            if made or dropped:
                await self._change(made, dropped)
        except (StorageError, exc.DBAPIError) as error:
            # A role that does not own the table may not: then all segments go to the default partition.
            logger.info("the partitions of the event log stay as they are for now: %s", error)

    async def _look(self, connection: AsyncConnection) -> tuple[int, set[int], set[int]]:
        """Return this hour, the hours that have a partition, and those with rows in the default one."""
        hour = (await connection.execute(self._statements.hour)).scalar_one()
        names = (await connection.execute(self._statements.partitions)).scalars()
        numbers = {name.removeprefix(NAME.format("")) for name in names}
        unplaced = (await connection.execute(self._statements.unplaced_hours)).scalars()
        return hour, {int(number) for number in numbers if number.isdigit()}, set(unplaced)

    async def _is_held(self, hour: int) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(text(_HELD.format(NAME.format(hour))))).scalar_one()

        return await self._database.read(work)

    async def _change(self, made: list[int], dropped: list[int]) -> None:
        statements = [
            "SET LOCAL lock_timeout = '100ms'",
            *(
                f"CREATE TABLE IF NOT EXISTS {NAME.format(hour)} PARTITION OF turnstream_segments "
                f"FOR VALUES IN ({hour})"
                for hour in made
            ),
            *(f"DROP TABLE IF EXISTS {NAME.format(hour)}" for hour in dropped),
        ]

        async def work(connection: AsyncConnection) -> None:
            # Several processes come to it at the same time; one is enough.
            lock = await connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_LOCK})")
            if lock.scalar_one():
                for statement in statements:
                    await connection.exec_driver_sql(statement)

        await self._database.write(work)
