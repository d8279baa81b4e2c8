"""What is left to do when nobody is there to do it: end the turn of a dead process, complete a call that expired."""

from collections.abc import Callable
from typing import Any

from turnstream.errors import ErrorCode
from turnstream.eventlog.base import EventLog, LeaseLostError, TurnRecord, TurnWriter
from turnstream.eventlog.calls import CallRecord
from turnstream.redaction import logger_of
from turnstream.store import NotFoundError, StorageError, Store
from turnstream.turns.answered import newest_message_id
from turnstream.turns.client_calls import completed_item, ended_event
from turnstream.turns.fold import OpenItem
from turnstream.turns.frames import event_frame
from turnstream.turns.recorder import kept_of
from turnstream.turns.replay import Replay
from turnstream.types import (
    ClientToolCallItem,
    ErrorEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadStreamEvent,
)
from turnstream.types.durable import AnswerEndedEvent, TurnEndedEvent

__all__ = ["complete_call", "end_orphan"]

logger = logger_of("turnstream.turns")

RestoreContext = Callable[[str], Any]


async def end_orphan(
    log: EventLog, store: Store[Any], turn: TurnRecord, writer: TurnWriter, restore_context: RestoreContext
) -> None:
    """Store what a dead process's turn had said, and end the turn as interrupted. No model is asked again."""
    logger.warning("turn %s of thread %s was interrupted: its process died", turn.id, turn.thread_id)
    try:
        frames, _ = await log.frames(turn)
        await _Orphan(store, turn, writer, restore_context(turn.owner)).end(Replay(frames), log)
    except (LeaseLostError, StorageError) as exc:
        logger.warning("turn %s could not be ended; the next sweep tries again: %s", turn.id, exc)
        writer.give_up()
    except Exception:
        logger.exception("turn %s could not be stored in its last state; it ends anyway", turn.id)
        await _write_end(writer)


async def complete_call(store: Store[Any], call: CallRecord, context: Any) -> None:
    """Store what came of a call that no turn waits for, if its item is still there and pending."""
    try:
        item = await store.load_item(call.thread_id, call.item_id, context=context)
    except NotFoundError:
        return  # deleted meanwhile
    if isinstance(item, ClientToolCallItem) and item.status == "pending":
        await store.save_item(call.thread_id, completed_item(item, call), context=context)


class _Orphan:
    def __init__(self, store: Store[Any], turn: TurnRecord, writer: TurnWriter, context: Any) -> None:
        self._store = store
        self._turn = turn
        self._writer = writer
        self._context = context

    async def end(self, replay: Replay, log: EventLog) -> None:
        for item in replay.unfinished:
            await self._finish(item)
        await self._save_updates(replay)
        await self._end_calls(replay, log)
        await self._say_unfinished()
        await _write_end(self._writer)

    async def _say_unfinished(self) -> None:
        message_id = await newest_message_id(self._store, self._turn.thread_id, self._context)
        if message_id is not None:
            event = AnswerEndedEvent(item_id=message_id, status="interrupted")
            self._writer.append(event_frame(event), kept_of(event))

    async def _end_calls(self, replay: Replay, log: EventLog) -> None:
        """Let go of the calls that the turn waited for, and keep what it did not live to hear of."""
        for call in await log.calls.pending(self._turn.thread_id):
            if call.turn_id == self._turn.id and call.is_inline:
                await log.calls.settle(call, "superseded")
        over = {item.id for item in replay.items if isinstance(item, ClientToolCallItem) and item.status == "completed"}
        for call in await log.calls.settled([self._turn.id]):
            if call.is_inline and call.item_id not in over:
                await complete_call(self._store, call, self._context)
                self._writer.append(event_frame(ended_event(call)))

    async def _finish(self, item: OpenItem) -> None:
        snapshot = await self._stored(item.snapshot().id) or item.snapshot()
        event: ThreadStreamEvent
        if item.is_empty:
            event = ThreadItemRemovedEvent(item_id=snapshot.id)
        else:
            await self._writer.check()
            await self._store.add_thread_item(self._turn.thread_id, snapshot, context=self._context)
            event = ThreadItemDoneEvent(item=snapshot)
        self._writer.append(event_frame(event))

    async def _stored(self, item_id: str) -> ThreadItem | None:
        """The item, if its process stored it and died before it could say so."""
        try:
            return await self._store.load_item(self._turn.thread_id, item_id, context=self._context)
        except NotFoundError:
            return None

    async def _save_updates(self, replay: Replay) -> None:
        for item_id, updates in replay.updates.items():
            stored = await self._stored(item_id)
            if stored is not None:
                item = OpenItem(stored)
                for update in updates:
                    item.apply(update)
                await self._store.save_item(self._turn.thread_id, item.snapshot(), context=self._context)


async def _write_end(writer: TurnWriter) -> None:
    writer.append(event_frame(ErrorEvent(code=ErrorCode.STREAM_ERROR, allow_retry=True)))
    ended = TurnEndedEvent(turn_id=writer.turn_id, status="interrupted", reason="server_lost")
    await writer.end("interrupted", event_frame(ended))
