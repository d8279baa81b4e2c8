"""Widgets that grow, compared with the official functions on the same states."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

import turnstream.server
import turnstream.types
import turnstream.widgets
from tests.official import PAIRS, SERVER, TYPES
from turnstream.server import diff_widget
from turnstream.widgets import Card, Text

OFFICIAL_WIDGETS = next(pair.official for pair in PAIRS if pair.name == "widgets")

State = dict[str, Any]


def text(value: str, **fields: Any) -> State:
    return {"type": "Text", "id": "t", "value": value, **fields}


def card(*children: State, **fields: Any) -> State:
    return {"type": "Card", "children": list(children), **fields}


pytestmark = pytest.mark.filterwarnings("ignore:Direct usage of named widget classes")

STEPS: dict[str, list[State]] = {
    "text that grows": [card(text("Hel")), card(text("Hello"))],
    "text that streams to its end": [card(text("a", streaming=True)), card(text("ab", streaming=True))],
    "markdown that grows": [
        card({"type": "Markdown", "id": "m", "value": ""}),
        card({"type": "Markdown", "id": "m", "value": "# Hi"}),
    ],
    "two texts at once": [
        card(text("a"), {"type": "Row", "children": [text("x", id="u")]}),
        card(text("ab"), {"type": "Row", "children": [text("xy", id="u")]}),
    ],
    "nothing": [card(text("same")), card(text("same"))],
    "text of another id": [card(text("a")), card(text("ab", id="u"))],
    "one child more": [card(text("a")), card(text("a"), {"type": "Divider"})],
    "a field of the root": [card(text("a")), card(text("ab"), size="lg")],
    "a field deep inside": [card({"type": "Row", "children": [text("a")]}), card({"type": "Row", "gap": 2})],
    "an action": [
        card({"type": "Button", "onClickAction": {"type": "a", "payload": 1}}),
        card({"type": "Button", "onClickAction": {"type": "a", "payload": 2}}),
    ],
    "another root": [card(text("a")), {"type": "ListView", "children": []}],
}


# Where one component is replaced, the official function replaces the whole widget.
COMPONENT_STEPS: dict[str, list[State]] = {
    "text that shrinks": [card(text("Hello")), card(text("Hel"))],
    "another component": [card(text("a")), card({"type": "Badge", "id": "t", "label": "a"})],
    "the stream's end": [card(text("ab", streaming=True)), card(text("ab", streaming=False))],
}


def build(widgets: ModuleType, state: State) -> Any:
    return getattr(widgets, state["type"]).model_validate(state)


def events_of(values: list[Any]) -> list[Any]:
    return [value.model_dump(mode="json", exclude_none=True) for value in values]


@pytest.mark.parametrize("states", STEPS.values(), ids=STEPS.keys())
def test_the_same_updates_as_the_official_diff(states: list[State]) -> None:
    ours = diff_widget(*[build(turnstream.widgets, state) for state in states])
    theirs = SERVER.diff_widget(*[build(OFFICIAL_WIDGETS, state) for state in states])
    assert events_of(list(ours)) == events_of(list(theirs))


@pytest.mark.parametrize("states", COMPONENT_STEPS.values(), ids=COMPONENT_STEPS.keys())
def test_a_component_that_changes_is_replaced_alone(states: list[State]) -> None:
    before, after = [build(turnstream.widgets, state) for state in states]
    [update] = events_of(list(diff_widget(before, after)))
    assert update["type"] == "widget.component.updated"
    assert (update["component_id"], [update["component"]]) == ("t", events_of([after])[0]["children"])


def test_text_without_an_id_that_grows_replaces_the_widget() -> None:
    """The official function returns no update here, and the page keeps the old text."""
    before, after = Card(children=[Text(value="Hel")]), Card(children=[Text(value="Hello")])
    assert [update.type for update in diff_widget(before, after)] == ["widget.root.updated"]


async def stream(
    module: ModuleType, types: ModuleType, widgets: ModuleType, states: list[State]
) -> list[Any]:
    thread = types.ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))

    async def growing() -> AsyncGenerator[Any, None]:
        for state in states:
            yield build(widgets, state)

    widget: Any = growing() if len(states) > 1 else build(widgets, states[0])
    events = module.stream_widget(thread, widget, "copied", lambda kind: f"{kind}_1")  # pyright: ignore[reportUnknownLambdaType]
    found = events_of([event async for event in events])
    for event in found:
        event.get("item", {}).pop("created_at", None)
    return found


@pytest.mark.parametrize(
    "states",
    [
        [card(text("a"))],
        [card(text("a")), card(text("ab")), card(text("x"), size="lg"), card(text("xyz"), size="lg")],
    ],
)
async def test_the_same_events_as_the_official_stream(states: list[State]) -> None:
    ours = await stream(turnstream.server, turnstream.types, turnstream.widgets, states)
    theirs = await stream(SERVER, TYPES, OFFICIAL_WIDGETS, states)
    assert ours == theirs


async def test_a_generator_without_a_state_is_no_widget() -> None:
    """The official function fails here with a `RuntimeError` about StopAsyncIteration."""

    async def none() -> AsyncGenerator[Card, None]:
        for state in list[Card]():
            yield state

    thread = turnstream.types.ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert [event async for event in turnstream.server.stream_widget(thread, none())] == []


async def test_closing_the_stream_closes_the_generator() -> None:
    closed = False

    async def endless() -> AsyncGenerator[Card, None]:
        nonlocal closed
        try:
            while True:
                yield Card(children=[Text(id="t", value="a")])
        finally:
            closed = True

    thread = turnstream.types.ThreadMetadata(id="thr_1", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    events: Any = turnstream.server.stream_widget(thread, endless())
    assert (await anext(events)).type == "thread.item.added"
    await events.aclose()
    assert closed
