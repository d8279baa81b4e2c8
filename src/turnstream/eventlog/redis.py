"""A log whose truth is in a SQL database and whose live tail is in Redis: deltas reach other processes at once.

What is appended goes to Redis at once and is shown then; the database has it within a second, or 64 KiB. The end of
a turn is in the database before anybody hears of it. So whatever a reader saw is in the database, or in Redis, from
where it is stored when the writing process dies. Losing Redis loses liveness and no text: readers then have what the
database has. Only when a process and the Redis that holds its last second are lost together, it cannot be proven
what was seen: then the thread gets a new epoch, so that its readers load it again.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import URL, TextClause
from sqlalchemy.ext.asyncio import AsyncEngine

from turnstream.eventlog.base import KeptEntry, LogReader, Position, PositionGoneError, Signals, TurnRecord, TurnWriter
from turnstream.eventlog.followers import Followers
from turnstream.eventlog.redis_followers import RedisFollowers
from turnstream.eventlog.redis_streams import RedisAwayError, RedisStreams
from turnstream.eventlog.relay import RedisWriter, Relay
from turnstream.eventlog.sql import HOUR_S, LEASE_S, SqlEventLog
from turnstream.eventlog.sql_writer import PATIENCE_S, Entry, SqlWriter, kept_of, slot_of
from turnstream.eventlog.tail import Load
from turnstream.redaction import logger_of
from turnstream.store import StorageError
from turnstream.store.database import Database

__all__ = ["RedisEventLog"]

logger = logger_of("turnstream.eventlog")

BEHIND_S = 2.0
"""How long the database may be behind what was seen, and some."""

BEHIND_RETRY_S = 0.1

TAKEOVER_WAITS_S = 3.0
"""How long a takeover waits for a Redis that is away, and may have what was seen."""


class RedisEventLog(SqlEventLog):
    """`RedisEventLog("redis://127.0.0.1/0", store.database)`; needs `turnstream[redis]`, and Redis 6.2 or newer."""

    def __init__(
        self,
        redis_url: str,
        database: Database | str | URL | AsyncEngine,
        *,
        retention_s: float = HOUR_S,
        lease_s: float = LEASE_S,
        patience_s: float = PATIENCE_S,
        prefix: str = "turnstream",
    ) -> None:
        self.streams = RedisStreams(redis_url, prefix=prefix)
        super().__init__(database, retention_s=retention_s, lease_s=lease_s, patience_s=patience_s)
        self.relay = Relay(self.streams, self.commits)

    async def open(self, signals: Signals) -> None:
        """See `EventLog.open`.

        Raises:
            TurnstreamError: Redis would delete running turns to make room.
        """
        try:
            await self.streams.check()
        except RedisAwayError as error:
            self.relay.down(error)
        await super().open(signals)

    async def close(self) -> None:
        await self.relay.close()
        await super().close()
        await self.streams.close()

    async def read(self, thread_id: str, after: Position | None, *, until: TurnRecord | None = None) -> LogReader:
        """See `EventLog.read`. What Redis showed and lost is in the database a moment later: that is waited for."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + BEHIND_S
        is_ahead = True
        while True:
            try:
                return await super().read(thread_id, after, until=until)
            except PositionGoneError:
                if not is_ahead or loop.time() > give_up_at:
                    raise
            # A commit between the failed read and this look catches up with `after`: then one more read finds it.
            is_ahead = await self._is_ahead(thread_id, after)
            if is_ahead:
                await asyncio.sleep(BEHIND_RETRY_S)

    async def frames(self, turn: TurnRecord) -> tuple[Sequence[bytes], TurnRecord]:
        """See `EventLog.frames`. What a process and its Redis lost together is not waited for again."""
        try:
            return await super().frames(turn)
        except PositionGoneError:
            return await super().frames(turn)

    async def _is_ahead(self, thread_id: str, position: Position | None) -> bool:
        """Whether the turn that runs may have shown what follows up to here, though the database lacks it."""
        newest = await self.newest(thread_id)
        if position is None or newest is None or newest.status != "running":
            return False
        return newest.epoch == position.epoch and newest.last_seq < position.seq

    async def kept(self, thread_id: str, up_to: int) -> Mapping[int, KeptEntry]:
        newest = await self._stored_record(self._statements.newest, {"thread_id": thread_id})
        unsaved: Sequence[Entry] = () if newest is None else await self._unsaved(newest.id, newest.last_seq)
        rows = await self._rows(self._statements.kept, {"thread_id": thread_id, "up_to": up_to})
        entries = {seq: Entry(seq, frame, kept) for seq, frame, kept in rows}
        entries |= {entry.seq: entry for entry in unsaved if entry.kept is not None and entry.seq <= up_to}
        newest_of = {entry.kept: seq for seq, entry in sorted(entries.items())}
        return {
            seq: KeptEntry(entry.frame, slot_of(entry.kept))
            for seq, entry in sorted(entries.items())
            if entry.kept is not None and (entry.kept == "*" or newest_of[entry.kept] == seq)
        }

    def _new_followers(self) -> Followers:
        return RedisFollowers(self.database, self._statements, self.streams)

    def _begun(self, record: TurnRecord) -> SqlWriter:
        return self._enlist(
            RedisWriter(
                self.relay,
                record.position,
                thread_id=record.thread_id,
                turn_id=record.id,
                load=self._loader(record.thread_id, record.id),
            )
        )

    async def _record(self, statement: TextClause, values: Mapping[str, Any]) -> TurnRecord | None:
        """Return what the database knows of a turn, and how much more of it was shown."""
        record = await super()._record(statement, values)
        if record is None or record.status != "running":
            return record
        unsaved = await self._unsaved(record.id, record.last_seq)
        return replace(record, last_seq=max(record.last_seq, unsaved[-1].seq)) if unsaved else record

    async def _unsaved(self, turn_id: str, after: int) -> Sequence[Entry]:
        """Return what was shown of a turn behind `after`, and may not be in the database yet; nothing without Redis."""
        writer = self.commits.writers.get(turn_id)
        if isinstance(writer, RedisWriter):
            return writer.unsaved()
        if writer is not None or not self.relay.is_up:
            return ()
        try:
            return await self.streams.since(turn_id, after)
        except RedisAwayError as error:
            self.relay.down(error)
            return ()

    def _loader(self, thread_id: str, newest_turn_id: str) -> Load:
        """What Redis showed and lost is in the database a moment later: that is waited for."""
        load_stored = super()._loader(thread_id, newest_turn_id)

        async def load_now(after: Position, up_to: int) -> Sequence[bytes]:
            writer = self.commits.writers.get(newest_turn_id)
            shown = writer.unsaved() if isinstance(writer, RedisWriter) else ()  # before the database has them
            frames = await load_stored(after, up_to)
            if frames:
                return frames
            unsaved = shown or await self._unsaved(newest_turn_id, after.seq)
            following = [entry for entry in unsaved if after.seq < entry.seq <= up_to]
            return [entry.frame for expected, entry in enumerate(following, after.seq + 1) if entry.seq == expected]

        async def load(after: Position, up_to: int) -> Sequence[bytes]:
            loop = asyncio.get_running_loop()
            give_up_at = loop.time() + BEHIND_S
            while True:
                frames = await load_now(after, up_to)
                if frames or loop.time() > give_up_at:
                    return frames
                await asyncio.sleep(BEHIND_RETRY_S)

        return load

    async def _take_over(self, turn_id: str, over: Mapping[str, float]) -> tuple[TurnRecord, TurnWriter] | None:
        if not self.relay.is_up and not self.relay.is_down_for(TAKEOVER_WAITS_S):
            return None
        return await super()._take_over(turn_id, over)

    async def _adopt(self, record: TurnRecord) -> tuple[TurnRecord, TurnWriter]:
        """Store what Redis has beyond the database. From here on the turn goes by the database alone."""
        entries, is_whole = await self._fenced(record)
        if not is_whole:
            record = replace(record, epoch=secrets.token_hex(4))
            logger.warning(
                "text that readers saw of turn %s may be lost: thread %s is reloaded", record.id, record.thread_id
            )
            values = {"epoch": record.epoch, "turn_id": record.id, "worker": self.commits.worker}
            await self._write(self._statements.change_epoch, values)
        writer = self._writer(record)
        for entry in entries:
            writer.append(entry.frame, kept_of(entry.kept))
        try:
            await writer.commit()
        except StorageError:
            writer.give_up()
            raise
        return replace(record, last_seq=writer.seq), writer

    async def _fenced(self, record: TurnRecord) -> tuple[Sequence[Entry], bool]:
        """What Redis has beyond the database, and whether that is all; one that is away is not asked for each again."""
        if self.relay.is_up:
            try:
                return await self.streams.fence(record.id, record.last_seq)
            except RedisAwayError as error:
                self.relay.down(error)
        return (), False

    async def _forget_live(self, ended: Sequence[str], *, running: Sequence[str] = ()) -> None:
        try:
            await self.streams.forget(ended, running=running)
        except RedisAwayError as error:
            self.relay.down(error)
            raise StorageError("Redis is away, and may have text of what is to be deleted") from error
