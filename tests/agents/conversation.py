"""One conversation that every bridge has to show in the same way, whatever speaks with the model.

The user asks; the model thinks, says a line and calls two tools at once, one of which says what it does,
shows a widget and fires an effect; it asks the page; then it answers in two paragraphs.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from turnstream.types import ClientEffectEvent, ProgressUpdateEvent, ThreadStreamEvent
from turnstream.widgets import Card, Text

QUESTION = "Which tree is the tallest?"
ANSWER_OF_PAGE = "the oak"


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """What the model says to one request."""

    thought: str = ""
    text: str = ""
    calls: tuple[Call, ...] = ()
    input_tokens: int = 10
    output_tokens: int = 5


STEPS = (
    Step(
        thought="Both have trees.",
        text="Let me look.",
        calls=(Call("call_1", "survey", {"area": "park"}), Call("call_2", "look", {"place": "garden"})),
    ),
    Step(calls=(Call("call_3", "get_selection", {"kind": "tree"}),)),
    Step(text="You have chosen the oak.\n\nIt is the tallest: **30 m**."),
)


async def look(place: str) -> str:
    """Look around in a place."""
    return f"a birch in the {place}"


async def survey(area: str) -> AsyncIterator[ThreadStreamEvent | Card | str]:
    """Survey an area."""
    yield ProgressUpdateEvent(text=f"Walking through the {area}")
    yield Card(children=[Text(value="Oak, 30 m")])
    yield ClientEffectEvent(name="show_area", data={"area": area})
    yield f"an oak in the {area}"


async def get_selection(kind: str) -> str:  # pyright: ignore[reportReturnType]
    """Return what the user has selected."""


def pieces(text: str) -> Iterator[str]:
    """What a model streams: a word at a time."""
    words = text.split(" ")
    yield words[0]
    yield from (f" {word}" for word in words[1:])


ITEMS: list[dict[str, Any]] = [
    {"type": "user_message", "text": QUESTION},
    {"type": "workflow", "workflow": "reasoning", "tasks": ["Both have trees."], "ended": True},
    {"type": "assistant_message", "text": "Let me look."},
    {"type": "widget", "widget": {"type": "Card", "children": [{"type": "Text", "value": "Oak, 30 m"}]}},
    {
        "type": "client_tool_call",
        "name": "get_selection",
        "arguments": {"kind": "tree"},
        "status": "completed",
        "output": ANSWER_OF_PAGE,
    },
    {"type": "assistant_message", "text": "You have chosen the oak.\n\nIt is the tallest: **30 m**."},
]
"""The thread at the end, as `normalised`."""

EVENTS = [
    "reasoning",
    "thought Both have trees.",
    "message",
    "Let me look.",
    "message done",
    "Walking through the park",
    "widget",
    "effect show_area",
    "call get_selection",
    "message",
    "You have chosen the oak.\n\nIt is the tallest: **30 m**.",
    "message done",
]
"""What a reader gets meanwhile, as `told`."""


def normalised(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A thread's items, without what differs from run to run: ids and times."""
    return [_normalised(item) for item in items]


def _normalised(item: dict[str, Any]) -> dict[str, Any]:
    kind: str = item["type"]
    match kind:
        case "user_message" | "assistant_message":
            return {"type": kind, "text": "".join(part["text"] for part in item["content"])}
        case "workflow":
            workflow = item["workflow"]
            tasks = [task["content"] for task in workflow["tasks"]]
            ended = workflow.get("summary") is not None
            return {"type": kind, "workflow": workflow["type"], "tasks": tasks, "ended": ended}
        case "client_tool_call":
            return {
                "type": kind,
                **{name: item.get(name) for name in ("name", "arguments", "status", "output")},
            }
        case _:
            return {"type": kind, kind: item[kind]}


def summary(events: Iterable[Any]) -> list[str]:
    """What a reader of events gets, a line each. What grows, text or thought, is one line, however it was
    cut.
    """
    lines: list[str] = []
    growing = ""
    for event in events:
        line, grows = _line(event_dict(event))
        if not line:
            continue
        if growing and grows == growing:
            line = line if grows == "thought" else lines[-1] + line
            lines.pop()
        lines.append(line)
        growing = grows
    return lines


def event_dict(event: Any) -> dict[str, Any]:
    """An event as it is on the wire."""
    if isinstance(event, dict):
        return cast("dict[str, Any]", event)
    return event.model_dump(mode="json", exclude_none=True)


def _line(event: dict[str, Any]) -> tuple[str, str]:
    """What an event tells, and what it goes on with."""
    match event:
        case {"type": "thread.item.added" | "thread.item.done" as kind, "item": item}:
            return _item_line(kind, item), ""
        case {"update": {"type": "assistant_message.content_part.text_delta", "delta": delta}}:
            return delta, "text"
        case {"update": {"type": "workflow.task.added" | "workflow.task.updated", "task": task}}:
            return f"thought {task['content']}", "thought"
        case {"type": "progress_update", "text": text}:
            return text, ""
        case {"type": "client_effect", "name": name}:
            return f"effect {name}", ""
        case _:
            return "", ""


def _item_line(kind: str, item: dict[str, Any]) -> str:
    match kind, item["type"]:
        case "thread.item.added", "assistant_message":
            return "message"
        case "thread.item.done", "assistant_message":
            return "message done"
        case "thread.item.added", "workflow":
            return item["workflow"]["type"]
        case "thread.item.done", "widget" | "user_message":
            return item["type"].removesuffix("_message")
        case "thread.item.done", "client_tool_call":
            return f"call {item['name']}"
        case _:
            return ""
