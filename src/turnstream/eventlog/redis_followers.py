"""Follows turns that other processes run, by Redis where it can, by the database where it must."""

import asyncio

from turnstream.eventlog.base import TurnRecord
from turnstream.eventlog.followers import POLL_EVERY_S, Followers, extend
from turnstream.eventlog.redis_streams import RedisAwayError, RedisStreams
from turnstream.eventlog.statements import Statements
from turnstream.eventlog.tail import Tail
from turnstream.redaction import logger_of
from turnstream.store.database import Database

__all__ = ["RedisFollowers"]

logger = logger_of("turnstream.eventlog")

WAIT_MS = 100
"""One read waits so long for anything; a turn that is newly followed joins the next one."""

QUIET_POLL_EVERY_S = 1.0
"""How often the database is asked all the same: for what nobody published, since its writer died or lost Redis."""

RETRY_S = 1.0


class RedisFollowers(Followers):
    """Both sources extend the same tails, each only with what follows without a gap.

    A turn whose next entry is not in Redis is in doubt: it is left to the database until that has brought it further.
    """

    def __init__(self, database: Database, statements: Statements, streams: RedisStreams) -> None:
        super().__init__(database, statements)
        self._streams = streams
        self._listening: asyncio.Task[None] | None = None
        self._is_listening = False
        self._in_doubt: dict[str, int] = {}

    def tail(self, turn: TurnRecord) -> Tail:
        tail = super().tail(turn)
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name="turnstream listener")
        return tail

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        await super().close()

    def _poll_every_s(self) -> float:
        return QUIET_POLL_EVERY_S if self._is_listening and not self._in_doubt else POLL_EVERY_S

    async def _listen(self) -> None:
        try:
            while any(tail.state == "open" for tail in self._tails.values()):
                try:
                    await self._read()
                except RedisAwayError as error:
                    logger.warning("turns of other processes are followed without Redis: %s", error)
                    self._is_listening = False
                    self._hurried.set()
                    await asyncio.sleep(RETRY_S)
        finally:
            self._listening = None
            self._is_listening = False
            self._in_doubt.clear()

    async def _read(self) -> None:
        places = self._places()
        if not places:
            await asyncio.sleep(WAIT_MS / 1000)
            return
        found = await self._streams.read(places, wait_ms=WAIT_MS)
        self._is_listening = True
        for turn_id, (entries, top) in found.items():
            tail = self._tails.get(turn_id)
            if tail is None or tail.state != "open":
                continue
            extend(tail, ((entry.seq, entry.frame) for entry in entries))
            if top > tail.seq:
                self._in_doubt[turn_id] = tail.seq
                self._hurried.set()

    def _places(self) -> dict[str, int]:
        """The open turns that are not in doubt, and how far each one is."""
        is_open = {turn_id: tail.seq for turn_id, tail in self._tails.items() if tail.state == "open"}
        self._in_doubt = {
            turn_id: seq for turn_id, seq in self._in_doubt.items() if turn_id in is_open and is_open[turn_id] == seq
        }
        return {turn_id: seq for turn_id, seq in is_open.items() if turn_id not in self._in_doubt}
