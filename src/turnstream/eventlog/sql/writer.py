"""Appends the entries of one turn, and shows them to readers."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from turnstream.eventlog.base import LeaseLostError, LogReader, Position, Retention, TurnStatus, TurnWriter
from turnstream.eventlog.sql.entries import Entry, mark_of
from turnstream.eventlog.tail import Load, Tail, TailReader
from turnstream.store import StorageFullError

__all__ = ["Batch", "Channel", "Commits", "DatabaseChannel", "SqlWriter"]

CONGESTED_BYTES = 1024 * 1024
"""What one turn may have pending."""

TAIL_BYTES = 1024 * 1024
"""What a running turn keeps in memory for its readers; those further behind read from the database."""


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


class Commits(Protocol):
    """What stores the entries of the process's writers."""

    def request(self, writer: "SqlWriter") -> None:
        """Write soon what is pending in `writer`."""

    def release(self, writer: "SqlWriter", *, failure: Exception | None = None) -> None:
        """Let go of a writer that has ended, or failed."""

    async def check(self, writer: "SqlWriter") -> None:
        """Return if the lease is held for sure: it was renewed not long ago, or the database says so."""

    def fenced(self, writer: "SqlWriter") -> AbstractContextManager[None]:
        """Check the writer's lease in each transaction of this task."""
        ...

    async def withdraw(self, writer: "SqlWriter") -> None:
        """Delete the writer's turn, as if it had never begun."""


class SqlWriter(TurnWriter):
    """Appends to one turn. An entry is pending until a transaction of its process has stored it."""

    def __init__(
        self,
        commits: Commits,
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
        # The lease keeper may find the lease lost between two appends.
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
            # The writer may fail while this waits, which also ends the wait: hence the two looks afterwards.
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
        return self._commits.fenced(self)

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
        # Entries that were appended while the batch was written stand behind it, and stay pending.
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
