"""The interface of an event log: the ordered events of a thread's turns, readable from any position by any
process.

- **Entries.** A frame is the bytes of one server-sent event, encoded once. A thread's frames are numbered
  from 1 without gaps, across all its turns, under the thread's epoch. A number is valid only with its epoch:
  if frames that readers may have seen are lost, the epoch changes, which invalidates their positions.
- **Append before send.** A reader sees a frame only after it is durable, and the log never retracts it.
- **One writer.** Beginning a turn takes the thread's lease, which the log renews. A writer that lost its
  lease, because its process hung, cannot append.
- **One end.** A turn's last entry and its status are stored together, once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from turnstream.errors import TurnstreamError
from turnstream.eventlog.call_store import CallRecord, CallStore
from turnstream.wire.reading import members, type_of

__all__ = [
    "MAX_RETAINED_BYTES",
    "MAX_RETAINED_ENTRIES",
    "Activity",
    "DuplicateRequestError",
    "EventLog",
    "LeaseLostError",
    "LogReader",
    "Position",
    "PositionGoneError",
    "RequestKey",
    "RetainedEntry",
    "Retention",
    "Signals",
    "TurnRecord",
    "TurnStatus",
    "TurnWriter",
]

TurnStatus = Literal["running", "completed", "failed", "cancelled", "interrupted"]
"""All statuses except `running` are final."""

MAX_RETAINED_ENTRIES = 1000
"""Entries that a thread keeps beyond their turn; each load of the thread reads them."""

MAX_RETAINED_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Position:
    """A position in the log, after the entry `seq`. Written as `<epoch>.<seq>`."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Parse a position from its `str`.

        Raises:
            ValueError: the text is not a position.
        """
        epoch, separator, seq = text.rpartition(".")
        if not separator or not epoch.isalnum() or not seq.isascii() or not seq.isdigit() or len(seq) > 18:
            raise ValueError(f"a position looks like 'a1b2c3d4.17', not {text[:60]!r}")
        return cls(epoch, int(seq))


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A client's key for one request, so that repeats start only one turn.

    Keys are separate for each owner.
    """

    key: str
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """The record of a turn. Its entries are those after `first_seq`, up to `last_seq`."""

    id: str
    thread_id: str
    owner: str
    status: TurnStatus
    epoch: str
    first_seq: int
    last_seq: int
    """The last entry so far, while the turn runs."""
    body_hash: str | None = None
    """The body hash of the request that started the turn, if it had a key."""
    is_continuation: bool = False
    """Whether it continues a response after the answer of a client tool."""

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.last_seq)


@dataclass(frozen=True, slots=True)
class Activity:
    """How many turns an owner has. Turns that continue a response are not counted."""

    running: int = 0
    """Turns that run now and began within the last hour."""
    recent: int = 0
    """Turns that began within the last minute and were not deleted with their thread."""
    oldest_s: float = 0.0
    """Seconds since the first of the recent ones began."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Retains an entry as long as the thread exists, or, with a compaction `key`, until the next entry with
    that key.

    When a turn ends, the thread's newest `MAX_RETAINED_ENTRIES` of up to `MAX_RETAINED_BYTES` together stay.
    """

    key: str | None = None


class RetainedEntry(NamedTuple):
    """An entry that outlives its turn."""

    frame: bytes
    key: str | None
    """Its compaction key, if it has one."""

    @property
    def type(self) -> str:
        """The type of its event."""
        return type_of(self.frame)

    @property
    def members(self) -> dict[str, Any]:
        """The members of its event."""
        return members(self.frame)


class LeaseLostError(TurnstreamError):
    """Another process ended the turn because this one did not renew its lease; do not write to it again."""

    def __init__(self, turn_id: str) -> None:
        super().__init__(f"turn {turn_id} lost its lease: another process ended it")
        self.turn_id = turn_id


class PositionGoneError(TurnstreamError):
    """The log no longer has the entries after the position, or its epoch changed: reload the thread."""


class DuplicateRequestError(TurnstreamError):
    """An earlier request with this key started `turn`."""

    def __init__(self, turn: TurnRecord) -> None:
        super().__init__(f"the request started turn {turn.id} before")
        self.turn = turn


class LogReader(ABC):
    """One connection's position in a log. Readers do not block each other or the writer."""

    @property
    @abstractmethod
    def position(self) -> Position:
        """The position after the last frame returned."""

    @property
    @abstractmethod
    def is_ended(self) -> bool:
        """Whether the turn has ended and all its frames were returned."""

    @property
    @abstractmethod
    def is_live(self) -> bool:
        """Whether all frames in the log were returned, so that `next` would wait."""

    @property
    @abstractmethod
    def must_reattach(self) -> bool:
        """Whether the turn continues in another process: open a new reader at `position` to get the rest."""

    @abstractmethod
    async def next(self) -> Sequence[bytes]:
        """Return the next frames, at most about 256 KiB, and wait for at least one.

        The result is empty when the log has ended, and after `interrupt`.

        Raises:
            PositionGoneError: the next frames are gone.
            StorageError: the log cannot be read now.
        """

    @abstractmethod
    def interrupt(self) -> None:
        """Make a waiting `next` return at once, even without frames."""


class TurnWriter(ABC):
    """The right to append to one thread, for one turn."""

    turn_id: str
    thread_id: str
    epoch: str
    seq: int
    """The number of the last frame appended."""

    @abstractmethod
    def append(self, frame: bytes, retention: Retention | None = None) -> None:
        """Append `frame`. It becomes durable shortly afterwards; `commit` waits for that."""

    @property
    @abstractmethod
    def is_congested(self) -> bool:
        """Whether too many frames are not yet durable: `commit` before you append more."""

    @abstractmethod
    async def commit(self) -> None:
        """Return when everything appended is durable.

        Raises:
            LeaseLostError: the writer lost its lease, so the frames were not stored.
            StorageError: the frames could not be stored.
        """

    @abstractmethod
    async def check(self) -> None:
        """Return if the writer certainly holds the lease.

        Raises:
            LeaseLostError: the writer lost its lease.
            StorageError: the lease could not be checked.
        """

    def fenced(self) -> AbstractContextManager[None]:
        """Within it, a store in the log's own database takes writes only while this writer holds the lease.

        The database looks in the same transaction: a process that is stopped between `check` and its write,
        and goes on when another process has ended the turn, changes nothing then. The write raises
        `LeaseLostError`.
        """
        return nullcontext()

    @abstractmethod
    async def end(self, status: TurnStatus, frame: bytes) -> None:
        """Append the turn's last `frame` and store its status, together and once; return when both are
        durable.

        Raises:
            LeaseLostError: another process ended the turn.
            StorageError: the end could not be stored; the lease expires and a sweep ends the turn.
        """

    @abstractmethod
    def abandon(self) -> None:
        """Stop writing without an end.

        Frames that readers saw are durable; readers here must open a new reader.
        """

    @abstractmethod
    async def withdraw(self) -> None:
        """Remove a turn that has no entries, as if it had never begun."""

    @abstractmethod
    def read(self) -> LogReader:
        """Return a reader from the turn's first entry."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Callbacks for events that affect this process's turns."""

    cancel: Callable[[str], None]
    """The turn with this id must stop."""
    lost: Callable[[str], None]
    """The turn with this id lost its lease."""
    orphan: Callable[[TurnRecord, TurnWriter], None]
    """This process took over a dead process's turn: store its output and end it."""
    resolved: Callable[[CallRecord], None]
    """A call ended: one of a turn in `waits_for_calls`, or one whose deadline passed."""


class EventLog(ABC):
    """The log that turns write and connections read; see the module for the rules."""

    calls: CallStore

    waits_for_calls: set[str]
    """Turns of this process whose resolved calls are looked for, since another process may receive them."""

    @abstractmethod
    async def begin(
        self,
        thread_id: str,
        turn_id: str,
        *,
        owner: str = "",
        request: RequestKey | None = None,
        is_continuation: bool = False,
    ) -> TurnWriter:
        """Begin a turn in a thread of `owner`. One that continues a response is left out of `activity`.

        Raises:
            ThreadBusyError: a turn of this thread is running.
            DuplicateRequestError: this request already began a turn.
            StorageError: the log cannot be written.
        """

    @abstractmethod
    async def activity(self, owner: str) -> Activity:
        """Return how many turns of `owner` run, and how many began within the last minute."""

    @abstractmethod
    async def newest(self, thread_id: str) -> TurnRecord | None:
        """Return the thread's newest turn, running or not."""

    @abstractmethod
    async def find(self, thread_id: str, turn_id: str) -> TurnRecord | None:
        """Return a turn of the thread, if the log still has it."""

    @abstractmethod
    async def known(self, owner: str, request: RequestKey) -> TurnRecord | None:
        """Return the turn that a request of `owner` with this key began, if any."""

    @abstractmethod
    async def read(
        self, thread_id: str, after: Position | None, *, until: TurnRecord | None = None
    ) -> LogReader:
        """Return a reader from `after`, or from the beginning, to the end of the turn that is running now.

        With `until`, the reader ends with that turn instead.

        Raises:
            PositionGoneError: the log does not have this position.
        """

    @abstractmethod
    async def frames(self, turn: TurnRecord) -> tuple[Sequence[bytes], TurnRecord]:
        """Return the thread's frames after `turn.first_seq`, and its newest turn at that time.

        Raises:
            PositionGoneError: the frames or the thread no longer exist.
        """

    @abstractmethod
    async def retained(self, thread_id: str, up_to: int) -> Mapping[int, RetainedEntry]:
        """Return the retained entries by number, in order, up to and including `up_to`."""

    @abstractmethod
    async def request_cancel(self, turn_id: str) -> None:
        """Ask the process that runs the turn to stop it."""

    @abstractmethod
    async def request_look(self, turn_id: str) -> None:
        """Ask the process that runs the turn to look for its resolved calls, as for `waits_for_calls`."""

    @abstractmethod
    async def drop(self, thread_id: str) -> None:
        """Delete a thread's log: its entries, turns, their request keys, and calls.

        A database deletes in short steps, as `Store.delete_thread` does: what an error or a crash leaves, the
        next call deletes. A turn that runs loses its lease.

        Raises:
            StorageError: it cannot be deleted now, or not all of it.
        """

    @abstractmethod
    async def threads_of(self, owner: str) -> Sequence[str]:
        """Return the ids of threads in which `owner` has turns or calls: all, or a part if there are many."""

    @abstractmethod
    async def open(self, signals: Signals) -> None:
        """Start to call `signals` and to end turns of dead processes. Opening again does nothing."""

    @abstractmethod
    async def close(self) -> None:
        """Stop what `open` started. All writers must have ended."""
