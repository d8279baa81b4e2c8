"""Reads the entries of other processes from Redis, and asks the database for what Redis lacks."""

import asyncio

from turnstream.eventlog.redis.streams import RedisAwayError, RedisStreams
from turnstream.eventlog.sql.remote_tails import POLL_EVERY_S, Listener, RemoteTails, extend
from turnstream.redaction import logger_of

__all__ = ["RedisListener"]

logger = logger_of("turnstream.eventlog")

WAIT_MS = 100
"""One read waits so long for anything; a turn that is newly followed joins the next one."""

QUIET_POLL_EVERY_S = 1.0
"""Seconds between looks at the database, which finds entries whose writer died or lost Redis."""

RETRY_S = 1.0


class RedisListener(Listener):
    """Extends the tails that the database extends, too, each only with what follows without a gap.

    A turn whose next entry is not in Redis is in doubt: it is left to the database until that has brought it
    further.
    """

    def __init__(self, streams: RedisStreams) -> None:
        self._streams = streams
        self._task: asyncio.Task[None] | None = None
        self._is_listening = False
        self._in_doubt: dict[str, int] = {}

    def start(self, tails: RemoteTails) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(tails), name="turnstream listener")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    @property
    def poll_every_s(self) -> float:
        return QUIET_POLL_EVERY_S if self._is_listening and not self._in_doubt else POLL_EVERY_S

    async def _run(self, tails: RemoteTails) -> None:
        try:
            while tails.are_open:
                try:
                    await self._read(tails)
                except RedisAwayError as error:
                    logger.warning("turns of other processes are followed without Redis: %s", error)
                    self._is_listening = False
                    tails.hurry()
                    await asyncio.sleep(RETRY_S)
        finally:
            self._task = None
            self._is_listening = False
            self._in_doubt.clear()

    async def _read(self, tails: RemoteTails) -> None:
        places = self._places(tails)
        if not places:
            await asyncio.sleep(WAIT_MS / 1000)
            return
        found = await self._streams.read(places, wait_ms=WAIT_MS)
        self._is_listening = True
        for turn_id, (entries, top) in found.items():
            tail = tails.find(turn_id)
            # While Redis was asked, the last reader may have left, or the poll may have ended the tail.
            if tail is None or tail.state != "open":
                continue
            extend(tail, ((entry.seq, entry.frame) for entry in entries))
            if top > tail.seq:
                self._in_doubt[turn_id] = tail.seq
                tails.hurry()

    def _places(self, tails: RemoteTails) -> dict[str, int]:
        """Return the open turns that are not in doubt, and how far each one is."""
        is_open = tails.places()
        self._in_doubt = {
            turn_id: seq
            for turn_id, seq in self._in_doubt.items()
            if turn_id in is_open and is_open[turn_id] == seq
        }
        return {turn_id: seq for turn_id, seq in is_open.items() if turn_id not in self._in_doubt}
