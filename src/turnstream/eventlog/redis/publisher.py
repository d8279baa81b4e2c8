"""Publishes the entries of all turns of a process to Redis, and does without Redis when that is away."""

import asyncio

from turnstream.errors import TurnstreamError
from turnstream.eventlog.base import LeaseLostError
from turnstream.eventlog.redis.streams import Publication, RedisAwayError, RedisStreams
from turnstream.eventlog.sql.entries import Entry
from turnstream.eventlog.sql.group_commit import GroupCommit
from turnstream.eventlog.sql.writer import Batch, Channel, SqlWriter
from turnstream.redaction import logger_of
from turnstream.store import StorageError

__all__ = ["Publisher", "RedisChannel"]

logger = logger_of("turnstream.eventlog")

PUBLISH_EVERY_S = 0.005
"""What comes within this time shares a round trip. An idle publisher publishes at once."""

SAVE_EVERY_S = 1.0
SAVE_BYTES = 64 * 1024
"""What one turn may have in Redis and not in the database: so much, or what it said in so long."""

RETRY_S = 1.0


class RedisChannel(Channel):
    """Shows what a turn appends as soon as Redis has it; the database has it a little later.

    While Redis is away, or has lost the turn's stream, readers wait for the database as they do without
    Redis. The channel publishes again when the database has everything that Redis may have missed.
    """

    shows_unsaved = True

    def __init__(self, writer: SqlWriter, publisher: "Publisher") -> None:
        self.writer = writer
        self._publisher = publisher
        self._unpublished: list[Entry] = []
        self._tried_seq = writer.seq
        """The highest number that Redis may have."""
        self._is_live = True
        self._has_stream = False
        publisher.request(self)

    @property
    def has_much_unsaved(self) -> bool:
        return self.writer.pending_bytes >= SAVE_BYTES

    def appended(self, entry: Entry) -> None:
        if self._is_live and self._publisher.is_up:
            self._unpublished.append(entry)
            self._publisher.request(self)
        else:
            self._is_live = False
            self._resume()
            if not self._is_live:
                self.writer.save()

    def saved(self, batch: Batch) -> None:
        if batch.status is None:
            self._resume()
        else:
            self._unpublished += batch.entries[-1:]
            self._publisher.request(self)

    def withdrawn(self) -> None:
        self._publisher.request(self)

    def next_publication(self) -> Publication | None:
        """Return what Redis is to get now."""
        entries = tuple(self._unpublished)
        self._unpublished.clear()
        is_last = self.writer.tail.state == "ended"
        if self.writer.error is not None or (self._has_stream and not entries and not is_last):
            return None
        if is_last and not self._has_stream:
            return None  # readers in other processes have it from the database
        return self._publication(entries, is_first=not self._has_stream, is_last=is_last)

    def whole_publication(self) -> Publication:
        """Return what a new stream begins with: all that the database does not have."""
        self._unpublished.clear()
        pending = tuple(self.writer.pending)
        return self._publication(
            pending[:-1] if self.writer.is_ending else pending, is_first=True, is_last=False
        )

    def published(self, publication: Publication) -> None:
        # The lease can be lost while Redis answers: readers then open anew, and get nothing from here.
        if self.writer.error is not None:
            return
        self._has_stream = True
        if self.writer.tail.state == "open":
            self.writer.reveal(publication.entries)
            if self.writer.pending:
                self._publisher.save_soon(self)

    def fall_back(self) -> None:
        """Show nothing before the database has it."""
        self._is_live = False
        self._unpublished.clear()
        if self.writer.pending and self.writer.error is None:
            self.writer.save()

    def _resume(self) -> None:
        # Entries that Redis may have had before it failed must be in the database first, or readers could see
        # a gap between Redis's old entries and its new ones.
        if not self._is_live and self._publisher.is_up and self.writer.saved_seq >= self._tried_seq:
            self._is_live = True
            self._unpublished = [entry for entry in self.writer.pending if entry.seq > self.writer.tail.seq]
            self._publisher.request(self)

    def _publication(self, entries: tuple[Entry, ...], *, is_first: bool, is_last: bool) -> Publication:
        if entries:
            self._tried_seq = max(self._tried_seq, entries[-1].seq)
        return Publication(
            turn_id=self.writer.turn_id,
            entries=entries,
            after=entries[0].seq - 1 if entries else self.writer.saved_seq,
            saved_seq=self.writer.saved_seq,
            is_first=is_first,
            is_last=is_last,
        )


class Publisher:
    """One task while something is to be published, and one while Redis is away."""

    def __init__(self, streams: RedisStreams, commits: GroupCommit) -> None:
        self.streams = streams
        self.commits = commits
        self.is_up = True
        self._down_since = 0.0
        self._dirty: dict[str, RedisChannel] = {}
        self._unsaved: dict[str, RedisChannel] = {}
        self._saving: asyncio.TimerHandle | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._returning: asyncio.Task[None] | None = None

    def request(self, channel: RedisChannel) -> None:
        """Publish soon what `channel` has to publish."""
        self._dirty[channel.writer.turn_id] = channel
        if self._publishing is None:
            self._publishing = asyncio.create_task(self._run(), name="turnstream publisher")

    def save_soon(self, channel: RedisChannel) -> None:
        """Let the database have what `channel` published, before it is much or old."""
        if channel.has_much_unsaved:
            channel.writer.save()
            return
        self._unsaved[channel.writer.turn_id] = channel
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
        # Several publications can fail at once; only the first gets this far.
        self._save()  # readers have it, and Redis may be losing it
        self._returning = asyncio.create_task(self._return(), name="turnstream publisher's return")

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
        for channel in unsaved.values():
            channel.writer.save()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._dirty:
                began = loop.time()
                # What is appended during the round trip to Redis is published by the next one.
                channels, self._dirty = list(self._dirty.values()), {}
                await self._publish(channels)
                if self._dirty and (rest := began + PUBLISH_EVERY_S - loop.time()) > 0:
                    await asyncio.sleep(rest)
        finally:
            self._publishing = None

    async def _publish(self, channels: list[RedisChannel]) -> None:
        if not self.is_up:
            for channel in channels:
                channel.fall_back()
            return
        due = [(channel, publication) for channel in channels if (publication := channel.next_publication())]
        try:
            await self._publish_all(due)
        except Exception as error:  # a mistake here must not keep anything from the database
            if not isinstance(error, RedisAwayError):
                logger.exception("publishing to Redis failed")
            self.down(error)
            for channel, _ in due:
                channel.fall_back()

    async def _publish_all(self, due: list[tuple[RedisChannel, Publication]]) -> None:
        outcomes = await self.streams.publish([publication for _, publication in due])
        for (channel, publication), outcome in zip(due, outcomes, strict=True):
            if outcome == "done":
                channel.published(publication)
            elif not publication.is_last:
                await self._find_out(channel, is_lost=outcome == "missing")

    async def _find_out(self, channel: RedisChannel, *, is_lost: bool) -> None:
        """Make a new stream if this process still holds the turn and Redis lost its stream; else fall back.

        Redis refuses a writer also when another process has fenced its stream: the two look the same from
        here.
        """
        writer = channel.writer
        try:
            await self.commits.confirm(writer)
            if is_lost and writer.tail.state == "open":
                publication = channel.whole_publication()
                [outcome] = await self.streams.publish([publication])
                if outcome == "done":
                    channel.published(publication)
                    return
        except (StorageError, LeaseLostError) as error:
            logger.info("turn %s is not published now: %s", writer.turn_id, error)
        channel.fall_back()

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
