"""Stream a widget and its changes as events."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, cast

from turnstream.store import StoreItemType, default_generate_id
from turnstream.turns.closing import closing
from turnstream.turns.items.item_state import child_components
from turnstream.types import (
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    WidgetComponentUpdated,
    WidgetItem,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
)
from turnstream.widgets import WidgetComponentBase, WidgetRoot

__all__ = ["diff_widget", "stream_widget"]

WidgetUpdate = WidgetStreamingTextValueDelta | WidgetRootUpdated | WidgetComponentUpdated


def diff_widget(before: WidgetRoot, after: WidgetRoot) -> list[WidgetUpdate]:
    """Return the updates that turn `before` into `after`.

    Text that only grew, in a `Text` or `Markdown` with an `id`, becomes deltas; any other change replaces the
    root.
    """
    if _must_replace(before, after):
        return [WidgetRootUpdated(widget=after)]
    olds = {component_id: _value(component) for component_id, component in _texts_by_id(before).items()}
    return [
        WidgetStreamingTextValueDelta(
            component_id=component_id,
            delta=_value(component)[len(olds[component_id]) :],
            done=not getattr(component, "streaming", False),
        )
        for component_id, component in _texts_by_id(after).items()
        if _value(component) != olds[component_id]
    ]


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


def _is_text(component: WidgetComponentBase) -> bool:
    return component.type in {"Text", "Markdown"} and isinstance(getattr(component, "value", None), str)


def _value(component: WidgetComponentBase) -> str:
    return cast("str", getattr(component, "value", ""))


def _must_replace(before: WidgetComponentBase, after: WidgetComponentBase) -> bool:
    if (before.type, before.id, before.key) != (after.type, after.id, after.key):
        return True
    for field in before.model_fields_set | after.model_fields_set:
        old, new = getattr(before, field, None), getattr(after, field, None)
        if (
            field == "value"
            and before.id
            and _is_text(before)
            and _is_text(after)
            and _value(after).startswith(_value(before))
        ):
            continue
        if _differs(old, new):
            return True
    return False


def _differs(old: Any, new: Any) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        olds, news = cast("list[Any]", old), cast("list[Any]", new)
        return len(olds) != len(news) or any(map(_differs, olds, news))
    if isinstance(old, WidgetComponentBase) and isinstance(new, WidgetComponentBase):
        return _must_replace(old, new)
    return old != new


def _texts_by_id(component: WidgetComponentBase) -> dict[str, WidgetComponentBase]:
    found: dict[str, WidgetComponentBase] = {}
    if component.id and _is_text(component):
        found[component.id] = component
    for child in child_components(component):
        if isinstance(child, WidgetComponentBase):
            found.update(_texts_by_id(child))
    return found
