"""Ends the turns of processes that died, and completes calls that expired."""

from collections.abc import Callable, Sequence
from typing import Any

from turnstream.attachments.urls import MESSAGE
from turnstream.errors import ErrorCode
from turnstream.eventlog.base import EventLog, LeaseLostError, PositionGoneError, TurnRecord, TurnWriter
from turnstream.eventlog.call_store import CallRecord
from turnstream.redaction import logger_of
from turnstream.store import NotFoundError, StorageError, Store
from turnstream.store.listing import PAGE_ROWS, every
from turnstream.turns.client_calls import completed_item, ended_event
from turnstream.turns.item_changes import ITEM_CHANGE
from turnstream.turns.items.answered import newest_message_id
from turnstream.turns.items.item_state import OpenItem
from turnstream.turns.items.visibility import thread_response
from turnstream.turns.recorder import retention_of
from turnstream.turns.snapshot import TurnState, unfinished_of
from turnstream.types import (
    ClientToolCallItem,
    ErrorEvent,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)
from turnstream.types.durable import AnswerEndedEvent, TurnEndedEvent
from turnstream.wire.frames import event_frame
from turnstream.wire.reading import mentions

__all__ = ["complete_call", "end_orphan"]

logger = logger_of("turnstream.turns")

RestoreContext = Callable[[str], Any]


async def end_orphan(
    log: EventLog, store: Store[Any], turn: TurnRecord, writer: TurnWriter, restore_context: RestoreContext
) -> None:
    """Store what a dead process's turn had said, and end the turn as interrupted. No model is asked again.

    A turn that had begun nothing is withdrawn, so that the client's next try, with the same key, begins it.
    """
    logger.warning("turn %s of thread %s was interrupted: its process died", turn.id, turn.thread_id)
    try:
        frames, _ = await log.frames(turn)
        orphan = _Orphan(store, turn, writer, restore_context(turn.owner))
        if not frames and not turn.is_continuation:
            frames = await orphan.opening(log)
            if not frames:
                await writer.withdraw()
                return
        await orphan.end(TurnState(frames), log)
    except (LeaseLostError, StorageError) as exc:
        logger.warning("turn %s could not be ended; the next sweep tries again: %s", turn.id, exc)
        writer.abandon()
    except Exception:
        logger.exception("turn %s could not be stored in its last state; it ends anyway", turn.id)
        await _write_end(writer)


async def complete_call(store: Store[Any], call: CallRecord, context: Any) -> ThreadItem | None:
    """Store what came of a call that no turn waits for, if its item is still there and pending.

    Return that item as it is then, else None.
    """
    try:
        item = await store.load_item(call.thread_id, call.item_id, context=context)
    except NotFoundError:
        return None  # deleted meanwhile
    if not _is_pending(item):
        return None
    completed = completed_item(item, call)
    await store.save_item(call.thread_id, completed, context=context)
    return completed


def _is_pending(item: ThreadItem) -> bool:
    match item:
        case ClientToolCallItem():
            return item.status == "pending"
        case WidgetItem():
            return item.answer is not None and item.answer.status == "pending"
        case _:
            return False


class _Orphan:
    def __init__(self, store: Store[Any], turn: TurnRecord, writer: TurnWriter, context: Any) -> None:
        self._store = store
        self._turn = turn
        self._writer = writer
        self._context = context

    async def opening(self, log: EventLog) -> Sequence[bytes]:
        """Append and return the frames of what the turn stored before its first entry; empty if that is
        nothing.

        A process stores the user's message, then appends it. Between the two, the message is the thread's
        newest item and no entry speaks of it. Of a new thread without a message nothing is left, and the
        attachments of a message that was not stored are unsent again.
        """
        try:
            page = await self._store.load_thread_items(self._turn.thread_id, None, 1, "desc", self._context)
        except NotFoundError:
            await self._release_attachments()
            return ()
        message = page.data[0] if page.data else None
        if not isinstance(message, UserMessageItem) or await _is_logged(log, self._turn, message):
            await self._release_attachments()  # before the thread: what fails in between is repeated
            if self._turn.first_seq == 0 and message is None:
                await self._store.delete_thread(self._turn.thread_id, context=self._context)
            return ()
        events: list[ThreadStreamEvent] = [ThreadItemDoneEvent(item=message)]
        if self._turn.first_seq == 0:
            thread = await self._store.load_thread(self._turn.thread_id, context=self._context)
            events.insert(0, ThreadCreatedEvent(thread=thread_response(thread)))
        frames = [event_frame(event) for event in events]
        for frame in frames:
            self._writer.append(frame)
        return frames

    async def _release_attachments(self) -> None:
        """Let another message have what this turn's process gave the thread before it stored the message."""
        thread_id = self._turn.thread_id
        try:
            listed = every(
                lambda after: self._store.load_attachments(
                    PAGE_ROWS, after, self._context, thread_id=thread_id
                )
            )
            attachments = [attachment async for attachment in listed]
        except NotImplementedError:
            return  # nobody sweeps the attachments of such a store
        for attachment in attachments:
            metadata = dict(attachment.metadata or {})
            message_id = metadata.pop(MESSAGE, None)
            if message_id is not None and await self._stored(message_id) is None:
                unsent = attachment.model_copy(update={"thread_id": None, "metadata": metadata or None})
                await self._store.save_attachment(unsent, context=self._context)

    async def end(self, state: TurnState, log: EventLog) -> None:
        for item in state.unfinished:
            await self._finish(item)
        await self._save_updates(state)
        await self._end_calls(state, log)
        await self._say_unfinished()
        await _write_end(self._writer)

    async def _say_unfinished(self) -> None:
        message_id = await newest_message_id(self._store, self._turn.thread_id, self._context)
        if message_id is not None:
            event = AnswerEndedEvent(item_id=message_id, status="interrupted")
            self._writer.append(event_frame(event), retention_of(event))

    async def _end_calls(self, state: TurnState, log: EventLog) -> None:
        """Let go of the calls that the turn waited for, and keep what it did not live to hear of."""
        for call in await log.calls.pending(self._turn.thread_id):
            if call.turn_id == self._turn.id and call.is_inline:
                await log.calls.resolve(call, "superseded")
        over = {
            item.id
            for item in state.items
            if isinstance(item, ClientToolCallItem | WidgetItem) and not _is_pending(item)
        }
        for call in await log.calls.resolved([self._turn.id]):
            if call.is_inline and call.item_id not in over and call.call_id != ITEM_CHANGE:
                completed = await complete_call(self._store, call, self._context)
                if isinstance(completed, WidgetItem):  # `done`: its process may have died before it said so
                    self._writer.append(event_frame(ThreadItemDoneEvent(item=completed)))
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

    async def _save_updates(self, state: TurnState) -> None:
        for item_id, updates in state.updates.items():
            stored = await self._stored(item_id)
            if stored is not None:
                item = OpenItem(stored)
                for update in updates:
                    item.apply(update)
                await self._store.save_item(self._turn.thread_id, item.snapshot(), context=self._context)


async def _is_logged(log: EventLog, turn: TurnRecord, message: UserMessageItem) -> bool:
    """Whether an entry of an earlier turn speaks of the message: its own, or one that outlived that."""
    retained = await log.retained(turn.thread_id, turn.first_seq)
    if any(answer.item_id == message.id for answer in unfinished_of(retained.values())):
        return True
    try:
        reader = await log.read(turn.thread_id, None)
    except PositionGoneError:
        return False
    while reader.position.seq < turn.first_seq:
        if any(mentions(frame, message.id) for frame in await reader.next()):
            return True
    return False


async def _write_end(writer: TurnWriter) -> None:
    writer.append(event_frame(ErrorEvent(code=ErrorCode.STREAM_ERROR, allow_retry=True)))
    ended = TurnEndedEvent(turn_id=writer.turn_id, status="interrupted", reason="server_lost")
    await writer.end("interrupted", event_frame(ended))
