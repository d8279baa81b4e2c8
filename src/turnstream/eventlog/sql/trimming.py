"""Deletes what of ended turns is no longer needed, a little at a time."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog.sql.live import LiveTransport
from turnstream.eventlog.sql.partitions import Partitions
from turnstream.eventlog.sql.statements import TRIM_TURNS, Statements
from turnstream.redaction import logger_of
from turnstream.store import StorageError
from turnstream.store.database import BATCH_ROWS, Database

__all__ = ["Trimming"]

logger = logger_of("turnstream.eventlog")

DAY_S = 24 * 3600.0


class Trimming:
    """Deletes a turn's entries `retention_s` seconds after its end, and the turn after a day."""

    def __init__(
        self, database: Database, statements: Statements, live: LiveTransport, retention_s: float
    ) -> None:
        self._database = database
        self._statements = statements
        self._live = live
        self._retention_s = retention_s
        self._partitions = Partitions(database, statements)
        self._has_more_turns = False

    async def trim(self) -> bool:
        """Delete some of it; return whether there is more.

        It takes little time, as it is called between two renewals of leases.
        """
        overdue = await self._overdue()
        try:
            await self._live.forget([turn_id for turn_id, _, _ in overdue])
        except StorageError as error:  # nobody would look for trimmed turns in the transport again
            logger.warning("the entries of old turns stay for now: %s", error)
            return False
        are_whole = [await self._trim_turn(*turn) for turn in overdue]
        if len(overdue) == TRIM_TURNS or not all(are_whole):
            return True
        await self._partitions.renew()
        if overdue or self._has_more_turns:
            values = {"key_retention_s": max(DAY_S, self._retention_s)}
            self._has_more_turns = await self._write(self._statements.forget, values) == BATCH_ROWS
        return self._has_more_turns

    async def _overdue(self) -> list[tuple[str, str, int]]:
        """Return the ids, threads and last numbers of turns whose entries are old."""

        async def work(connection: AsyncConnection) -> list[tuple[str, str, int]]:
            values = {"retention_s": self._retention_s}
            return [tuple(row) for row in await connection.execute(self._statements.overdue, values)]

        return await self._database.read(work)

    async def _trim_turn(self, turn_id: str, thread_id: str, last_seq: int) -> bool:
        """Delete some of a turn's entries; return whether all of them are gone now."""

        async def work(connection: AsyncConnection) -> bool:
            values = {"thread_id": thread_id, "last_seq": last_seq}
            steps = self._statements.trim_segments, self._statements.trim_entries
            gone = [(await connection.execute(step, values)).rowcount for step in steps]
            is_whole = max(gone) < BATCH_ROWS
            if is_whole:
                await connection.execute(self._statements.trim_turn, {"id": turn_id})
            return is_whole

        return await self._database.write(work)

    async def _write(self, statement: TextClause, values: Mapping[str, Any]) -> int:
        """Return how many rows the statement changed."""

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement, values)).rowcount

        return await self._database.write(work)
