"""A log in the memory of one process. A restart forgets it, so it is for tests and scripts."""

import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from turnstream.errors import ThreadBusyError
from turnstream.eventlog.base import (
    MAX_RETAINED_BYTES,
    MAX_RETAINED_ENTRIES,
    Activity,
    DuplicateRequestError,
    EventLog,
    LeaseLostError,
    LogReader,
    Position,
    PositionGoneError,
    RequestKey,
    RetainedEntry,
    Retention,
    Signals,
    TurnRecord,
    TurnStatus,
    TurnWriter,
)
from turnstream.eventlog.call_store import MemoryCallStore
from turnstream.eventlog.recent_turns import RecentTurns
from turnstream.eventlog.tail import Tail, TailReader

__all__ = ["MemoryEventLog"]


class MemoryEventLog(EventLog):
    """Keeps a finished turn for `retention_s` seconds, for readers that come back and repeated requests."""

    def __init__(self, *, retention_s: float = 600, clock: Callable[[], float] = time.monotonic) -> None:
        self._retention_s = retention_s
        self._clock = clock
        self._threads: dict[str, _Thread] = {}
        self._requests: dict[tuple[str, str], _Turn] = {}
        self._ended: deque[tuple[float, _Turn]] = deque()
        self._recent = RecentTurns()
        self._running: Counter[str] = Counter()
        self.calls = self._calls = MemoryCallStore(clock)
        self.waits_for_calls: set[str] = set()

    async def begin(
        self,
        thread_id: str,
        turn_id: str,
        *,
        owner: str = "",
        request: RequestKey | None = None,
        is_continuation: bool = False,
    ) -> "_Turn":
        if request is not None and (known := await self.known(owner, request)) is not None:
            raise DuplicateRequestError(known)
        self._trim()
        thread = self._threads.get(thread_id)
        if thread is None:
            thread = self._threads[thread_id] = _Thread(thread_id)
        if thread.newest is not None and thread.newest.status == "running":
            raise ThreadBusyError(thread_id, thread.newest.turn_id)
        turn = thread.newest = _Turn(self, thread, turn_id, owner, request, is_continuation=is_continuation)
        thread.turns.append(turn)
        if not is_continuation:
            self._recent.add(owner, self._clock())
            self._running[owner] += 1
        if request is not None:
            self._requests[owner, request.key] = turn
        return turn

    async def activity(self, owner: str) -> Activity:
        now_s = self._clock()
        recent = self._recent
        return Activity(self._running[owner], recent.count(owner, now_s), recent.oldest_s(owner, now_s))

    async def newest(self, thread_id: str) -> TurnRecord | None:
        thread = self._threads.get(thread_id)
        return thread.newest.record if thread is not None and thread.newest is not None else None

    async def find(self, thread_id: str, turn_id: str) -> TurnRecord | None:
        thread = self._threads.get(thread_id)
        turns = thread.turns if thread is not None else []
        return next((turn.record for turn in turns if turn.turn_id == turn_id), None)

    async def known(self, owner: str, request: RequestKey) -> TurnRecord | None:
        self._trim()
        turn = self._requests.get((owner, request.key))
        return turn.record if turn is not None else None

    async def read(
        self, thread_id: str, after: Position | None, *, until: TurnRecord | None = None
    ) -> LogReader:
        thread = self._threads.get(thread_id)
        if thread is None or thread.newest is None:
            raise PositionGoneError(f"there is no log for thread {thread_id}")
        turn = thread.newest
        if until is not None:
            turn = next((turn for turn in thread.turns if turn.turn_id == until.id), turn)
        seq = thread.first_seq if after is None else after.seq
        if after is not None and not thread.holds(after):
            raise PositionGoneError(f"thread {thread_id} has no entries after {after}")
        return TailReader(turn.tail, seq, thread.load)

    async def frames(self, turn: TurnRecord) -> tuple[Sequence[bytes], TurnRecord]:
        thread = self._threads.get(turn.thread_id)
        if thread is None:
            raise PositionGoneError(f"there is no log for thread {turn.thread_id}")
        newest = thread.newest.record if thread.newest is not None else turn
        return thread.between(turn.first_seq, newest.last_seq), newest

    async def retained(self, thread_id: str, up_to: int) -> Mapping[int, RetainedEntry]:
        thread = self._threads.get(thread_id)
        return (
            {seq: entry for seq, entry in thread.retained.items() if seq <= up_to}
            if thread is not None
            else {}
        )

    async def request_cancel(self, turn_id: str) -> None:
        """Nobody else runs a turn of this log."""

    async def request_look(self, turn_id: str) -> None:
        """Nobody else runs a turn of this log."""

    async def drop(self, thread_id: str) -> None:
        await self.calls.drop(thread_id)
        thread = self._threads.pop(thread_id, None)
        if thread is None:
            return
        for turn in thread.turns:
            self._forget(turn)
        self._ended = deque((until, turn) for until, turn in self._ended if turn.thread is not thread)

    async def threads_of(self, owner: str) -> Sequence[str]:
        of_turns = [
            thread.id
            for thread in self._threads.values()
            if any(turn.owner == owner for turn in (*thread.turns, thread.newest) if turn is not None)
        ]
        return [*of_turns, *self._calls.threads_of(owner)]

    async def open(self, signals: Signals) -> None:
        """Nobody else writes here, so there is nothing to tell."""

    async def close(self) -> None:
        """There is nothing to end."""

    def ended(self, turn: "_Turn") -> None:
        self._no_longer_runs(turn)
        self._ended.append((self._clock() + self._retention_s, turn))

    def withdrawn(self, turn: "_Turn") -> None:
        self._no_longer_runs(turn)
        if not turn.is_continuation:
            self._recent.remove(turn.owner)
        self._forget(turn)
        turn.thread.turns.remove(turn)

    def _no_longer_runs(self, turn: "_Turn") -> None:
        if not turn.is_continuation:
            self._running[turn.owner] -= 1
            if not self._running[turn.owner]:
                del self._running[turn.owner]

    def _trim(self) -> None:
        now = self._clock()
        while self._ended and self._ended[0][0] <= now:
            _, turn = self._ended.popleft()
            self._forget(turn)
            turn.thread.forget(turn)

    def _forget(self, turn: "_Turn") -> None:
        if turn.request is not None:
            self._requests.pop((turn.owner, turn.request.key), None)


class _Thread:
    """A thread's turns that are still held, oldest first, and its newest, held or not."""

    def __init__(self, thread_id: str) -> None:
        self.id = thread_id
        self.epoch = secrets.token_hex(4)
        self.turns: list[_Turn] = []
        self.newest: _Turn | None = None
        self.retained: dict[int, RetainedEntry] = {}
        self.keys: dict[str, int] = {}

    @property
    def seq(self) -> int:
        return self.newest.seq if self.newest is not None else 0

    @property
    def first_seq(self) -> int:
        return self.turns[0].first_seq if self.turns else self.seq

    def holds(self, position: Position) -> bool:
        return position.epoch == self.epoch and self.first_seq <= position.seq <= self.seq

    def between(self, after: int, up_to: int) -> list[bytes]:
        frames: list[bytes] = []
        for turn in self.turns:
            base = turn.tail.base
            frames += turn.tail.frames[max(after - base, 0) : max(up_to - base, 0)]
        return frames

    async def load(self, after: Position, up_to: int) -> Sequence[bytes]:
        return self.between(after.seq, up_to) if after.seq >= self.first_seq else []

    def keep(self, seq: int, frame: bytes, key: str | None) -> None:
        if key is not None:
            self.retained.pop(self.keys.get(key, 0), None)
            self.keys[key] = seq
        self.retained[seq] = RetainedEntry(frame, key)

    def bound_retained(self) -> None:
        """Forget the oldest retained entries that exceed the bounds."""
        size = sum(len(entry.frame) for entry in self.retained.values())
        while len(self.retained) > MAX_RETAINED_ENTRIES or size > MAX_RETAINED_BYTES:
            size -= len(self.retained.pop(next(iter(self.retained))).frame)

    def forget(self, turn: "_Turn") -> None:
        if turn in self.turns:
            self.turns.remove(turn)
            if turn is self.newest:
                turn.shed()


class _Turn(TurnWriter):
    """A turn and its writer in one: what is in memory is as durable as it will be."""

    __slots__ = (
        "_log",
        "_previous",
        "first_seq",
        "is_continuation",
        "owner",
        "request",
        "status",
        "tail",
        "thread",
        "thread_id",
        "turn_id",
    )

    def __init__(
        self,
        log: MemoryEventLog,
        thread: _Thread,
        turn_id: str,
        owner: str,
        request: RequestKey | None,
        *,
        is_continuation: bool,
    ) -> None:
        self.is_continuation = is_continuation
        self._log = log
        self.thread = thread
        self.thread_id = thread.id
        self.turn_id = turn_id
        self.owner = owner
        self.request = request
        self.status: TurnStatus = "running"
        self._previous = thread.newest
        self.first_seq = thread.seq
        self.tail = Tail(thread.id, Position(thread.epoch, thread.seq))

    @property
    def epoch(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.thread.epoch

    @property
    def seq(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.tail.seq

    @property
    def record(self) -> TurnRecord:
        return TurnRecord(
            id=self.turn_id,
            thread_id=self.thread_id,
            owner=self.owner,
            status=self.status,
            epoch=self.epoch,
            first_seq=self.first_seq,
            last_seq=self.seq,
            body_hash=self.request.body_hash if self.request is not None else None,
        )

    def append(self, frame: bytes, retention: Retention | None = None) -> None:
        self.tail.append(frame)
        if retention is not None:
            self.thread.keep(self.seq, frame, retention.key)

    @property
    def is_congested(self) -> bool:
        return False

    async def commit(self) -> None:
        """It is as durable as it will be."""

    async def check(self) -> None:
        if self.status != "running":
            raise LeaseLostError(self.turn_id)

    async def end(self, status: TurnStatus, frame: bytes) -> None:
        await self.check()
        self.tail.append(frame)
        self._over(status, "ended")

    def abandon(self) -> None:
        if self.status == "running":
            self._over("interrupted", "moved")

    async def withdraw(self) -> None:
        self.status = "failed"
        self.tail.end()
        self.thread.newest = self._previous
        self._log.withdrawn(self)

    def _over(self, status: TurnStatus, state: Literal["ended", "moved"]) -> None:
        self.status = status
        self._previous = None
        self.thread.bound_retained()
        self.tail.end(state)
        self._log.ended(self)

    def read(self) -> LogReader:
        return TailReader(self.tail, self.first_seq, self.thread.load)

    def shed(self) -> None:
        """Drop the frames, keep the count."""
        self.tail = Tail(self.thread_id, Position(self.epoch, self.seq))
        self.first_seq = self.seq
        self.tail.end()
