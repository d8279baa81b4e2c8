"""A log in a SQL database, SQLite or PostgreSQL: the one beside the `SqlStore`, or one of its own.

The database has every entry. A live transport may bring entries to readers before that: see `LiveTransport`.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import starmap
from typing import Any, cast

from sqlalchemy import URL, TextClause, exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from turnstream.errors import ThreadBusyError
from turnstream.eventlog.base import (
    Activity,
    DuplicateRequestError,
    EventLog,
    LogReader,
    Position,
    PositionGoneError,
    RequestKey,
    RetainedEntry,
    Signals,
    TurnRecord,
    TurnStatus,
    TurnWriter,
)
from turnstream.eventlog.call_store import CallRecord
from turnstream.eventlog.recent_turns import RECENT_S
from turnstream.eventlog.sql.call_store import SqlCallStore
from turnstream.eventlog.sql.entries import Entry, Row, frames_after, key_of, retention_of
from turnstream.eventlog.sql.group_commit import PATIENCE_S, GroupCommit
from turnstream.eventlog.sql.lease_keeper import LeaseKeeper
from turnstream.eventlog.sql.live import LiveTransport, Polling
from turnstream.eventlog.sql.remote_tails import RemoteTails
from turnstream.eventlog.sql.statements import Statements
from turnstream.eventlog.sql.trimming import Trimming
from turnstream.eventlog.sql.workers import is_dead, new_worker
from turnstream.eventlog.sql.writer import Channel, DatabaseChannel, SqlWriter
from turnstream.eventlog.tail import Load, Tail, TailReader
from turnstream.redaction import logger_of
from turnstream.store import StorageError
from turnstream.store.database import Database

__all__ = ["SqlEventLog"]

logger = logger_of("turnstream.eventlog")

LEASE_S = 5.0
HOUR_S = 3600.0

SET_BACK_S = 60.0
"""A lease that has longer to go, on top of its own time, was taken by a clock that was set back since."""

LAG_RETRY_S = 0.1
"""How often what the database lacks is looked for, while it may be behind the live transport."""

BEGIN_PATIENCE_S = 10.0
"""How long a turn tries to begin while others of its thread begin and end before each of its tries."""


class SqlEventLog(EventLog):
    """Keeps turns and entries in the database at a URL, or in the one of a `SqlStore`:
    `SqlEventLog(store.database)`.

    Any number of processes may share it. A finished turn's entries are kept for `retention_s` seconds, what
    is known of its request for a day. A turn is given up when its entries could not be stored for
    `patience_s` seconds. Without a `live` transport, readers in other processes ask the database.
    """

    def __init__(
        self,
        database: Database | str | URL | AsyncEngine,
        *,
        live: LiveTransport | None = None,
        retention_s: float = HOUR_S,
        lease_s: float = LEASE_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.database = database if isinstance(database, Database) else Database(database)
        self._is_ours = not isinstance(database, Database)
        self._statements = Statements(self.database.dialect)
        self.commits = GroupCommit(
            self.database,
            self._statements,
            new_worker(),
            lease_s,
            on_failure=self._failed,
            patience_s=patience_s,
        )
        self.calls = SqlCallStore(self.database)
        self.waits_for_calls: set[str] = set()
        self.live = live or Polling()
        self.live.use(self.commits)
        self._remote_tails = RemoteTails(self.database, self._statements, self.live.listener())
        self._signals: Signals | None = None
        self._lease_keeper: LeaseKeeper | None = None
        self._trimming = Trimming(self.database, self._statements, self.live, retention_s)

    async def begin(
        self,
        thread_id: str,
        turn_id: str,
        *,
        owner: str = "",
        request: RequestKey | None = None,
        is_continuation: bool = False,
    ) -> SqlWriter:
        values: dict[str, Any] = {
            "id": turn_id,
            "thread_id": thread_id,
            "worker": self.commits.worker,
            "epoch": secrets.token_hex(4),
            "lease_s": self.commits.lease_s,
            "owner": owner,
            "key": request.key if request is not None else None,
            "body_hash": request.body_hash if request is not None else None,
            "is_continuation": int(is_continuation),
        }

        async def work(connection: AsyncConnection) -> Sequence[Any] | None:
            if self._statements.begin_alone is not None:
                await connection.execute(self._statements.begin_alone, {"thread_id": thread_id})
            return (await connection.execute(self._statements.begin, values)).first()

        await self.database.open()
        await self.database.expect_room()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + BEGIN_PATIENCE_S
        while (asked_at := loop.time()) < deadline:
            try:
                row = await self.database.write(work)
            except exc.IntegrityError:
                row = None
            if row is None:
                await self._refuse(thread_id, owner, request)
                continue  # what stood in the way is gone already
            epoch, seq = row
            if not self.commits.writers:
                self.commits.renewed_at = asked_at
            record = TurnRecord(
                id=turn_id,
                thread_id=thread_id,
                owner=owner,
                status="running",
                epoch=epoch,
                first_seq=seq,
                last_seq=seq,
            )
            return self._writer(record, self.live.channel)
        raise StorageError(f"turn {turn_id} of thread {thread_id} could not begin")

    async def activity(self, owner: str) -> Activity:
        values = {"owner": owner, "recent_s": RECENT_S, "longest_s": HOUR_S}
        [(running, recent, oldest_s)] = await self._rows(self._statements.activity, values)
        return Activity(running or 0, recent or 0, oldest_s or 0.0)

    async def newest(self, thread_id: str) -> TurnRecord | None:
        return await self._record(self._statements.newest, {"thread_id": thread_id})

    async def find(self, thread_id: str, turn_id: str) -> TurnRecord | None:
        record = await self._record(self._statements.record, {"turn_id": turn_id})
        return record if record is not None and record.thread_id == thread_id else None

    async def known(self, owner: str, request: RequestKey) -> TurnRecord | None:
        return await self._record(self._statements.known, {"owner": owner, "key": request.key})

    async def read(
        self, thread_id: str, after: Position | None, *, until: TurnRecord | None = None
    ) -> LogReader:
        """See `EventLog.read`.

        What the transport showed and lost is in the database a moment later: this waits.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.live.lag_s
        is_behind = True
        while True:
            try:
                return await self._read(thread_id, after, until)
            except PositionGoneError:
                if not is_behind or loop.time() >= deadline:
                    raise
            # A commit between the failed read and this look catches up with `after`: then one more read finds
            # it.
            is_behind = await self._is_behind(thread_id, after)
            if is_behind:
                await asyncio.sleep(LAG_RETRY_S)

    async def _read(self, thread_id: str, after: Position | None, until: TurnRecord | None) -> LogReader:
        newest = await self.newest(thread_id)
        if newest is None:
            raise PositionGoneError(f"there is no log for thread {thread_id}")
        first_seq = await self._first_seq(newest)
        seq = first_seq if after is None else after.seq
        if after is not None and not (after.epoch == newest.epoch and first_seq <= seq <= newest.last_seq):
            raise PositionGoneError(f"thread {thread_id} has no entries after {after}")
        return TailReader(self._tail(until or newest), seq, self._loader(thread_id, newest.id))

    async def _is_behind(self, thread_id: str, position: Position | None) -> bool:
        """Return whether the running turn may have shown entries up to here that the database lacks."""
        newest = await self.newest(thread_id)
        if position is None or newest is None or newest.status != "running":
            return False
        return newest.epoch == position.epoch and newest.last_seq < position.seq

    async def frames(self, turn: TurnRecord) -> tuple[Sequence[bytes], TurnRecord]:
        try:
            return await self._frames(turn)
        except PositionGoneError:
            # What a process and its transport lost together is not waited for again, and the thread has a new
            # epoch.
            return await self._frames(turn)

    async def _frames(self, turn: TurnRecord) -> tuple[Sequence[bytes], TurnRecord]:
        newest = await self.newest(turn.thread_id) or turn
        frames: list[bytes] = []
        load = self._loader(turn.thread_id, newest.id)
        while turn.first_seq + len(frames) < newest.last_seq:
            page = await load(Position(turn.epoch, turn.first_seq + len(frames)), newest.last_seq)
            if not page:
                raise PositionGoneError(
                    f"entries of turn {turn.id} are missing after {turn.first_seq + len(frames)}"
                )
            frames += page
        return frames, newest

    async def retained(self, thread_id: str, up_to: int) -> Mapping[int, RetainedEntry]:
        unsaved = await self._unsaved_of_newest(thread_id)
        rows = await self._rows(self._statements.retained, {"thread_id": thread_id, "up_to": up_to})
        entries = {seq: Entry(seq, frame, mark) for seq, frame, mark in rows}
        entries |= {entry.seq: entry for entry in unsaved if entry.mark is not None and entry.seq <= up_to}
        newest_of = {entry.mark: seq for seq, entry in sorted(entries.items())}
        return {
            seq: RetainedEntry(entry.frame, key_of(entry.mark))
            for seq, entry in sorted(entries.items())
            if entry.mark is not None and (entry.mark == "*" or newest_of[entry.mark] == seq)
        }

    async def request_cancel(self, turn_id: str) -> None:
        await self._write(self._statements.request_cancel, {"turn_id": turn_id})

    async def request_look(self, turn_id: str) -> None:
        await self._write(self._statements.request_look, {"turn_id": turn_id})

    async def drop(self, thread_id: str) -> None:
        turns = await self._rows(self._statements.turns, {"thread_id": thread_id})
        await self.live.forget(
            [turn_id for turn_id, status in turns if status != "running"],
            running=[turn_id for turn_id, status in turns if status == "running"],
        )
        for statement in self._statements.drop:
            await self.database.delete_in_steps(statement, {"thread_id": thread_id})

    async def threads_of(self, owner: str) -> Sequence[str]:
        return [thread_id for (thread_id,) in await self._rows(self._statements.threads_of, {"owner": owner})]

    async def open(self, signals: Signals) -> None:
        if self._lease_keeper is not None:
            return
        await self.live.open()
        await self.database.open()
        self.listen(signals)
        await self._end_turns_of_the_dead()
        self._lease_keeper = LeaseKeeper(
            self.commits,
            signals,
            look_at=self.waits_for_calls.add,
            hear_of_calls=self.hear_of_calls,
            sweep=self.sweep,
            trim=self.trim,
        )
        self._lease_keeper.start()

    def listen(self, signals: Signals) -> None:
        """Tell `signals` what is found, without looking for it by itself."""
        self._signals = signals

    async def close(self) -> None:
        await self.live.close()  # before the last commit, which it asks for
        if self._lease_keeper is not None:
            lease_keeper, self._lease_keeper = self._lease_keeper, None
            await lease_keeper.close()
        await self._remote_tails.close()
        await self.commits.close()
        if self._is_ours:
            await self.database.close()
        await self.live.disconnect()

    async def hear_of_calls(self) -> None:
        """Tell of calls that other processes were answered."""
        for call in await self.calls.resolved(self.waits_for_calls) if self.waits_for_calls else ():
            self._tell(call)

    async def _end_turns_of_the_dead(self) -> None:
        """Let the leases of processes end that died on this machine: only SQLite's writers are all on one."""
        if self.database.dialect != "sqlite":
            return
        dead = [worker for (worker,) in await self._rows(self._statements.workers, {}) if is_dead(worker)]
        for worker in dead:
            await self._write(self._statements.end_leases, {"worker": worker})
        if dead:
            await self.sweep()

    async def sweep(self, clock_s: float | None = None) -> None:
        """Take over the turns whose lease ran out, and hand them to `signals.orphan`; let late calls expire.

        `clock_s` is the database's time by a clock that was not set just now; what it says if None.
        """
        for call in await self.calls.expire():
            self._tell(call)
        clock_s = await self.commits.clock() if clock_s is None else clock_s
        over = {"clock_s": clock_s, "longest_s": self.commits.lease_s + SET_BACK_S}
        for (turn_id,) in await self._rows(self._statements.orphans, over):
            orphan = await self._claim_lease(turn_id, over)
            if orphan is not None and self._signals is not None:
                self._signals.orphan(*orphan)

    async def trim(self) -> bool:
        """See `Trimming.trim`."""
        return await self._trimming.trim()

    async def _refuse(self, thread_id: str, owner: str, request: RequestKey | None) -> None:
        """Tell why a turn cannot begin."""
        if request is not None and (known := await self.known(owner, request)) is not None:
            raise DuplicateRequestError(known)
        newest = await self.newest(thread_id)
        if newest is not None and newest.status == "running":
            raise ThreadBusyError(thread_id, newest.id)

    def _writer(
        self, record: TurnRecord, channel: Callable[[SqlWriter], Channel] = DatabaseChannel
    ) -> SqlWriter:
        writer = self.commits.writers[record.id] = SqlWriter(
            self.commits,
            record.position,
            thread_id=record.thread_id,
            turn_id=record.id,
            load=self._loader(record.thread_id, record.id),
            channel=channel,
        )
        return writer

    def _failed(self, turn_id: str, error: Exception) -> None:
        logger.warning("turn %s can no longer be written by this process: %s", turn_id, error)
        if self._signals is not None:
            self._signals.lost(turn_id)

    def _tell(self, call: CallRecord) -> None:
        if self._signals is not None:
            self._signals.resolved(call)

    def _tail(self, turn: TurnRecord) -> Tail:
        writer = self.commits.writers.get(turn.id)
        if writer is not None:
            return writer.tail
        if turn.status == "running":
            return self._remote_tails.tail(turn)
        tail = Tail(turn.thread_id, turn.position)
        tail.end()
        return tail

    def _loader(self, thread_id: str, newest_turn_id: str) -> Load:
        """Return what loads entries. What the transport showed and lost is in the database a moment later."""

        async def load_stored(after: Position, up_to: int) -> Sequence[bytes]:
            values = {"thread_id": thread_id, "after": after.seq, "up_to": up_to}
            rows = await self._rows(self._statements.entries, values)
            return frames_after(starmap(Row, rows), after.seq, up_to)

        async def load_now(after: Position, up_to: int) -> Sequence[bytes]:
            # Looked at first: what is saved while the database is asked is among the rows.
            writer = self.commits.writers.get(newest_turn_id)
            shown = writer.shown_unsaved() if writer is not None else []
            frames = await load_stored(after, up_to)
            if frames:
                return frames
            unsaved = shown or await self._unsaved(newest_turn_id, after.seq)
            following = [entry for entry in unsaved if after.seq < entry.seq <= up_to]
            return [
                entry.frame
                for expected, entry in enumerate(following, after.seq + 1)
                if entry.seq == expected
            ]

        async def load(after: Position, up_to: int) -> Sequence[bytes]:
            loop = asyncio.get_running_loop()
            deadline = loop.time() + self.live.lag_s
            while True:
                frames = await load_now(after, up_to)
                if frames or loop.time() >= deadline:
                    return frames
                await asyncio.sleep(LAG_RETRY_S)

        return load

    async def _unsaved(self, turn_id: str, after: int) -> Sequence[Entry]:
        """Return what was shown of a turn behind `after`, and may not be in the database yet."""
        writer = self.commits.writers.get(turn_id)
        return writer.shown_unsaved() if writer is not None else await self.live.unsaved(turn_id, after)

    async def _unsaved_of_newest(self, thread_id: str) -> Sequence[Entry]:
        if not self.live.lag_s:
            return ()
        newest = await self._stored_record(self._statements.newest, {"thread_id": thread_id})
        return () if newest is None else await self._unsaved(newest.id, newest.last_seq)

    async def _claim_lease(
        self, turn_id: str, over: Mapping[str, float]
    ) -> tuple[TurnRecord, TurnWriter] | None:
        """Return a dead process's turn, and its new writer, unless another process was faster."""
        if not self.live.allows_takeover():
            return None
        values = {"turn_id": turn_id, "worker": self.commits.worker, "lease_s": self.commits.lease_s, **over}

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(self._statements.claim, values)).rowcount == 1

        if not await self.database.write(work):
            return None
        record = await self._stored_record(self._statements.record, {"turn_id": turn_id})
        return None if record is None else await self._adopt(record)

    async def _adopt(self, record: TurnRecord) -> tuple[TurnRecord, TurnWriter]:
        """Store what the transport has beyond the database.

        From here on the turn goes by the database alone.
        """
        fenced = await self.live.fence(record.id, record.last_seq)
        if not fenced.is_whole:
            record = replace(record, epoch=secrets.token_hex(4))
            logger.warning(
                "text that readers saw of turn %s may be lost: thread %s is reloaded",
                record.id,
                record.thread_id,
            )
            values = {"epoch": record.epoch, "turn_id": record.id, "worker": self.commits.worker}
            await self._write(self._statements.change_epoch, values)
        writer = self._writer(record)
        for entry in fenced.entries:
            writer.append(entry.frame, retention_of(entry.mark))
        try:
            await writer.commit()
        except StorageError:
            writer.abandon()
            raise
        return replace(record, last_seq=writer.seq), writer

    async def _first_seq(self, newest: TurnRecord) -> int:
        """What lies behind the entries that are still held."""
        [(first_seq,)] = await self._rows(self._statements.first, {"thread_id": newest.thread_id})
        return newest.last_seq if first_seq is None else first_seq

    async def _record(self, statement: TextClause, values: Mapping[str, Any]) -> TurnRecord | None:
        """Return what the database knows of a turn, and how much more of it was shown."""
        record = await self._stored_record(statement, values)
        if record is None or record.status != "running":
            return record
        unsaved = await self._unsaved(record.id, record.last_seq)
        return replace(record, last_seq=max(record.last_seq, unsaved[-1].seq)) if unsaved else record

    async def _stored_record(self, statement: TextClause, values: Mapping[str, Any]) -> TurnRecord | None:
        rows = await self._rows(statement, values)
        if not rows:
            return None
        turn_id, thread_id, owner, status, epoch, first_seq, last_seq, body_hash, is_continuation = rows[0]
        return TurnRecord(
            id=turn_id,
            thread_id=thread_id,
            owner=owner,
            status=cast("TurnStatus", status),
            epoch=epoch,
            first_seq=first_seq,
            last_seq=last_seq,
            body_hash=body_hash,
            is_continuation=bool(is_continuation),
        )

    async def _rows(self, statement: TextClause, values: Mapping[str, Any]) -> Sequence[Any]:
        async def work(connection: AsyncConnection) -> Sequence[Any]:
            return (await connection.execute(statement, values)).all()

        return await self.database.read(work)

    async def _write(self, statement: TextClause, values: Mapping[str, Any]) -> int:
        """Return how many rows the statement changed."""

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement, values)).rowcount

        return await self.database.write(work)
