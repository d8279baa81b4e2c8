"""Stream a widget and its changes as events."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import UTC, datetime

from turnstream.store import StoreItemType, default_generate_id
from turnstream.turns.closing import closing
from turnstream.turns.items.widget_diff import diff_widget
from turnstream.types import (
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    WidgetItem,
)
from turnstream.widgets import WidgetRoot

__all__ = ["diff_widget", "stream_widget"]


async def stream_widget(
    thread: ThreadMetadata,
    widget: WidgetRoot | AsyncGenerator[WidgetRoot, None],
    copy_text: str | None = None,
    generate_id: Callable[[StoreItemType], str] = default_generate_id,
) -> AsyncIterator[ThreadStreamEvent]:
    """Yield the events of one widget item: at once, or growing with the states of an async generator.

    The generator is closed with this one. It must yield a new object for each state; one without states is no
    item.
    """
    item_id = generate_id("message")

    def item(state: WidgetRoot) -> WidgetItem:
        now = datetime.now(UTC)
        return WidgetItem(id=item_id, thread_id=thread.id, created_at=now, widget=state, copy_text=copy_text)

    if not isinstance(widget, AsyncGenerator):
        yield ThreadItemDoneEvent(item=item(widget))
        return
    first: WidgetItem | None = None
    state: WidgetRoot | None = None
    async with closing(widget):
        async for new_state in widget:
            if state is None:
                first = item(new_state)
                yield ThreadItemAddedEvent(item=first)
            else:
                for update in diff_widget(state, new_state):
                    yield ThreadItemUpdatedEvent(item_id=item_id, update=update)
            state = new_state
    if first is not None:
        yield ThreadItemDoneEvent(item=first.model_copy(update={"widget": state}))
