"""Replays a turn's frames to its state, for pages that come later and for turns whose process died."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from turnstream.eventlog.base import RetainedEntry
from turnstream.turns.items.item_state import OpenItem
from turnstream.types import (
    ClientToolCallItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)
from turnstream.types.durable import AnswerEndedEvent, UnfinishedAnswer
from turnstream.wire.reading import (
    ANSWER_ENDED,
    CLIENT_EFFECT,
    UNDONE,
    effect_record,
    is_extension,
    members,
    payload,
    type_of,
)

__all__ = ["TurnState", "effect_names_of", "effects_of", "undone_of", "unfinished_of"]

EVENT: TypeAdapter[Any] = TypeAdapter(ThreadStreamEvent)


def effects_of(epoch: str, entries: Mapping[int, RetainedEntry]) -> bytes:
    """Return the JSON list of the effects among retained entries that a fresh page runs again."""
    records = [
        effect_record(entry.frame, f"{epoch}.{seq}")
        for seq, entry in entries.items()
        if entry.type == CLIENT_EFFECT and entry.members.get("replay") in {"latest", "all"}
    ]
    return b"[%b]" % b",".join(records)


def effect_names_of(entries: Iterable[RetainedEntry]) -> set[str]:
    """Return the names of the effects among retained entries; of one that undoes another, the other's."""
    return {
        entry.members["name"] if entry.key is None else json.loads(entry.key)[0]
        for entry in entries
        if entry.type == CLIENT_EFFECT
    }


def undone_of(entries: Iterable[RetainedEntry]) -> list[str]:
    """Return the user messages whose answers' changes are undone, from retained entries in their order."""
    undone: dict[str, None] = {}
    for entry in entries:
        if entry.type == UNDONE:
            event = entry.members
            undone.pop(event["item_id"], None)
            if event["is_undone"]:
                undone[event["item_id"]] = None
    return list(undone)


def unfinished_of(entries: Iterable[RetainedEntry]) -> list[UnfinishedAnswer]:
    """Return the user messages whose answers were stopped or failed, from retained entries in their order."""
    unfinished: dict[str, UnfinishedAnswer] = {}
    for entry in entries:
        if entry.type == ANSWER_ENDED:
            event = AnswerEndedEvent.model_validate(entry.members)
            unfinished.pop(event.item_id, None)
            if event.status != "retried":
                unfinished[event.item_id] = UnfinishedAnswer(
                    item_id=event.item_id, status=event.status, error=event.error
                )
    return list(unfinished.values())


class TurnState:
    """The items of a turn after some of its frames, in the order in which the frames named them first."""

    def __init__(self, frames: Iterable[bytes] = ()) -> None:
        self._items: dict[str, OpenItem] = {}
        self._finished: set[str] = set()
        self.updates: dict[str, list[ThreadItemUpdate]] = {}
        """By item, updates of items that were there before."""
        self.lock: list[str] | None = None
        """Which regions of the page are locked; None is all of them."""
        for frame in frames:
            self.apply(frame)

    def apply(self, frame: bytes) -> None:
        """Change the state as the next frame of the turn says."""
        match type_of(frame):
            case "turnstream.call_ended":
                self._complete_call(members(frame)["item_id"])
            case "turnstream.lock":
                self.lock = members(frame).get("regions")
            case _ if not is_extension(frame):
                self._apply(EVENT.validate_json(payload(frame)))
            case _:
                pass

    @property
    def items(self) -> list[ThreadItem]:
        """All of them."""
        return [item.snapshot() for item in self._items.values()]

    @property
    def unfinished(self) -> list[OpenItem]:
        """Those whose end is not among the frames."""
        return [item for item_id, item in self._items.items() if item_id not in self._finished]

    def _apply(self, event: ThreadStreamEvent) -> None:
        match event:
            case ThreadItemAddedEvent():
                self._items[event.item.id] = OpenItem(event.item)
                self._finished.discard(event.item.id)
            case ThreadItemDoneEvent() | ThreadItemReplacedEvent():
                self._items[event.item.id] = OpenItem(event.item)
                self._finished.add(event.item.id)
            case ThreadItemUpdatedEvent() if event.item_id in self._items:
                self._items[event.item_id].apply(event.update)
            case ThreadItemUpdatedEvent():
                self.updates.setdefault(event.item_id, []).append(event.update)
            case ThreadItemRemovedEvent():
                self._items.pop(event.item_id, None)
                self._finished.discard(event.item_id)
            case _:
                pass

    def _complete_call(self, item_id: str) -> None:
        item = self._items[item_id].snapshot() if item_id in self._items else None
        if isinstance(item, ClientToolCallItem):
            self._items[item_id] = OpenItem(item.model_copy(update={"status": "completed"}))
