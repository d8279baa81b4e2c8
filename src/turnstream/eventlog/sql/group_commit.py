"""Writes the entries of all turns of a process to the database, many in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog.base import LeaseLostError
from turnstream.eventlog.sql.entries import segments_of
from turnstream.eventlog.sql.statements import Statements
from turnstream.eventlog.sql.writer import Batch, SqlWriter
from turnstream.redaction import logger_of
from turnstream.store import StorageError, StorageFullError
from turnstream.store.database import Database, Work

__all__ = ["PATIENCE_S", "GroupCommit"]

T = TypeVar("T")

logger = logger_of("turnstream.eventlog")

COMMIT_EVERY_S = 0.01
"""What comes within this time shares a transaction. An idle log commits at once."""

PATIENCE_S = 30.0
"""How long the database may be away before the turns that wait for it are given up."""

RETRY_S = 0.25


class _RefusedError(Exception):
    """Part of a transaction met a turn that is not, or no longer, this process's."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the database says of a turn."""

    worker: str
    status: str
    last_seq: int
    saved_seq: int


@dataclass(slots=True)
class GroupCommit:
    """The one place where this process writes entries.

    A transaction holds everything that is pending, of all turns.
    """

    database: Database
    statements: Statements
    worker: str
    lease_s: float
    on_failure: Callable[[str, Exception], None]
    """Called with the id of a turn whose writer failed."""
    patience_s: float = PATIENCE_S
    renewed_at: float = float("-inf")
    """When the leases were renewed last, by the loop's clock."""
    writers: dict[str, SqlWriter] = field(default_factory=dict[str, SqlWriter])
    """By turn, those that have not ended. The leases of these are renewed; a sweep ends any other turn."""
    _dirty: dict[str, SqlWriter] = field(default_factory=dict[str, SqlWriter])
    _task: asyncio.Task[None] | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def request(self, writer: SqlWriter) -> None:
        """Write soon what is pending in `writer`."""
        self._dirty[writer.turn_id] = writer
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="turnstream commits")

    def release(self, writer: SqlWriter, *, failure: Exception | None = None) -> None:
        """Let go of a writer that has ended, or failed."""
        self.writers.pop(writer.turn_id, None)
        self._dirty.pop(writer.turn_id, None)
        if failure is not None:
            self.on_failure(writer.turn_id, failure)

    async def write(self, work: Work[T]) -> T:
        """Do what locks many of this process's turns, one such transaction at a time.

        Two of them, such as a renewal of leases and an append, could wait for each other. They pass what else
        waits to write, such as the records of twenty uploads: readers wait for them.

        Raises:
            StorageError: the database cannot be used.
        """
        async with self._turn:
            return await self.database.write(work, is_ahead=True)

    async def clock(self) -> float:
        """Return the database's time, in seconds since 1970."""

        async def work(connection: AsyncConnection) -> float:
            return (await connection.execute(self.statements.clock)).scalar_one()

        return await self.database.read(work)

    async def check(self, writer: SqlWriter) -> None:
        """Return if the lease is held for sure: it was renewed not long ago, or the database says so."""
        if asyncio.get_running_loop().time() - self.renewed_at >= self.lease_s - 1:
            await self.confirm(writer)

    def fenced(self, writer: SqlWriter) -> AbstractContextManager[None]:
        """Check the writer's lease in each transaction of this task."""
        values = {"turn_id": writer.turn_id, "worker": self.worker}

        async def fence(connection: AsyncConnection) -> None:
            if (await connection.execute(self.statements.fence, values)).first() is None:
                raise LeaseLostError(writer.turn_id)

        return self.database.fenced(fence)

    async def confirm(self, writer: SqlWriter) -> None:
        """Return if the database says that the lease is held."""
        standing = await self._standing(writer)
        if standing is None or standing.worker != self.worker or standing.status != "running":
            error = LeaseLostError(writer.turn_id)
            writer.fail(error)
            raise error

    async def withdraw(self, writer: SqlWriter) -> None:
        """Delete the writer's turn, as if it had never begun."""
        self.release(writer)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                self.statements.withdraw, {"turn_id": writer.turn_id, "worker": self.worker}
            )

        await self.database.write(work)

    async def close(self) -> None:
        """Return when nothing is being written."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._dirty:
                began = loop.time()
                # What is appended while this batch is being written is collected for the next one.
                dirty, self._dirty = list(self._dirty.values()), {}
                await self._write(dirty)
                if self._dirty and (rest := began + COMMIT_EVERY_S - loop.time()) > 0:
                    await asyncio.sleep(rest)
        finally:
            self._task = None

    async def _write(self, writers: list[SqlWriter]) -> None:
        """Write what is pending, for as long as it takes a database to come back."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.patience_s
        is_unsure = False
        # A writer may append more, fail or be released during each wait, so the batches are made anew.
        while batches := [batch for writer in writers if (batch := writer.batch()).entries]:
            try:
                await (self._write_each(batches) if is_unsure else self._write_once(batches))
            except StorageFullError as error:
                logger.exception("the storage is full: the running turns end")
                # The other turns end, too: they would use up the space that the ends of these need.
                others = [writer for writer in self.writers.values() if not writer.is_ending]
                for writer in {*writers, *others}:
                    writer.overflow(error)
                return
            except StorageError as error:
                if loop.time() > deadline:
                    logger.exception(
                        "%d turns were abandoned: their entries could not be stored", len(batches)
                    )
                    for writer in writers:
                        writer.fail(error)
                else:
                    is_unsure = True  # the commit may have succeeded, and its answer be lost
                    await asyncio.sleep(RETRY_S)
            except Exception:  # writers wait for this task, and would wait for ever
                logger.exception("the entries of %d turns could not be written together", len(batches))
                for batch in batches:
                    await self._write_or_fail(batch)
            else:
                return

    async def _write_or_fail(self, batch: Batch) -> None:
        """Find out whether it is this turn that the database does not take."""
        try:
            await self._write_once([batch])
        except StorageError as error:
            logger.info("turn %s waits for the database: %s", batch.writer.turn_id, error)
        except Exception:
            logger.exception("turn %s was abandoned", batch.writer.turn_id)
            batch.writer.fail(
                StorageError(f"the database does not take what turn {batch.writer.turn_id} says")
            )

    async def _write_once(self, batches: list[Batch]) -> None:
        try:
            await self._save(batches)
        except (_RefusedError, exc.IntegrityError):
            # One turn that another process has taken over must not fail the others of its transaction.
            await self._write_each(batches)
        else:
            for batch in batches:
                batch.writer.show(batch)

    async def _write_each(self, batches: list[Batch]) -> None:
        for batch in batches:
            await self._write_alone(batch)

    async def _write_alone(self, batch: Batch) -> None:
        """Ask whose turn it is, and which entries are there: a commit may succeed and its answer be lost."""
        writer = batch.writer
        for _ in range(2):
            standing = await self._standing(writer)
            if standing is None or standing.worker != self.worker or not _agrees(standing, batch):
                break
            if standing.status != "running":
                writer.show(batch)
                return
            # If the earlier commit went through and its answer was lost, its entries are not written again.
            entries = [entry for entry in batch.entries if entry.seq > standing.saved_seq]
            try:
                await self._save([Batch(writer, entries, batch.status)])
            except _RefusedError:
                break
            except exc.IntegrityError:
                continue  # the earlier commit went through after this look
            writer.show(batch)
            return
        writer.fail(LeaseLostError(writer.turn_id))

    async def _standing(self, writer: SqlWriter) -> _Standing | None:
        async def work(connection: AsyncConnection) -> _Standing | None:
            row = (await connection.execute(self.statements.standing, {"turn_id": writer.turn_id})).first()
            return None if row is None else _Standing(*row)

        return await self.database.read(work)

    async def _save(self, batches: Sequence[Batch]) -> None:
        worker = self.worker
        segments = [
            (batch.writer.thread_id, *segment, batch.writer.turn_id, worker)
            for batch in batches
            for segment in segments_of(batch.entries)
        ]
        retained = [
            (batch.writer.thread_id, entry.seq, entry.mark, entry.frame, batch.writer.turn_id, worker)
            for batch in batches
            for entry in batch.entries
            if entry.mark is not None
        ]
        marks = [
            {"thread_id": thread_id, "seq": seq, "kept": mark}
            for thread_id, seq, mark, *_ in retained
            if mark != "*"
        ]

        async def work(connection: AsyncConnection) -> None:
            for statement, rows in (
                (self.statements.append, segments),
                (self.statements.append_retained, retained),
            ):
                if rows and (await connection.exec_driver_sql(statement, rows)).rowcount != len(rows):
                    raise _RefusedError
            for superseded in marks:
                await connection.execute(self.statements.compact, superseded)
            for batch in batches:
                if batch.status is not None:
                    await self._end(connection, batch)
                    if batch.writer.has_retained:
                        await connection.execute(
                            self.statements.bound_retained, {"thread_id": batch.writer.thread_id}
                        )

        await self.write(work)

    async def _end(self, connection: AsyncConnection, batch: Batch) -> None:
        values = {
            "turn_id": batch.writer.turn_id,
            "worker": self.worker,
            "status": batch.status,
            "seq": batch.writer.seq,
        }
        if (await connection.execute(self.statements.end, values)).rowcount != 1:
            raise _RefusedError


def _agrees(standing: _Standing, batch: Batch) -> bool:
    """Whether the turn still runs, or ended just as this batch ends it."""
    if standing.status == "running":
        return True
    return standing.status == batch.status and standing.last_seq == batch.writer.seq
