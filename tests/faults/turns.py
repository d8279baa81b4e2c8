"""A thread's log cut into turns, and folded into items."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.frames import Frame

__all__ = ["LoggedTurn", "delta_text", "fold", "fold_events", "marker_tokens", "split_turns", "visible_items"]

DELTA = "assistant_message.content_part.text_delta"

LOST = {"error", "turnstream.answer_ended", "turnstream.turn_ended"}
"""What the log says of a turn whose process died."""


@dataclass(slots=True)
class LoggedTurn:
    """The entries from one turn's first to its terminal; `end` is None while there is none."""

    entries: list[Frame] = field(default_factory=list[Frame])
    end: Frame | None = None

    @property
    def turn_id(self) -> str:
        return self.end.event["turn_id"] if self.end is not None else ""

    @property
    def status(self) -> str | None:
        return self.end.event["status"] if self.end is not None else None

    @property
    def is_only_a_message(self) -> bool:
        """Whether its process died with the message stored: another one has announced that, and the end.

        Of the response, nothing is in the log, and neither are its options.
        """
        said = [entry for entry in self.entries if entry.type not in {"thread.created", *LOST}]
        is_message = [entry.event.get("item", {}).get("type") for entry in said] == ["user_message"]
        return is_message and self.status == "interrupted"

    @property
    def opening_count(self) -> int:
        """How many turns began here: each announces its options once."""
        return sum(entry.type == "stream_options" for entry in self.entries)


def split_turns(log: Iterable[Frame]) -> tuple[list[LoggedTurn], list[Frame]]:
    """Return the turns, and the entries that stand between turns without being part of one."""
    turns: list[LoggedTurn] = []
    between: list[Frame] = []
    current: LoggedTurn | None = None
    for entry in log:
        if current is None and entry.type in {"turnstream.call_ended", "thread.updated"}:
            between.append(entry)
            continue
        if current is None:
            turns.append(current := LoggedTurn())
        current.entries.append(entry)
        if entry.type == "turnstream.turn_ended":
            current.end = entry
            current = None
    return turns, between


def delta_text(entries: Iterable[Frame]) -> str:
    """All text that the entries' deltas add, in order."""
    return "".join(entry.event["update"]["delta"] for entry in entries if _is_delta(entry))


def marker_tokens(entries: Iterable[Frame]) -> str:
    """Everything in the entries in which a marker of the model may stand."""
    return delta_text(entries) + "".join(
        json.dumps(entry.event["item"], ensure_ascii=False)
        for entry in entries
        if entry.event.get("item", {}).get("type") == "assistant_message"
    )


def fold(log: Iterable[Frame]) -> list[dict[str, Any]]:
    """Return the items that the log amounts to, oldest first."""
    return fold_events(entry.event for entry in log)


def fold_events(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    items: dict[str, dict[str, Any]] = {}
    for event in events:
        match event.get("type"):
            case "thread.item.added" | "thread.item.done" | "thread.item.replaced":
                items[event["item"]["id"]] = json.loads(json.dumps(event["item"]))
            case "thread.item.removed":
                items.pop(event["item_id"], None)
            case "thread.item.updated" if event["item_id"] in items:
                _update(items[event["item_id"]], event["update"])
            case "turnstream.call_ended" if event["item_id"] in items:
                if items[event["item_id"]]["type"] != "widget":  # which was replaced just before
                    items[event["item_id"]]["status"] = "completed"
            case _:
                pass
    return list(items.values())


def visible_items(items: Iterable[dict[str, Any]]) -> list[tuple[str, str, Any]]:
    """What of each item must be the same wherever it is read: its id, its type and what it says."""
    shown = [(item["id"], item["type"], _substance(item)) for item in items]
    return [item for item in shown if item[1] != "assistant_message" or "".join(item[2]).strip()]


def _substance(item: dict[str, Any]) -> Any:
    match item["type"]:
        case "assistant_message" | "user_message":
            return tuple(part.get("text", "") for part in item["content"])
        case "client_tool_call":
            return item["call_id"], item["status"], item["name"]
        case _:
            return json.dumps({k: v for k, v in item.items() if k != "created_at"}, sort_keys=True)


def _is_delta(entry: Frame) -> bool:
    return entry.type == "thread.item.updated" and entry.event["update"]["type"] == DELTA


def _update(item: dict[str, Any], update: dict[str, Any]) -> None:
    if item["type"] != "assistant_message" or "content_index" not in update:
        return
    content: list[dict[str, Any]] = item["content"]
    while len(content) <= update["content_index"]:
        content.append({"type": "output_text", "text": "", "annotations": []})
    if update["type"] == DELTA:
        content[update["content_index"]]["text"] += update["delta"]
    elif "content" in update:
        content[update["content_index"]] = dict(update["content"])
