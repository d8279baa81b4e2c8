"""Read a turn's frames again: what they amount to, for a page that comes late and for a turn whose process died."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from turnstream.errors import ErrorCode
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
from turnstream.types.durable import AnswerEndedEvent, EffectRecord, UnfinishedAnswer

__all__ = ["Replay", "effects_of", "is_extension", "payload", "undone_of", "unfinished_of", "without_extensions"]

EVENT: TypeAdapter[Any] = TypeAdapter(ThreadStreamEvent)
PREFIX = len(b"data: ")
EXTENSION = b'data: {"type":"turnstream.'
CALL_ENDED = b'data: {"type":"turnstream.call_ended"'
LOCK = b'data: {"type":"turnstream.lock"'
ANSWER_ENDED = b'data: {"type":"turnstream.answer_ended"'
UNDONE = b'data: {"type":"turnstream.undone"'
EFFECT = b'data: {"type":"client_effect"'
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


def effects_of(epoch: str, frames: Iterable[tuple[int, bytes]]) -> list[EffectRecord]:
    """Return the effects among numbered frames."""
    found: list[EffectRecord] = []
    for seq, frame in frames:
        if not frame.startswith(EFFECT):
            continue
        event = EVENT.validate_json(payload(frame))
        found.append(
            EffectRecord(id=f"{epoch}.{seq}", name=event.name, data=event.data, replay=event.replay, key=event.key)
        )
    return found


def undone_of(frames: Iterable[bytes]) -> list[str]:
    """Return the user messages whose answers' changes are taken back, as frames in their order say."""
    undone: dict[str, None] = {}
    for frame in frames:
        if frame.startswith(UNDONE):
            event = json.loads(payload(frame))
            undone.pop(event["item_id"], None)
            if event["is_undone"]:
                undone[event["item_id"]] = None
    return list(undone)


def unfinished_of(frames: Iterable[bytes]) -> list[UnfinishedAnswer]:
    """Return the user messages whose answers were stopped or failed, as frames in their order say."""
    unfinished: dict[str, UnfinishedAnswer] = {}
    for frame in frames:
        if frame.startswith(ANSWER_ENDED):
            event = AnswerEndedEvent.model_validate_json(payload(frame))
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
