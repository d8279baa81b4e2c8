"""What reaches the log, and when."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from anyio import wait_all_tasks_blocked

from turnstream.eventlog import MemoryEventLog
from turnstream.store import MemoryStore, NotFoundError
from turnstream.turns.flush_timer import FlushTimer
from turnstream.turns.items.text import stream_text
from turnstream.turns.recorder import Recorder
from turnstream.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    CustomTask,
    ProgressUpdateEvent,
    TaskItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    WidgetItem,
    WidgetStreamingTextValueDelta,
)
from turnstream.widgets import Card, Text

THREAD = ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))


class HeldTimer(FlushTimer):
    """A pulse under load: nothing goes out until `tick`."""

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())
        self.asked = 0
        self.held: dict[Callable[[], None], None] = {}

    def request(self, flush: Callable[[], None]) -> None:
        self.asked += 1
        self.held[flush] = None

    def tick(self) -> None:
        for flush in list(self.held):
            flush()
        self.held.clear()


class Recording:
    def __init__(self) -> None:
        self.flush_timer = HeldTimer()
        self.store = MemoryStore()

    async def begin(self, *item_ids: str) -> None:
        self.writer = await MemoryEventLog().begin(THREAD.id, "turn_1")
        self.recorder = Recorder(
            THREAD, "ada", store=self.store, writer=self.writer, flush_timer=self.flush_timer
        )
        self._reader = self.writer.read()
        await self.store.save_thread(THREAD, context="ada")
        for item_id in item_ids:
            item = AssistantMessageItem(
                id=item_id, thread_id=THREAD.id, created_at=THREAD.created_at, content=[]
            )
            await self.recorder.record(ThreadItemAddedEvent(item=item))

    async def seen(self) -> list[Any]:
        """The deltas and the types of other events since the last call."""
        self.writer.append(b"data: null\n\n")
        events = [json.loads(frame[6:]) for frame in await self._reader.next()][:-1]
        return [event["update"]["delta"] if "update" in event else event["type"] for event in events]


def delta(text: str, item_id: str = "m", index: int = 0) -> ThreadItemUpdatedEvent:
    update = AssistantMessageContentPartTextDelta(content_index=index, delta=text)
    return ThreadItemUpdatedEvent(item_id=item_id, update=update)


async def test_the_first_text_of_a_part_goes_out_at_once_and_the_rest_merges() -> None:
    recording = Recording()
    await recording.begin("m")
    for text in ("a", "b", "c", "d"):
        assert recording.recorder.record_delta(delta(text))
    assert await recording.seen() == ["thread.item.added", "a"]
    recording.flush_timer.tick()
    assert await recording.seen() == ["bcd"]
    assert recording.flush_timer.asked == 1


async def test_another_event_sends_the_text_before_it() -> None:
    recording = Recording()
    await recording.begin("m")
    for text in ("a", "b"):
        recording.recorder.record_delta(delta(text))
    await recording.recorder.record(ProgressUpdateEvent(text="…"))
    recording.recorder.record_delta(delta("c"))
    recording.recorder.close()
    assert await recording.seen() == ["thread.item.added", "a", "b", "progress_update", "c"]


async def test_parts_never_mix() -> None:
    recording = Recording()
    await recording.begin("m", "n")
    for event in (delta("a"), delta("b"), delta("x", index=1), delta("y", "n"), delta("z", "n"), delta("c")):
        recording.recorder.record_delta(event)
    recording.recorder.close()
    assert await recording.seen() == ["thread.item.added"] * 2 + ["a", "b", "x", "y", "z", "c"]
    texts = {item.id: item.model_dump()["content"] for item in recording.recorder.open_items()}
    assert [part["text"] for part in texts["m"]] == ["abc", "x"]
    assert [part["text"] for part in texts["n"]] == ["yz"]


async def test_text_for_a_stored_item_changes_the_store() -> None:
    recording = Recording()
    await recording.begin()
    item = AssistantMessageItem(id="m", thread_id=THREAD.id, created_at=THREAD.created_at, content=[])
    await recording.recorder.record(ThreadItemDoneEvent(item=item))
    assert not recording.recorder.record_delta(delta("first"))
    await recording.recorder.record(delta("first"))
    assert recording.recorder.record_delta(delta(" second"))
    await recording.recorder.close_items()
    stored = await recording.store.load_item(THREAD.id, "m", context="ada")
    assert stored.model_dump()["content"][0]["text"] == "first second"


async def test_text_for_an_unknown_item_is_passed_on() -> None:
    recording = Recording()
    await recording.begin()
    await recording.recorder.record(delta("who?"))
    assert await recording.seen() == ["who?"]


async def test_streamed_text_without_its_message_is_passed_on() -> None:
    async def tokens() -> AsyncIterator[str]:
        yield "who?"

    recording = Recording()
    await recording.begin()
    async for event in stream_text(THREAD, tokens()):
        if (
            event.type == "thread.item.updated"
            and event.update.type == "assistant_message.content_part.text_delta"
        ):
            assert not recording.recorder.record_delta(event)
            await recording.recorder.record(event)
    assert await recording.seen() == ["who?"]


async def test_what_comes_after_the_end_is_refused() -> None:
    recording = Recording()
    await recording.begin("m")
    assert recording.recorder.record_delta(delta("a"))
    await recording.recorder.seal()
    assert not recording.recorder.record_delta(delta("b"))
    with pytest.raises(RuntimeError, match="too late"):
        await recording.recorder.record(delta("b"))
    assert not await recording.recorder.save_thread()
    assert await recording.seen() == ["thread.item.added", "a"]


async def test_streamed_text_is_one_finished_message() -> None:
    async def tokens() -> AsyncIterator[str]:
        for token in ("Hel", "lo", " you"):
            yield token

    recording = Recording()
    await recording.begin()
    async for event in stream_text(THREAD, tokens()):
        if not recording.recorder.record_delta(event):
            await recording.recorder.record(event)
    items = (await recording.store.load_thread_items(THREAD.id, None, 5, "asc", context="ada")).data
    assert [item.model_dump()["content"][0]["text"] for item in items] == ["Hello you"]


async def test_closing_streamed_text_closes_its_source() -> None:
    closed = asyncio.Event()

    async def tokens() -> AsyncIterator[str]:
        try:
            while True:
                yield "more "
        finally:
            closed.set()

    events: Any = stream_text(THREAD, tokens())
    for _ in range(3):
        await anext(events)
    await events.aclose()
    assert closed.is_set()


async def test_streamed_text_can_be_read_as_events() -> None:
    async def tokens() -> AsyncIterator[str]:
        yield "Hi"

    events = [event async for event in stream_text(THREAD, tokens())]
    assert [event.type for event in events] == [
        "thread.item.added",
        "thread.item.updated",
        "thread.item.updated",
        "thread.item.updated",
        "thread.item.done",
    ]
    delta_event: Any = events[2]
    assert delta_event.update == AssistantMessageContentPartTextDelta(content_index=0, delta="Hi")


def task_item(title: str) -> TaskItem:
    task = CustomTask(title=title)
    return TaskItem(id="t", thread_id=THREAD.id, created_at=THREAD.created_at, task=task)


class SlowStore(MemoryStore[Any]):
    """Holds each load of an item after it was read, until the test lets go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def load_item(self, thread_id: str, item_id: str, context: Any) -> ThreadItem:
        item = await super().load_item(thread_id, item_id, context)
        await self.go.wait()
        return item


async def test_a_change_of_an_item_and_the_turns_own_update_of_it_do_not_lose_each_other() -> None:
    recording = Recording()
    store = recording.store = SlowStore()
    await recording.begin()
    widget = WidgetItem(
        id="w",
        thread_id=THREAD.id,
        created_at=THREAD.created_at,
        widget=Card(children=[Text(id="t", value="")]),
    )
    await recording.recorder.record(ThreadItemDoneEvent(item=widget))
    grows = WidgetStreamingTextValueDelta(component_id="t", delta="grown", done=True)
    updating = asyncio.create_task(
        recording.recorder.record(ThreadItemUpdatedEvent(item_id="w", update=grows))
    )
    changing = asyncio.create_task(
        recording.recorder.change_item("w", lambda now: now.model_copy(update={"copy_text": "changed"}))
    )
    await wait_all_tasks_blocked()
    store.go.set()
    await asyncio.gather(updating, changing)
    await recording.recorder.close_items()
    stored = await store.load_item(THREAD.id, "w", context="ada")
    assert isinstance(stored, WidgetItem)
    assert (stored.copy_text, stored.model_dump()["widget"]["children"][0]["value"]) == ("changed", "grown")


async def test_a_change_of_an_item_after_the_end_of_its_turn_does_nothing() -> None:
    recording = Recording()
    await recording.begin()
    await recording.recorder.record(ThreadItemDoneEvent(item=task_item("before")))
    await recording.recorder.seal()
    assert await recording.recorder.change_item("t", lambda now: task_item("after")) is None
    stored = await recording.store.load_item(THREAD.id, "t", context="ada")
    assert stored == task_item("before")


async def test_a_change_of_an_item_that_is_gone_is_refused() -> None:
    recording = Recording()
    await recording.begin()
    with pytest.raises(NotFoundError, match="'t' was not found"):
        await recording.recorder.change_item("t", lambda now: now)
