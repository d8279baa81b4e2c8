"""Follows turns that other processes run, by asking the database for all of them at once."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from turnstream.eventlog.base import TurnRecord
from turnstream.eventlog.sql.entries import Row, numbered
from turnstream.eventlog.sql.statements import Statements
from turnstream.eventlog.tail import Tail
from turnstream.redaction import logger_of
from turnstream.store import StorageError
from turnstream.store.database import Database
from turnstream.wire.reading import is_turn_end

__all__ = ["Listener", "RemoteTails", "extend"]

logger = logger_of("turnstream.eventlog")

POLL_EVERY_S = 0.15
RETRY_S = 0.5
TAIL_BYTES = 1024 * 1024
PER_QUERY = 100
ROWS_PER_QUERY = 500


class Listener(ABC):
    """Hears of entries before the database tells of them, and extends the tails with them."""

    @property
    @abstractmethod
    def poll_every_s(self) -> float:
        """How often the database is to be asked all the same."""

    @abstractmethod
    def start(self, tails: "RemoteTails") -> None:
        """Listen until none of the tails is open. Starting again meanwhile does nothing."""

    @abstractmethod
    async def close(self) -> None:
        """Stop listening."""


class RemoteTails:
    """The tails of turns that other processes run. One task extends them all while anybody reads one."""

    def __init__(self, database: Database, statements: Statements, listener: Listener | None = None) -> None:
        self._database = database
        self._statements = statements
        self._listener = listener
        self._tails: WeakValueDictionary[str, Tail] = WeakValueDictionary()
        self._task: asyncio.Task[None] | None = None
        self._hurried = asyncio.Event()

    def tail(self, turn: TurnRecord) -> Tail:
        """Return the tail of a running turn, which grows as long as someone holds it."""
        tail = self._tails.get(turn.id)
        if tail is not None and tail.epoch != turn.epoch:
            tail.end("gone")  # now: the next poll brings only the new one up to date
            tail = None
        if tail is None:
            tail = self._tails[turn.id] = Tail(turn.thread_id, turn.position, max_bytes=TAIL_BYTES)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="turnstream remote tails")
        if self._listener is not None:
            self._listener.start(self)
        return tail

    @property
    def are_open(self) -> bool:
        """Whether any of them may grow."""
        return any(tail.state == "open" for tail in self._tails.values())

    def find(self, turn_id: str) -> Tail | None:
        return self._tails.get(turn_id)

    def places(self) -> dict[str, int]:
        """Return, by turn, the number of the last frame of each open tail."""
        return {turn_id: tail.seq for turn_id, tail in self._tails.items() if tail.state == "open"}

    def hurry(self) -> None:
        """Ask the database at once."""
        self._hurried.set()

    async def close(self) -> None:
        if self._listener is not None:
            await self._listener.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            # New tails may be added during a poll: they are in the next one. The last one to go ends the
            # task.
            while tails := {turn_id: tail for turn_id, tail in self._tails.items() if tail.state == "open"}:
                has_more = await self._poll(tails)
                tails.clear()  # or this would hold what nobody reads any longer
                poll_every_s = POLL_EVERY_S if self._listener is None else self._listener.poll_every_s
                await self._rest(0 if has_more else poll_every_s)
        finally:
            self._task = None

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until someone is in a hurry."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurried.wait(), seconds)
        self._hurried.clear()

    async def _poll(self, tails: dict[str, Tail]) -> bool:
        """Bring tails up to date; return whether there is more to fetch."""
        has_more = False
        try:
            for start in range(0, len(tails), PER_QUERY):
                has_more |= await self._fetch(dict(list(tails.items())[start : start + PER_QUERY]))
        except StorageError as error:
            logger.warning("turns of other processes cannot be followed at the moment: %s", error)
            await asyncio.sleep(RETRY_S)
        except Exception:  # readers wait for this task, and would wait for ever
            logger.exception("following the turns of other processes failed; retrying")
            await asyncio.sleep(RETRY_S)
        return has_more

    async def _fetch(self, tails: dict[str, Tail]) -> bool:
        values: dict[str, str | int] = {}
        for index, tail in enumerate(tails.values()):
            values |= {f"t{index}": tail.thread_id, f"a{index}": tail.seq}

        async def work(connection: AsyncConnection) -> tuple[list[tuple[str, Row]], dict[str, str]]:
            following = self._statements.tails(len(tails), limit=ROWS_PER_QUERY)
            rows = [(row[0], Row(*row[1:])) for row in await connection.execute(following, values)]
            # Asked last: entries of another epoch come after its beginning, so none of them is among the
            # rows.
            epochs = await connection.execute(self._statements.standings, {"turn_ids": list(tails)})
            return rows, {row[0]: row[1] for row in epochs}

        rows, epochs = await self._database.read(work)
        by_thread: dict[str, list[Row]] = {}
        for thread_id, row in rows:
            by_thread.setdefault(thread_id, []).append(row)
        for turn_id, tail in tails.items():
            match epochs.get(turn_id):
                case None:
                    tail.end("moved")  # the turn was withdrawn, or its thread dropped
                case tail.epoch:
                    extend(tail, numbered(by_thread.get(tail.thread_id, ())))
                case _:
                    tail.end("gone")
        return len(rows) == ROWS_PER_QUERY


def extend(tail: Tail, entries: Iterable[tuple[int, bytes]]) -> None:
    """Add what follows the tail without a gap, up to the turn's end: a later entry is another turn's."""
    frames: list[bytes] = []
    is_over = False
    for seq, frame in entries:
        if seq == tail.seq + len(frames) + 1 and not is_over:
            frames.append(frame)
            is_over = is_turn_end(frame)
    # The listener and the poll extend the same tail: each adds only what follows it when its answer comes.
    if frames and tail.state == "open":
        tail.extend(frames)
        if is_over:
            tail.end()
