"""What a turn does with each event: fold it, store what is finished, append its frame to the log."""

import asyncio
import logging
from operator import is_not
from typing import Any

from turnstream.eventlog.base import EventLog
from turnstream.store import NotFoundError, Store
from turnstream.turns.fold import OpenItem
from turnstream.turns.frames import event_frame
from turnstream.turns.pulse import Pulse
from turnstream.turns.text import TextDelta, TextPart
from turnstream.types import (
    AssistantMessageContentPartTextDelta,
    HiddenContextItem,
    Page,
    SDKHiddenContextItem,
    Thread,
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

__all__ = ["Recorder", "is_hidden", "thread_response"]

logger = logging.getLogger("turnstream.turns")


def is_hidden(item: ThreadItem) -> bool:
    """Items that never leave the server."""
    return isinstance(item, (HiddenContextItem, SDKHiddenContextItem))


def thread_response(thread: ThreadMetadata, items: Page[ThreadItem] | None = None) -> Thread:
    """Return `thread` as the client may see it: without the app's metadata, with `items`, hidden ones left out."""
    page = items or Page[ThreadItem]()
    visible = [item for item in page.data if not is_hidden(item)]
    return Thread(
        id=thread.id,
        title=thread.title,
        created_at=thread.created_at,
        status=thread.status,
        allowed_image_domains=thread.allowed_image_domains,
        items=Page[ThreadItem](data=visible, has_more=page.has_more, after=page.after),
    )


class Recorder:
    """Keeps the store and the log in step with the events of one turn.

    A finished item is stored before its frame is appended. Text deltas wait for the pulse and are merged per part;
    any other event first sends the text before it, so the order of events never changes.
    """

    __slots__ = (
        "_context",
        "_flush",
        "_is_closed",
        "_known",
        "_log",
        "_open",
        "_part",
        "_pulse",
        "_refs",
        "_saving",
        "_store",
        "_thread",
        "thread_is_reassigned",
    )

    def __init__(self, thread: ThreadMetadata, context: Any, *, store: Store[Any], log: EventLog, pulse: Pulse) -> None:
        self._thread = thread
        self._known = _mutable_fields(thread)
        self._refs = _references(thread)
        self._context = context
        self._store = store
        self._log = log
        self._pulse = pulse
        self._open: dict[str, OpenItem] = {}
        self._part: TextPart | None = None
        self._saving = asyncio.Lock()
        self._flush = self.flush
        self._is_closed = False
        self.thread_is_reassigned = False

    def take_delta(self, event: ThreadStreamEvent | TextDelta) -> bool:
        """Take `event` if it is text for an open message. This is nearly all the traffic, so it never suspends.

        Afterwards `thread_is_reassigned` says whether the thread may have changed. It is found out by identity, and
        not for text that joins what waits.
        """
        if type(event) is TextDelta:
            return self._take_text(event.item_id, event.content_index, event.delta)
        if type(event) is not ThreadItemUpdatedEvent:
            return False
        update = event.update
        if type(update) is not AssistantMessageContentPartTextDelta:
            return False
        return self._take_text(event.item_id, update.content_index, update.delta)

    async def record(self, event: ThreadStreamEvent | TextDelta) -> None:
        """Fold, store and append `event`, after the text that waits.

        Raises:
            RuntimeError: the turn is over; only a `respond` that ignored its cancellation can meet this.
        """
        if self._is_closed:
            raise RuntimeError("the turn is over: this event came too late")
        self.flush()
        if isinstance(event, TextDelta):
            event = ThreadItemUpdatedEvent(item_id=event.item_id, update=event.update)
        match event:
            case ThreadItemAddedEvent():
                self._open[event.item.id] = OpenItem(event.item)
            case ThreadItemDoneEvent():
                await self._store.add_thread_item(self._thread.id, event.item, context=self._context)
                self._forget(event.item.id)
            case ThreadItemReplacedEvent():
                await self._store.save_item(self._thread.id, event.item, context=self._context)
                self._forget(event.item.id)
            case ThreadItemRemovedEvent():
                await self._store.delete_thread_item(self._thread.id, event.item_id, context=self._context)
                self._forget(event.item_id)
            case ThreadItemUpdatedEvent():
                await self._update(event)
            case _:
                pass
        if not _is_for_the_server_only(event):
            self.append(event)

    def append(self, event: ThreadStreamEvent) -> None:
        """Append the frame of `event`, after the text that waits; drop it if the turn is over.

        A store that hung through a stop may come back when another turn writes to the thread's log.
        """
        if self._is_closed:
            logger.warning("thread %s: %s came after the end of its turn", self._thread.id, event.type)
            return
        self.flush()
        self._log.append(self._thread.id, event_frame(event))

    def flush(self) -> None:
        """Append the text that waits, as one delta."""
        part = self._part
        if part is not None and part.waiting:
            self._log.append(self._thread.id, part.take())

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
                snapshot = self._thread.model_copy(deep=True)
                await self._store.save_thread(snapshot, context=self._context)
                self._known = _references(snapshot)  # not before: a save that failed is tried again
                self.append(ThreadUpdatedEvent(thread=thread_response(snapshot)))
            return True

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
                await self._store.save_item(self._thread.id, open_item.snapshot(), context=self._context)
                self._forget(item_id)

    def open_items(self) -> list[ThreadItem]:
        """Return the items that were streamed and are not finished, as they stand."""
        self.flush()
        return [item.snapshot() for item in self._open.values() if not item.is_stored]

    async def seal(self) -> None:
        """Close the recorder after the saves that are under way."""
        async with self._saving:
            self.close()

    def close(self) -> None:
        """Send what waits, leave the pulse and take nothing more. Closing again does nothing."""
        self._pulse.discard(self._flush)
        if not self._is_closed:
            self.flush()
        self._is_closed = True
        self._part = None

    def _take_text(self, item_id: str, content_index: int, text: str) -> bool:
        part = self._part
        if part is None or part.item_id != item_id or part.content_index != content_index:
            part = self._begin_part(item_id, content_index)
            if part is None:
                return False
        if part.waiting:  # the pulse was asked already
            part.waiting.append(text)
            return True
        part.waiting.append(text)
        if part.is_begun:
            self._pulse.request(self._flush)
        else:
            part.is_begun = True
            self.flush()
        self.thread_is_reassigned = any(map(is_not, _references(self._thread), self._refs))
        return True

    def _begin_part(self, item_id: str, content_index: int) -> TextPart | None:
        item = self._open.get(item_id)
        if item is None or self._is_closed:
            return None
        self.flush()
        self._part = TextPart(item, item_id, content_index)
        return self._part

    async def _update(self, event: ThreadItemUpdatedEvent) -> None:
        item = self._open.get(event.item_id)
        if item is None:
            try:
                stored = await self._store.load_item(self._thread.id, event.item_id, context=self._context)
            except NotFoundError:
                logger.warning("update for unknown item %s of thread %s", event.item_id, self._thread.id)
                return
            item = self._open[event.item_id] = OpenItem(stored, is_stored=True)
        item.apply(event.update)

    def _forget(self, item_id: str) -> None:
        self._open.pop(item_id, None)
        if self._part is not None and self._part.item_id == item_id:
            self._part = None


def _is_for_the_server_only(event: ThreadStreamEvent) -> bool:
    return isinstance(event, (ThreadItemAddedEvent, ThreadItemDoneEvent, ThreadItemReplacedEvent)) and is_hidden(
        event.item
    )


def _references(thread: ThreadMetadata) -> tuple[Any, ...]:
    return thread.title, thread.status, thread.allowed_image_domains, thread.metadata


def _mutable_fields(thread: ThreadMetadata) -> tuple[Any, ...]:
    return _references(thread.model_copy(deep=True))
