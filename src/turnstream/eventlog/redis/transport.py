"""A live transport over Redis: what a turn says reaches the readers of all processes at once.

What is appended goes to Redis at once and is shown then; the database has it within a second, or 64 KiB. The
end of a turn is in the database before anybody hears of it. So whatever a reader saw is in the database, or
in Redis, from where it is stored when the writing process dies. Losing Redis loses liveness and no text:
readers then have what the database has. Only when a process and the Redis that holds its last second are lost
together, it cannot be proven what was seen: then the thread gets a new epoch, so that its readers load it
again.
"""

from collections.abc import Sequence

from turnstream.eventlog.redis.listener import RedisListener
from turnstream.eventlog.redis.publisher import Publisher, RedisChannel
from turnstream.eventlog.redis.streams import RedisAwayError, RedisStreams
from turnstream.eventlog.sql.entries import Entry
from turnstream.eventlog.sql.group_commit import GroupCommit
from turnstream.eventlog.sql.live import Fenced, LiveTransport
from turnstream.eventlog.sql.writer import SqlWriter
from turnstream.store import StorageError

__all__ = ["RedisTransport"]

TAKEOVER_WAITS_S = 3.0
"""How long a takeover waits for a Redis that is away, and may have what was seen."""


class RedisTransport(LiveTransport):
    """Streams in one Redis (6.2 or newer), under keys that begin with `prefix`. Needs `turnstream[redis]`."""

    lag_s = 2.0  # what `publisher.SAVE_EVERY_S` lets it be, and some

    def __init__(self, redis_url: str, *, prefix: str = "turnstream") -> None:
        self.streams = RedisStreams(redis_url, prefix=prefix)
        self.publisher: Publisher

    def use(self, commits: GroupCommit) -> None:
        self.publisher = Publisher(self.streams, commits)

    async def open(self) -> None:
        try:
            await self.streams.check()
        except RedisAwayError as error:
            self.publisher.down(error)

    async def close(self) -> None:
        await self.publisher.close()

    async def disconnect(self) -> None:
        await self.streams.close()

    def channel(self, writer: SqlWriter) -> RedisChannel:
        return RedisChannel(writer, self.publisher)

    def listener(self) -> RedisListener:
        return RedisListener(self.streams)

    async def unsaved(self, turn_id: str, after: int) -> Sequence[Entry]:
        if not self.publisher.is_up:
            return ()
        try:
            return await self.streams.since(turn_id, after)
        except RedisAwayError as error:
            self.publisher.down(error)
            return ()

    def allows_takeover(self) -> bool:
        return self.publisher.is_up or self.publisher.is_down_for(TAKEOVER_WAITS_S)

    async def fence(self, turn_id: str, after: int) -> Fenced:
        """A Redis that is known to be away is not asked for each turn again."""
        if self.publisher.is_up:
            try:
                return Fenced(*await self.streams.fence(turn_id, after))
            except RedisAwayError as error:
                self.publisher.down(error)
        return Fenced((), is_whole=False)

    async def forget(self, ended: Sequence[str], *, running: Sequence[str] = ()) -> None:
        try:
            await self.streams.forget(ended, running=running)
        except RedisAwayError as error:
            self.publisher.down(error)
            raise StorageError("Redis is away, and may have text of what is to be deleted") from error
