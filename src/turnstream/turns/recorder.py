"""What a turn does with each event: fold it, store what is finished, append its frame to the log."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from operator import is_not
from typing import Any, TypeVar

from pydantic import BaseModel

from turnstream.eventlog.base import Retention, TurnWriter
from turnstream.redaction import logger_of
from turnstream.store import NotFoundError, StorageError, StorageFullError, Store
from turnstream.turns.flush_timer import FlushTimer
from turnstream.turns.items.item_state import OpenItem
from turnstream.turns.items.text import TextPart
from turnstream.turns.items.visibility import is_hidden, thread_response, visible_event
from turnstream.types import (
    AssistantMessageContentPartTextDelta,
    ClientEffectEvent,
    GeneratedImageItem,
    GeneratedImageUpdated,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
)
from turnstream.types.durable import AnswerEndedEvent, TurnUndoneEvent, UndoingEffectEvent
from turnstream.wire.frames import event_frame

__all__ = ["ItemChange", "Recorder", "retention_of"]

logger = logger_of("turnstream.turns")

T = TypeVar("T")

ItemChange = Callable[[ThreadItem], ThreadItem]
"""What makes a new state of an item from the one before."""

FIELDS = ("title", "status", "allowed_image_domains", "metadata")
"""What an app may change of a thread, in the order of `_references`."""

PASSING = "turnstream.passing_effect"
"""Marks the slot of an effect that a fresh page does not run.

The log keeps it, because an undo may name it.
"""

STORE_PATIENCE_S = 30.0
"""How long a running turn waits for a store that is away. What it does there may be repeated without harm."""

STORE_RETRY_S = 0.25


class Recorder:
    """Keeps the store and the log in step with the events of one turn.

    A finished item is stored before its frame is appended, and nothing is stored without the turn's lease.
    Text deltas wait for the flush timer and are merged per part; any other event first sends the text before
    it, so the order of events never changes.
    """

    __slots__ = (
        "_context",
        "_flush",
        "_flush_timer",
        "_is_closed",
        "_known",
        "_open",
        "_part",
        "_recording",
        "_refs",
        "_saving",
        "_store",
        "_thread",
        "_writer",
        "appended_bytes",
        "thread_is_reassigned",
    )

    def __init__(
        self,
        thread: ThreadMetadata,
        context: Any,
        *,
        store: Store[Any],
        writer: TurnWriter,
        flush_timer: FlushTimer,
    ) -> None:
        self._thread = thread
        self._known = _mutable_fields(thread)
        self._refs = _references(thread)
        self._context = context
        self._store = store
        self._writer = writer
        self._flush_timer = flush_timer
        self._open: dict[str, OpenItem] = {}
        self._part: TextPart | None = None
        self._recording = asyncio.Lock()
        self._saving = asyncio.Lock()
        self._flush = self.flush
        self._is_closed = False
        self.thread_is_reassigned = False
        self.appended_bytes = 0
        """The size of the turn's events so far.

        Text counts in characters, and generated pictures do not count.
        """

    def record_delta(self, event: ThreadStreamEvent) -> bool:
        """Take `event` if it is text for an open message. This is nearly all the traffic, so it never
        suspends.

        Afterwards `thread_is_reassigned` says whether the thread may have changed. It is found out by
        identity, and not for text that joins what waits.
        """
        if type(event) is not ThreadItemUpdatedEvent:
            return False
        update = event.update
        if type(update) is not AssistantMessageContentPartTextDelta:
            return False
        return self._record_text(event.item_id, update.content_index, update.delta)

    async def record(self, event: ThreadStreamEvent) -> None:
        """Fold, store and append `event`, after the text that waits.

        Raises:
            RuntimeError: the turn is over; only a `respond` that ignored its cancellation can meet this.
        """
        if self._is_closed:
            raise RuntimeError("the turn has ended: this event came too late")
        # The response, its tools and requests about older items record at the same time: what one of them
        # stores and appends comes before or after what another one does, in the store as in the log.
        async with self._recording:
            await self._record(event)

    async def _record(self, event: ThreadStreamEvent) -> None:
        self.flush()
        shown = await self._apply(event)
        if shown is not None:
            self.append(shown)

    async def change_item(self, item_id: str, change: ItemChange) -> ThreadItem | None:
        """Replace an item of the thread by what `change` makes of it as it is now; store it and say so.

        Return the new item; None, with nothing changed, if the turn is over.

        Raises:
            NotFoundError: the thread has no such item, or has it no longer.
        """
        async with self._saving, self._recording:
            if self._is_closed:
                return None
            known = await self._open_item(item_id)
            if known is None:
                raise NotFoundError.of("item", item_id)
            item = change(known.snapshot())
            await self._record(ThreadItemReplacedEvent(item=item))
            return item

    async def _apply(self, event: ThreadStreamEvent) -> ThreadStreamEvent | None:
        """Apply and store `event`.

        Return the event for clients; None if it is about an item that stays hidden.
        """
        match event:
            case ThreadItemAddedEvent():
                self._open[event.item.id] = OpenItem(event.item)
                return event
            case ThreadItemDoneEvent() | ThreadItemReplacedEvent():
                before = await self._open_item(event.item.id) if is_hidden(event.item) else None
                await (self.save_item if isinstance(event, ThreadItemReplacedEvent) else self.add_item)(
                    event.item
                )
                self._forget(event.item.id)
                if before is not None and not before.is_hidden:
                    return ThreadItemRemovedEvent(item_id=event.item.id)
                return event
            case ThreadItemRemovedEvent():
                before = await self._open_item(event.item_id)
                await self.stored(
                    lambda: self._store.delete_thread_item(
                        self._thread.id, event.item_id, context=self._context
                    )
                )
                self._forget(event.item_id)
                return None if before is not None and before.is_hidden else event
            case ThreadItemUpdatedEvent():
                return event if await self._update(event) else None
            case _:
                return event

    async def add_item(self, item: ThreadItem) -> None:
        """Store an item at the thread's end, or where it stands if it is there."""
        await self.stored(lambda: self._store.add_thread_item(self._thread.id, item, context=self._context))

    async def save_item(self, item: ThreadItem) -> None:
        """Store an item that is there, without an event."""
        await self.stored(lambda: self._store.save_item(self._thread.id, item, context=self._context))

    def append(self, event: ThreadStreamEvent | BaseModel) -> None:
        """Append the frame of `event`, after the text that waits; drop it if the turn is over.

        A store that hung through a stop may come back when another turn writes to the thread's log.
        """
        if self._is_closed:
            logger.warning(
                "thread %s: %s came after the end of its turn", self._thread.id, type(event).__name__
            )
            return
        self.flush()
        visible = visible_event(event)
        if visible is not None:
            frame = event_frame(visible)
            if not _is_picture(event):
                self.appended_bytes += len(frame)
            self._writer.append(frame, retention_of(event))

    def flush(self) -> None:
        """Append the text that waits, as one delta."""
        part = self._part
        if part is not None and part.unsent:
            self._writer.append(part.flush())

    async def save_thread(self) -> bool:
        """Save and announce the thread if it changed. Safe to call from several tasks.

        Returns False, with nothing saved, when the turn is over and others may hold the thread.
        """
        async with self._saving:
            if self._is_closed:
                return False
            self._refs = _references(self._thread)
            self.thread_is_reassigned = False
            if self._refs != self._known:
                snapshot = await self.stored(self._save_changes)
                self._known = _references(snapshot)  # not before: a save that failed is tried again
                self.append(ThreadUpdatedEvent(thread=thread_response(snapshot)))
            return True

    async def _save_changes(self) -> ThreadMetadata:
        """Save what the turn changed of its thread, over what others changed meanwhile, as by a rename."""
        changes = {
            name: value
            for name, value, known in zip(FIELDS, _references(self._thread), self._known, strict=True)
            if value != known
        }
        stored = await self._store.load_thread(self._thread.id, context=self._context)
        for name in set(FIELDS) - set(changes):
            setattr(self._thread, name, getattr(stored, name))
        self._refs = _references(self._thread)
        snapshot = self._thread.model_copy(deep=True)
        await self._store.save_thread(snapshot, context=self._context)
        return snapshot

    async def close_items(self) -> None:
        """Finish every item that is still open, so that what the reader saw is what the thread keeps."""
        await self.save_stored_items()
        for item_id, open_item in list(self._open.items()):
            if open_item.is_empty:
                self._forget(item_id)
                self.append(ThreadItemRemovedEvent(item_id=item_id))
            else:
                await self.record(ThreadItemDoneEvent(item=open_item.snapshot()))

    async def save_stored_items(self) -> None:
        """Save the updates to items that were finished before."""
        self.flush()
        for item_id, open_item in list(self._open.items()):
            if open_item.is_stored:
                await self.save_item(open_item.snapshot())
                self._forget(item_id)

    def open_items(self) -> list[ThreadItem]:
        """Return the items that were streamed and are not finished, as they stand."""
        self.flush()
        return [item.snapshot() for item in self._open.values() if not item.is_stored]

    def leave_behind(self) -> None:
        """Wait no longer for what hangs in a store while it is recorded; what it appends later is dropped."""
        self._recording = asyncio.Lock()

    async def seal(self) -> None:
        """Close the recorder after the saves that are under way."""
        async with self._saving:
            self.close()

    def close(self) -> None:
        """Send the text that waits, leave the flush timer and take nothing more.

        Closing again does nothing.
        """
        self._flush_timer.discard(self._flush)
        if not self._is_closed:
            self.flush()
        self._is_closed = True
        self._part = None

    def _record_text(self, item_id: str, content_index: int, text: str) -> bool:
        part = self._part
        if part is None or part.item_id != item_id or part.content_index != content_index:
            part = self._begin_part(item_id, content_index)
            if part is None:
                return False
        self.appended_bytes += len(text)
        if part.unsent:  # the flush timer was asked already
            part.unsent.append(text)
            return True
        part.unsent.append(text)
        if part.is_begun:
            self._flush_timer.request(self._flush)
        else:
            part.is_begun = True
            self.flush()
        self.thread_is_reassigned = any(map(is_not, _references(self._thread), self._refs))
        return True

    def _begin_part(self, item_id: str, content_index: int) -> TextPart | None:
        item = self._open.get(item_id)
        if item is None or item.is_hidden or self._is_closed:
            return None
        self.flush()
        self._part = TextPart(item, item_id, content_index)
        return self._part

    async def _update(self, event: ThreadItemUpdatedEvent) -> bool:
        """Apply an update. Return whether clients receive it: always, unless its item is known and hidden."""
        item = await self._open_item(event.item_id)
        if item is None:
            logger.warning("update for unknown item %s of thread %s", event.item_id, self._thread.id)
            return True
        self._open[event.item_id] = item
        item.apply(event.update)
        return not item.is_hidden

    async def _open_item(self, item_id: str) -> OpenItem | None:
        """Return an item that this turn streams, or the stored one; None where there is neither."""
        item = self._open.get(item_id)
        if item is not None:
            return item
        try:
            stored = await self.stored(
                lambda: self._store.load_item(self._thread.id, item_id, context=self._context)
            )
        except NotFoundError:
            return None
        return OpenItem(stored, is_stored=True)

    async def stored(self, operation: Callable[[], Awaitable[T]]) -> T:
        """Do what changes the store, as soon as it can be reached, while the lease is held.

        The log holds by then what led to it: a page that loads the thread must find no more there than its
        position says.

        Raises:
            LeaseLostError: another process ended the turn.
            StorageError: the store was away for 30 s, or is full.
        """
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + STORE_PATIENCE_S
        while True:
            try:
                await self._writer.commit()
                await self._writer.check()
                with self._writer.fenced():
                    return await operation()
            except StorageFullError:
                raise
            except StorageError:
                if loop.time() > give_up_at:
                    raise
                await asyncio.sleep(STORE_RETRY_S)

    def _forget(self, item_id: str) -> None:
        self._open.pop(item_id, None)
        if self._part is not None and self._part.item_id == item_id:
            self._part = None


def _is_picture(event: BaseModel) -> bool:
    """A generated picture that no file store holds is megabytes of base64 in one event."""
    match event:
        case ThreadItemAddedEvent() | ThreadItemDoneEvent() | ThreadItemReplacedEvent():
            return isinstance(event.item, GeneratedImageItem)
        case ThreadItemUpdatedEvent():
            return isinstance(event.update, GeneratedImageUpdated)
        case _:
            return False


def retention_of(event: BaseModel) -> Retention | None:
    """What a page that is loaded later needs of the event, if anything."""
    if isinstance(event, TurnUndoneEvent):
        return Retention(json.dumps(["turnstream.undone", event.item_id, ""]))
    if isinstance(event, AnswerEndedEvent):
        return Retention(json.dumps(["turnstream.answer_ended", event.item_id, ""]))
    if not isinstance(event, ClientEffectEvent):
        return None
    name = event.of if isinstance(event, UndoingEffectEvent) else event.name
    match event.replay:
        case "all":
            return Retention()
        case "latest":
            # ASCII: a database takes no U+0000 and no lone surrogate.
            return Retention(json.dumps([name, event.key or ""]))
        case _:
            return (
                None
                if isinstance(event, UndoingEffectEvent)
                else Retention(json.dumps([event.name, "", PASSING]))
            )


def _references(thread: ThreadMetadata) -> tuple[Any, ...]:
    return thread.title, thread.status, thread.allowed_image_domains, thread.metadata


def _mutable_fields(thread: ThreadMetadata) -> tuple[Any, ...]:
    return _references(thread.model_copy(deep=True))
