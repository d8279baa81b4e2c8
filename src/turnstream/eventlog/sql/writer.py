"""Writes the entries of all turns of a process to the database, many in one transaction."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog.base import LeaseLostError, LogReader, Position, Retention, TurnStatus, TurnWriter
from turnstream.eventlog.sql.statements import Statements
from turnstream.eventlog.tail import Load, Tail, TailReader
from turnstream.redaction import logger_of
from turnstream.store import StorageError, StorageFullError
from turnstream.store.database import Database, Work

__all__ = [
    "PATIENCE_S",
    "Batch",
    "Channel",
    "DatabaseChannel",
    "Entry",
    "GroupCommit",
    "SqlWriter",
    "key_of",
    "mark_of",
    "retention_of",
]

T = TypeVar("T")

logger = logger_of("turnstream.eventlog")

COMMIT_EVERY_S = 0.01
"""What comes within this time shares a transaction. An idle log commits at once."""

CONGESTED_BYTES = 1024 * 1024
"""What one turn may have pending."""

TAIL_BYTES = 1024 * 1024
"""What a running turn keeps in memory for its readers; those further behind read from the database."""

PATIENCE_S = 30.0
"""How long the database may be away before the turns that wait for it are given up."""

RETRY_S = 0.25


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored."""

    seq: int
    frame: bytes
    mark: str | None
    """How long the entry is retained: `*`, or `=` and the compaction key; see `mark_of`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one turn has to write, and with what status it then ends, if it does."""

    writer: "SqlWriter"
    entries: Sequence[Entry]
    status: TurnStatus | None


class Channel(ABC):
    """What carries one turn's entries to readers. It hears of each step of the turn's writer."""

    shows_unsaved: bool
    """Whether readers may have what the database does not."""

    @abstractmethod
    def appended(self, entry: Entry) -> None:
        """See to it that the writer's newest entry is shown and saved."""

    @abstractmethod
    def saved(self, batch: Batch) -> None:
        """The database has a batch, and readers here have it, too."""

    @abstractmethod
    def withdrawn(self) -> None:
        """The turn is as if it had never begun."""


class DatabaseChannel(Channel):
    """Shows what the database has."""

    shows_unsaved = False

    def __init__(self, writer: "SqlWriter") -> None:
        self._writer = writer

    def appended(self, entry: Entry) -> None:
        self._writer.save()

    def saved(self, batch: Batch) -> None:
        """Readers elsewhere find it there."""

    def withdrawn(self) -> None:
        """Readers elsewhere find that there, too."""


class SqlWriter(TurnWriter):
    """Appends to one turn. An entry is pending until a transaction of its process has stored it."""

    def __init__(
        self,
        commits: "GroupCommit",
        position: Position,
        *,
        thread_id: str,
        turn_id: str,
        load: Load,
        channel: Callable[["SqlWriter"], Channel] = DatabaseChannel,
    ) -> None:
        self.thread_id = thread_id
        self.turn_id = turn_id
        self.epoch = position.epoch
        self.seq = position.seq
        self.first_seq = position.seq
        self.saved_seq = position.seq
        """The number of the last entry that the database has."""
        self.tail = Tail(thread_id, position, max_bytes=TAIL_BYTES)
        self.has_retained = False
        """Whether the turn appended an entry that outlives it."""
        self.error: Exception | None = None
        self._full: StorageFullError | None = None
        self._pending: list[Entry] = []
        self._pending_bytes = 0
        self._status: TurnStatus | None = None
        self._commits = commits
        self._load = load
        self._committed: list[tuple[int, asyncio.Future[None]]] = []
        self._channel = channel(self)

    def append(self, frame: bytes, retention: Retention | None = None) -> None:
        if self.error is not None or self._status is not None:
            return  # `commit` tells
        self._channel.appended(self._add(frame, retention))

    def save(self) -> None:
        """Write soon what is pending."""
        self._commits.request(self)

    @property
    def pending(self) -> Sequence[Entry]:
        """The entries that the database does not have."""
        return self._pending

    @property
    def pending_bytes(self) -> int:
        return self._pending_bytes

    def shown_unsaved(self) -> list[Entry]:
        """Return the pending entries that readers have."""
        return [entry for entry in self._pending if entry.seq <= self.tail.seq]

    def reveal(self, entries: Sequence[Entry]) -> None:
        """Let readers have those they do not have yet."""
        fresh = [entry.frame for entry in entries if entry.seq > self.tail.seq]
        if fresh:
            self.tail.extend(fresh)

    @property
    def is_congested(self) -> bool:
        return self._pending_bytes > CONGESTED_BYTES or self.error is not None or self._full is not None

    @property
    def is_ending(self) -> bool:
        """Whether the last entry was appended."""
        return self._status is not None

    async def commit(self) -> None:
        if self.error is None and self._full is None and self._pending:
            self._commits.request(self)
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._committed.append((self.seq, future))
            await future
        if self.error is not None:
            raise self.error
        if self._full is not None:
            error, self._full = self._full, None  # told once: the end of the turn is tried again
            raise error

    async def check(self) -> None:
        if self.error is not None:
            raise self.error
        if self.tail.state != "open":
            raise LeaseLostError(self.turn_id)
        await self._commits.check(self)

    def fenced(self) -> AbstractContextManager[None]:
        return self._commits.database.fenced(self._fence)

    async def _fence(self, connection: AsyncConnection) -> None:
        values = {"turn_id": self.turn_id, "worker": self._commits.worker}
        if (await connection.execute(self._commits.statements.fence, values)).first() is None:
            raise LeaseLostError(self.turn_id)

    async def end(self, status: TurnStatus, frame: bytes) -> None:
        self._full = None
        if self.error is None and self._status is None:
            self._add(frame, None)
            self._status = status
        await self.commit()

    def abandon(self) -> None:
        self.fail(LeaseLostError(self.turn_id))

    async def withdraw(self) -> None:
        await self._commits.withdraw(self)
        self.tail.end()
        self._channel.withdrawn()

    def read(self) -> LogReader:
        return TailReader(self.tail, self.first_seq, self._load)

    def batch(self) -> Batch:
        """Return all that is pending; it stays so until it is shown."""
        return Batch(self, tuple(self._pending), self._status)

    def show(self, batch: Batch) -> None:
        """Let readers have what is durable now."""
        if self.error is not None:
            return
        del self._pending[: len(batch.entries)]
        self._pending_bytes = sum(len(entry.frame) for entry in self._pending)
        self.saved_seq += len(batch.entries)
        self.reveal(batch.entries)
        if batch.status is not None:
            self.tail.end()
            self._commits.release(self)
        self._wake_committers()
        self._channel.saved(batch)

    def overflow(self, error: StorageFullError) -> None:
        """Drop what found no room, unless readers may have it: then the end of the turn takes it along.

        The error is told once, so that the turn may end; an end that finds no room fails.
        """
        if self._status is not None:
            self.fail(error)
            return
        self._full = error
        if self._channel.shows_unsaved:
            self._wake_committers()
        else:
            self._drop_pending()

    def fail(self, error: Exception) -> None:
        """Take nothing more; readers find what follows, if anything, by reading anew."""
        if self.error is None and self.tail.state == "open":
            self.error = error
            self._drop_pending()
            self.tail.end("moved")
            self._commits.release(self, failure=error)

    def _add(self, frame: bytes, retention: Retention | None) -> Entry:
        self.seq += 1
        self.has_retained = self.has_retained or retention is not None
        entry = Entry(self.seq, frame, mark_of(retention))
        self._pending.append(entry)
        self._pending_bytes += len(frame)
        return entry

    def _drop_pending(self) -> None:
        self._pending.clear()
        self._pending_bytes = 0
        self.seq = self.tail.seq
        self._wake_committers()

    def _wake_committers(self) -> None:
        is_over = self.error is not None or self._full is not None
        while self._committed and (is_over or self._committed[0][0] <= self.saved_seq):
            _, future = self._committed.pop(0)
            if not future.done():
                future.set_result(None)


def mark_of(retention: Retention | None) -> str | None:
    """Return how the database names a retention."""
    if retention is None:
        return None
    return "*" if retention.key is None else f"={retention.key}"


def key_of(mark: str) -> str | None:
    """Return the compaction key, if there is one, of what `mark_of` returned."""
    return mark[1:] if mark.startswith("=") else None


def retention_of(mark: str | None) -> Retention | None:
    """Return the retention of which `mark_of` returned `mark`."""
    return None if mark is None else Retention(key_of(mark))


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
        self.writers.pop(writer.turn_id, None)
        self._dirty.pop(writer.turn_id, None)
        if failure is not None:
            self.on_failure(writer.turn_id, failure)

    async def write(self, work: Work[T]) -> T:
        """Do what locks many of this process's turns, one such transaction at a time, or each would wait for
        the other.

        Raises:
            StorageError: the database cannot be used.
        """
        async with self._turn:
            return await self.database.write(work)

    async def clock(self) -> float:
        """Return the database's time, in seconds since 1970."""

        async def work(connection: AsyncConnection) -> float:
            return (await connection.execute(self.statements.clock)).scalar_one()

        return await self.database.read(work)

    async def check(self, writer: SqlWriter) -> None:
        """Return if the lease is held for sure: it was renewed not long ago, or the database says so."""
        if asyncio.get_running_loop().time() - self.renewed_at >= self.lease_s - 1:
            await self.confirm(writer)

    async def confirm(self, writer: SqlWriter) -> None:
        """Return if the database says that the lease is held."""
        standing = await self._standing(writer)
        if standing is None or standing.worker != self.worker or standing.status != "running":
            error = LeaseLostError(writer.turn_id)
            writer.fail(error)
            raise error

    async def withdraw(self, writer: SqlWriter) -> None:
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
        while batches := [batch for writer in writers if (batch := writer.batch()).entries]:
            try:
                await self._write_once(batches)
            except StorageFullError as error:
                logger.exception("the storage is full: the running turns end")
                others = [writer for writer in self.writers.values() if not writer.is_ending]
                # Or the others would use up what the last words of these need.
                for writer in {
                    *writers,
                    *others,
                }:
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
            for batch in batches:
                await self._write_alone(batch)
        else:
            for batch in batches:
                batch.writer.show(batch)

    async def _write_alone(self, batch: Batch) -> None:
        """Ask whose turn it is, and which entries are there: a commit may succeed and its answer be lost."""
        writer = batch.writer
        standing = await self._standing(writer)
        if standing is None or standing.worker != self.worker or not _agrees(standing, batch):
            writer.fail(LeaseLostError(writer.turn_id))
            return
        if standing.status == "running":
            entries = [entry for entry in batch.entries if entry.seq > standing.saved_seq]
            try:
                await self._save([Batch(writer, entries, batch.status)])
            except (_RefusedError, exc.IntegrityError):
                writer.fail(LeaseLostError(writer.turn_id))
                return
        writer.show(batch)

    async def _standing(self, writer: SqlWriter) -> _Standing | None:
        async def work(connection: AsyncConnection) -> _Standing | None:
            row = (await connection.execute(self.statements.standing, {"turn_id": writer.turn_id})).first()
            return None if row is None else _Standing(*row)

        return await self.database.read(work)

    async def _save(self, batches: Sequence[Batch]) -> None:
        worker = self.worker
        rows = [
            (batch.writer.thread_id, entry.seq, entry.frame, entry.mark, batch.writer.turn_id, worker)
            for batch in batches
            for entry in batch.entries
        ]
        marks = [
            {"thread_id": batch.writer.thread_id, "seq": entry.seq, "kept": entry.mark}
            for batch in batches
            for entry in batch.entries
            if entry.mark not in {None, "*"}
        ]

        async def work(connection: AsyncConnection) -> None:
            if rows and (await connection.exec_driver_sql(self.statements.append, rows)).rowcount != len(
                rows
            ):
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
