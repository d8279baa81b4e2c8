"""Publishes the entries of all turns of a process to Redis, and does without Redis when that is away."""

import asyncio

from turnstream.errors import TurnstreamError
from turnstream.eventlog.base import LeaseLostError, Position
from turnstream.eventlog.redis_streams import Publication, RedisAwayError, RedisStreams
from turnstream.eventlog.sql_writer import Batch, Entry, GroupCommit, SqlWriter
from turnstream.eventlog.tail import Load
from turnstream.redaction import logger_of
from turnstream.store import StorageError, StorageFullError

__all__ = ["RedisWriter", "Relay"]

logger = logger_of("turnstream.eventlog")

PUBLISH_EVERY_S = 0.005
"""What comes within this time shares a round trip. An idle relay publishes at once."""

SAVE_EVERY_S = 1.0
SAVE_BYTES = 64 * 1024
"""What one turn may have in Redis and not in the database: so much, or what it said in so long."""

RETRY_S = 1.0


class RedisWriter(SqlWriter):
    """Shows what it appends as soon as Redis has it; the database has it a little later.

    While Redis is away, or has lost the turn's stream, readers wait for the database as they do without Redis. It
    publishes again when the database has everything that Redis may have missed.
    """

    def __init__(self, relay: "Relay", position: Position, *, thread_id: str, turn_id: str, load: Load) -> None:
        super().__init__(relay.commits, position, thread_id=thread_id, turn_id=turn_id, load=load)
        self._relay = relay
        self._unpublished: list[Entry] = []
        self._tried_seq = position.seq
        """The highest number that Redis may have."""
        self._is_live = True
        self._has_stream = False
        relay.request(self)

    def unsaved(self) -> list[Entry]:
        """Return what readers have and the database does not."""
        return [entry for entry in self._waiting if entry.seq <= self.tail.seq]

    @property
    def has_much_unsaved(self) -> bool:
        return self._waiting_bytes >= SAVE_BYTES

    def take(self) -> Publication | None:
        """Return what Redis is to get now."""
        entries = tuple(self._unpublished)
        self._unpublished.clear()
        is_last = self.tail.state == "ended"
        if self.error is not None or (self._has_stream and not entries and not is_last):
            return None
        if is_last and not self._has_stream:
            return None  # its followers have it from the database
        return self._publication(entries, is_first=not self._has_stream, is_last=is_last)

    def take_anew(self) -> Publication:
        """Return what a new stream begins with: all that the database does not have."""
        self._unpublished.clear()
        waiting = self._waiting if self._status is None else self._waiting[:-1]
        return self._publication(tuple(waiting), is_first=True, is_last=False)

    def published(self, publication: Publication) -> None:
        if self.error is not None:
            return
        self._has_stream = True
        if self.tail.state == "open":
            self._reveal(publication.entries)
            if self._waiting:
                self._relay.save_soon(self)

    def fall_back(self) -> None:
        """Show nothing before the database has it."""
        self._is_live = False
        self._unpublished.clear()
        if self._waiting and self.error is None:
            self._commits.request(self)

    def show(self, batch: Batch) -> None:
        super().show(batch)
        if self.error is not None:
            return
        if batch.status is None:
            self._resume()
        else:
            self._unpublished += batch.entries[-1:]
            self._relay.request(self)

    def overflow(self, error: StorageFullError) -> None:
        """Keep what found no room, since readers may have it; the end of the turn takes it along."""
        if self._status is not None:
            self.fail(error)
        else:
            self._full = error
            self._settle()

    async def withdraw(self) -> None:
        await super().withdraw()
        self._relay.request(self)

    def _announce(self) -> None:
        if self._is_live and self._relay.is_up:
            self._unpublished.append(self._waiting[-1])
            self._relay.request(self)
        else:
            self._is_live = False
            self._resume()
            if not self._is_live:
                self._commits.request(self)

    def _resume(self) -> None:
        if not self._is_live and self._relay.is_up and self.saved_seq >= self._tried_seq:
            self._is_live = True
            self._unpublished = [entry for entry in self._waiting if entry.seq > self.tail.seq]
            self._relay.request(self)

    def _publication(self, entries: tuple[Entry, ...], *, is_first: bool, is_last: bool) -> Publication:
        if entries:
            self._tried_seq = max(self._tried_seq, entries[-1].seq)
        return Publication(
            turn_id=self.turn_id,
            entries=entries,
            after=entries[0].seq - 1 if entries else self.saved_seq,
            saved_seq=self.saved_seq,
            is_first=is_first,
            is_last=is_last,
        )


class Relay:
    """One task while something is to be published, and one while Redis is away."""

    def __init__(self, streams: RedisStreams, commits: GroupCommit) -> None:
        self.streams = streams
        self.commits = commits
        self.is_up = True
        self._down_since = 0.0
        self._dirty: dict[str, RedisWriter] = {}
        self._unsaved: dict[str, RedisWriter] = {}
        self._saving: asyncio.TimerHandle | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._returning: asyncio.Task[None] | None = None

    def request(self, writer: RedisWriter) -> None:
        """Publish soon what waits in `writer`."""
        self._dirty[writer.turn_id] = writer
        if self._publishing is None:
            self._publishing = asyncio.create_task(self._run(), name="turnstream relay")

    def save_soon(self, writer: RedisWriter) -> None:
        """Let the database have what `writer` published, before it is much or old."""
        if writer.has_much_unsaved:
            self.commits.request(writer)
            return
        self._unsaved[writer.turn_id] = writer
        if self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(SAVE_EVERY_S, self._save)

    def is_down_for(self, seconds: float) -> bool:
        return not self.is_up and asyncio.get_running_loop().time() - self._down_since >= seconds

    def down(self, error: Exception) -> None:
        """Do without Redis until it is back."""
        if not self.is_up:
            return
        logger.warning("the event log continues without Redis: %s", error)
        self.is_up = False
        self._down_since = asyncio.get_running_loop().time()
        self._save()  # readers have it, and Redis may be losing it
        self._returning = asyncio.create_task(self._return(), name="turnstream relay's return")

    async def close(self) -> None:
        """Return when nothing is being published."""
        self._save()
        if self._returning is not None:
            self._returning.cancel()
            await asyncio.wait([self._returning])
        while self._publishing is not None:
            await asyncio.wait([self._publishing])

    def _save(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        unsaved, self._unsaved = self._unsaved, {}
        for writer in unsaved.values():
            self.commits.request(writer)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._dirty:
                began = loop.time()
                writers, self._dirty = list(self._dirty.values()), {}
                await self._publish(writers)
                if self._dirty and (rest := began + PUBLISH_EVERY_S - loop.time()) > 0:
                    await asyncio.sleep(rest)
        finally:
            self._publishing = None

    async def _publish(self, writers: list[RedisWriter]) -> None:
        if not self.is_up:
            for writer in writers:
                writer.fall_back()
            return
        taken = [(writer, publication) for writer in writers if (publication := writer.take()) is not None]
        try:
            await self._publish_all(taken)
        except Exception as error:  # a mistake here must not keep anything from the database
            if not isinstance(error, RedisAwayError):
                logger.exception("the relay to Redis failed")
            self.down(error)
            for writer, _ in taken:
                writer.fall_back()

    async def _publish_all(self, taken: list[tuple[RedisWriter, Publication]]) -> None:
        outcomes = await self.streams.publish([publication for _, publication in taken])
        for (writer, publication), outcome in zip(taken, outcomes, strict=True):
            if outcome == "done":
                writer.published(publication)
            elif not publication.is_last:
                await self._find_out(writer, is_lost=outcome == "missing")

    async def _find_out(self, writer: RedisWriter, *, is_lost: bool) -> None:
        """Whose turn is it? If it is still this process's, and its stream is lost, then there shall be a new one."""
        try:
            await self.commits.confirm(writer)
            if is_lost and writer.tail.state == "open":
                publication = writer.take_anew()
                [outcome] = await self.streams.publish([publication])
                if outcome == "done":
                    writer.published(publication)
                    return
        except (StorageError, LeaseLostError) as error:
            logger.info("turn %s is not published now: %s", writer.turn_id, error)
        writer.fall_back()

    async def _return(self) -> None:
        while not self.is_up:
            await asyncio.sleep(RETRY_S)
            try:
                await self.streams.check()
            except RedisAwayError as error:
                logger.debug("Redis is still away: %s", error)
            except TurnstreamError:
                logger.exception("Redis came back, but cannot be used")
            else:
                logger.warning("the event log is using Redis again")
                self.is_up = True
