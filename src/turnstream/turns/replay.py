"""Read a turn's frames again: what they amount to, for a page that comes late and for a turn whose process died."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json

from turnstream.errors import ErrorCode
from turnstream.eventlog.base import KeptEntry
from turnstream.turns.fold import OpenItem
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

__all__ = [
    "Replay",
    "effect_names_of",
    "effects_of",
    "is_extension",
    "payload",
    "undone_of",
    "unfinished_of",
    "without_extensions",
]

EVENT: TypeAdapter[Any] = TypeAdapter(ThreadStreamEvent)
PREFIX = len(b"data: ")
EXTENSION = b'data: {"type":"turnstream.'
CALL_ENDED = b'data: {"type":"turnstream.call_ended"'
LOCK = b'data: {"type":"turnstream.lock"'
ANSWER_ENDED = b'data: {"type":"turnstream.answer_ended"'
UNDONE = b'data: {"type":"turnstream.undone"'
EFFECT = b'data: {"type":"client_effect"'
EFFECT_TYPE = len(b'{"type":"client_effect",')
ERROR = b'data: {"type":"error"'
OFFICIAL_CODES = {"custom", *ErrorCode}


def is_extension(frame: bytes) -> bool:
    """Whether only clients of durable turns may see the frame."""
    return frame.startswith(EXTENSION)


def payload(frame: bytes) -> bytes:
    """Return the JSON of a frame."""
    return frame[PREFIX:-2]


def without_extensions(frame: bytes) -> bytes:
    """Return the frame of an effect or an error without what only clients of durable turns know; others as they are."""
    if not frame.startswith((EFFECT, ERROR)):
        return frame
    event: dict[str, Any] = json.loads(payload(frame))
    plain = {name: value for name, value in event.items() if name not in {"replay", "key"}}
    if plain["type"] == "error" and plain["code"] not in OFFICIAL_CODES:
        plain["code"] = "custom"
    if plain == event:
        return frame
    return b"data: " + json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def effects_of(epoch: str, entries: Mapping[int, KeptEntry]) -> bytes:
    """Return the JSON list of the effects among kept entries that a fresh page runs again.

    Each is an `EffectRecord`: an id before the frame's own bytes. Building models of a megabyte of frames takes 40 ms.
    """
    records = [
        b'{"id":"%b.%d",%b' % (epoch.encode(), seq, payload(entry.frame)[EFFECT_TYPE:])
        for seq, entry in entries.items()
        if entry.frame.startswith(EFFECT) and from_json(payload(entry.frame)).get("replay") in {"latest", "all"}
    ]
    return b"[%b]" % b",".join(records)


def effect_names_of(entries: Iterable[KeptEntry]) -> set[str]:
    """Return the names of the effects among kept entries; of one that undoes another, the other's."""
    return {
        from_json(payload(entry.frame))["name"] if entry.slot is None else json.loads(entry.slot)[0]
        for entry in entries
        if entry.frame.startswith(EFFECT)
    }


def undone_of(entries: Iterable[KeptEntry]) -> list[str]:
    """Return the user messages whose answers' changes are taken back, as kept entries in their order say."""
    undone: dict[str, None] = {}
    for entry in entries:
        if entry.frame.startswith(UNDONE):
            event = json.loads(payload(entry.frame))
            undone.pop(event["item_id"], None)
            if event["is_undone"]:
                undone[event["item_id"]] = None
    return list(undone)


def unfinished_of(entries: Iterable[KeptEntry]) -> list[UnfinishedAnswer]:
    """Return the user messages whose answers were stopped or failed, as kept entries in their order say."""
    unfinished: dict[str, UnfinishedAnswer] = {}
    for entry in entries:
        if entry.frame.startswith(ANSWER_ENDED):
            event = AnswerEndedEvent.model_validate_json(payload(entry.frame))
            unfinished.pop(event.item_id, None)
            if event.status != "retried":
                unfinished[event.item_id] = UnfinishedAnswer(
                    item_id=event.item_id, status=event.status, error=event.error
                )
    return list(unfinished.values())


class Replay:
    """The items that frames speak of, as they stand after them, in the order in which they were first spoken of."""

    def __init__(self, frames: Iterable[bytes] = ()) -> None:
        self._items: dict[str, OpenItem] = {}
        self._finished: set[str] = set()
        self.updates: dict[str, list[ThreadItemUpdate]] = {}
        """By item, updates of items that were there before."""
        self.lock: list[str] | None = None
        """Which regions of the page are locked; None is all of them."""
        for frame in frames:
            self.take(frame)

    def take(self, frame: bytes) -> None:
        if frame.startswith(CALL_ENDED):
            self._complete_call(json.loads(payload(frame))["item_id"])
        elif frame.startswith(LOCK):
            self.lock = json.loads(payload(frame)).get("regions")
        elif not is_extension(frame):
            self._apply(EVENT.validate_json(payload(frame)))

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
