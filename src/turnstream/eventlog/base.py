"""The contract of an event log: what a thread's turns said, in order, read from any place by any process.

- **Entries.** A frame is the bytes of one server-sent event, encoded once. A thread's frames are numbered from 1
  without a gap, over all its turns, under the thread's epoch. A number means something only together with its
  epoch: when what readers may have seen is lost, the epoch changes, and their positions are gone instead of wrong.
- **Append before send.** A reader sees a frame only when it is durable. Nothing that a reader saw is ever taken back.
- **One writer.** Beginning a turn takes the thread's lease; the log renews it. A writer that lost its lease, because
  its process hung, appends nothing more.
- **One end.** A turn's last entry and its status are stored together, once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from turnstream.errors import TurnstreamError
from turnstream.eventlog.calls import CallBook, CallRecord

__all__ = [
    "END_PREFIX",
    "EventLog",
    "Kept",
    "KnownRequestError",
    "LeaseLostError",
    "LogReader",
    "Position",
    "PositionGoneError",
    "RequestKey",
    "Signals",
    "TurnRecord",
    "TurnStatus",
    "TurnWriter",
]

TurnStatus = Literal["running", "completed", "failed", "cancelled", "interrupted"]
"""All but `running` are final."""

END_PREFIX = b'data: {"type":"turnstream.turn_ended"'
"""How the last frame of a turn begins, and no other."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two entries: behind the entry `seq`. Written as `<epoch>.<seq>`."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Read what `str` wrote.

        Raises:
            ValueError: it is no position.
        """
        epoch, separator, seq = text.rpartition(".")
        if not separator or not epoch.isalnum() or not seq.isascii() or not seq.isdigit() or len(seq) > 18:
            raise ValueError(f"a position looks like 'a1b2c3d4.17', not {text[:60]!r}")
        return cls(epoch, int(seq))


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What a client calls one request by, so that its copies start one turn. Each owner has keys of its own."""

    key: str
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """What is known of a turn. Its entries are those behind `first_seq`, up to `last_seq`."""

    id: str
    thread_id: str
    owner: str
    status: TurnStatus
    epoch: str
    first_seq: int
    last_seq: int
    """So far, while the turn runs."""
    body_hash: str | None = None
    """Of the request that started it, if that had a key."""

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.last_seq)


@dataclass(frozen=True, slots=True)
class Kept:
    """Keeps an entry for as long as the thread: alone, or, with a `slot`, until the next one of that slot."""

    slot: str | None = None


class LeaseLostError(TurnstreamError):
    """Another process ended the turn, since this one did not renew its lease: nothing more may be written for it."""

    def __init__(self, turn_id: str) -> None:
        super().__init__(f"turn {turn_id} lost its lease: another process ended it")
        self.turn_id = turn_id


class PositionGoneError(TurnstreamError):
    """What follows the position is no longer in the log, or the log is another one: load the thread again."""


class KnownRequestError(TurnstreamError):
    """A request with this key started `turn` before."""

    def __init__(self, turn: TurnRecord) -> None:
        super().__init__(f"the request started turn {turn.id} before")
        self.turn = turn


class LogReader(ABC):
    """One connection's place in a log. A slow reader waits for nobody and nobody waits for it."""

    @property
    @abstractmethod
    def position(self) -> Position:
        """Behind the last frame returned."""

    @property
    @abstractmethod
    def is_ended(self) -> bool:
        """Whether nothing will follow: the turn is over and everything was returned."""

    @property
    @abstractmethod
    def is_live(self) -> bool:
        """Whether everything that was in the log was returned, so that `next` would wait."""

    @property
    @abstractmethod
    def has_moved(self) -> bool:
        """Whether, at the end, the turn goes on elsewhere: what follows is found by reading anew from `position`."""

    @abstractmethod
    async def next(self) -> Sequence[bytes]:
        """Return frames after the last ones returned, at most some 256 KiB, waiting for at least one.

        Empty when the log has ended, and after `interrupt`.

        Raises:
            PositionGoneError: what follows is gone.
            StorageError: it cannot be read now.
        """

    @abstractmethod
    def interrupt(self) -> None:
        """Let a waiting `next` return at once, with nothing if there is nothing."""


class TurnWriter(ABC):
    """The right to append to one thread, for one turn."""

    turn_id: str
    thread_id: str
    epoch: str
    seq: int
    """The number of the last frame appended."""

    @abstractmethod
    def append(self, frame: bytes, kept: Kept | None = None) -> None:
        """Add `frame` behind the others. It is durable a moment later; `commit` waits for that."""

    @property
    @abstractmethod
    def is_congested(self) -> bool:
        """Whether more waits to be durable than should: `commit` before appending more."""

    @abstractmethod
    async def commit(self) -> None:
        """Return when everything appended is durable.

        Raises:
            LeaseLostError: it never will be.
            StorageError: it could not be made so.
        """

    @abstractmethod
    async def check(self) -> None:
        """Return if the lease is held for sure.

        Raises:
            LeaseLostError: it is not.
            StorageError: that cannot be found out.
        """

    @abstractmethod
    async def end(self, status: TurnStatus, frame: bytes) -> None:
        """Append the turn's last `frame` and store its status, together and once; return when both are durable.

        Raises:
            LeaseLostError: another process ended the turn.
            StorageError: it could not be stored; the lease runs out and a sweep ends the turn.
        """

    @abstractmethod
    def give_up(self) -> None:
        """Append nothing more, without an end; what readers saw is durable. Readers here are told to read anew."""

    @abstractmethod
    async def withdraw(self) -> None:
        """Take back a turn that has no entries, as if it had never begun."""

    @abstractmethod
    def read(self) -> LogReader:
        """Return a reader from the turn's first entry."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What other processes, or the lack of a lease, have to say about turns of this one."""

    cancel: Callable[[str], None]
    """The turn of this id shall stop."""
    lost: Callable[[str], None]
    """The turn of this id lost its lease."""
    orphan: Callable[[TurnRecord, TurnWriter], None]
    """A dead process's turn was taken over: store what it had said, and end it."""
    settled: Callable[[CallRecord], None]
    """A call is over: one of a turn that `waits_for_calls`, or one whose deadline passed."""


class EventLog(ABC):
    """Where turns write and connections read; the module's rules hold for every one."""

    calls: CallBook

    waits_for_calls: set[str]
    """Turns of this process that wait for an answer, which may come to another process."""

    @abstractmethod
    async def begin(
        self, thread_id: str, turn_id: str, *, owner: str = "", request: RequestKey | None = None
    ) -> TurnWriter:
        """Begin a turn in a thread of `owner`.

        Raises:
            ThreadBusyError: a turn of this thread is running.
            KnownRequestError: this request began a turn before.
            StorageError: the log cannot be written.
        """

    @abstractmethod
    async def newest(self, thread_id: str) -> TurnRecord | None:
        """Return the thread's newest turn, running or not."""

    @abstractmethod
    async def find(self, thread_id: str, turn_id: str) -> TurnRecord | None:
        """Return a turn of the thread, if it is still known."""

    @abstractmethod
    async def known(self, owner: str, request: RequestKey) -> TurnRecord | None:
        """Return the turn that a request of `owner` with this key began, if any."""

    @abstractmethod
    async def read(self, thread_id: str, after: Position | None, *, until: TurnRecord | None = None) -> LogReader:
        """Return a reader of what follows `after`, or of all there is, and on to the end of the turn that runs now.

        With `until`, the reader ends with that turn instead.

        Raises:
            PositionGoneError: nothing is known of this position.
        """

    @abstractmethod
    async def frames(self, turn: TurnRecord) -> tuple[Sequence[bytes], TurnRecord]:
        """Return the thread's frames behind `turn.first_seq`, and its newest turn as of then.

        Raises:
            PositionGoneError: they are not there any more, or the thread is not.
        """

    @abstractmethod
    async def kept(self, thread_id: str, up_to: int) -> Mapping[int, bytes]:
        """Return the kept frames, by number, in order, up to the one numbered `up_to`."""

    @abstractmethod
    async def request_cancel(self, turn_id: str) -> None:
        """Ask the process that runs the turn to stop it."""

    @abstractmethod
    async def drop(self, thread_id: str) -> None:
        """Forget a thread."""

    @abstractmethod
    async def open(self, signals: Signals) -> None:
        """Begin to tell `signals`; turns of dead processes are ended from here on. Opening again does nothing."""

    @abstractmethod
    async def close(self) -> None:
        """End what `open` began. The writers have ended before."""
