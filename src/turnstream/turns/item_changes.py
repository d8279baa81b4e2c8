"""New states of items, from requests that come to another process than the one that runs the thread's turn.

Only the process that runs a turn writes to the thread. Another one leaves the new state among the calls of
that turn, and sees by the log that it was applied.
"""

import asyncio
import secrets
from dataclasses import replace

from turnstream.eventlog.base import EventLog, LeaseLostError, PositionGoneError, TurnRecord
from turnstream.eventlog.call_store import CallRecord
from turnstream.redaction import logger_of
from turnstream.store import NotFoundError, StorageError
from turnstream.store.documents import ITEM, to_document
from turnstream.turns.recorder import ItemChange, Recorder
from turnstream.types import ThreadItem, ThreadItemReplacedEvent, WidgetItem
from turnstream.wire.frames import event_frame

__all__ = ["ITEM_CHANGE", "apply_change", "post_change", "replacement"]

logger = logger_of("turnstream.turns")

ITEM_CHANGE = "turnstream.item_change"
"""The `call_id` of a record that holds a new state of an item, and is no call."""

POLL_S = 0.05
APPLIED_WITHIN_S = 15.0
"""How long the other process may take: it looks every quarter of a second."""


def replacement(item: ThreadItem) -> ItemChange:
    """Return what replaces the stored item by `item`; what came of a widget's question stays as it is.

    It raises `TypeError` if the stored item has another type.
    """

    def change(stored: ThreadItem) -> ThreadItem:
        if item.type != stored.type:
            raise TypeError(
                f"{item.type} {item.id!r} is a {stored.type} in the thread: an update does not change an "
                "item's type"
            )
        if isinstance(item, WidgetItem) and isinstance(stored, WidgetItem):
            return item.model_copy(update={"answer": stored.answer})
        return item

    return change


async def post_change(log: EventLog, turn: TurnRecord, item: ThreadItem) -> bool:
    """Give a new state of an item to the process that runs `turn`; return whether it has applied it.

    It has not if the turn ended first, or if it takes longer than 15 s.
    """
    call = CallRecord(
        thread_id=turn.thread_id,
        item_id=f"change_{secrets.token_hex(16)}",
        call_id=ITEM_CHANGE,
        turn_id=turn.id,
        owner=turn.owner,
        is_inline=True,
        status="answered",  # never pending, or others would take it for a call that a page is to answer
        answer=to_document(item),
    )
    await log.calls.register(call, timeout_s=APPLIED_WITHIN_S)
    await log.request_look(turn.id)
    return await _is_applied(log, turn, event_frame(ThreadItemReplacedEvent(item=item)))


async def _is_applied(log: EventLog, turn: TurnRecord, frame: bytes) -> bool:
    since = replace(turn, first_seq=turn.last_seq)
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + APPLIED_WITHIN_S
    while loop.time() < give_up_at:
        try:
            frames, newest = await log.frames(since)
        except PositionGoneError:
            return False
        if frame in frames:
            return True
        if newest.id != turn.id or newest.status != "running":
            return False
        await asyncio.sleep(POLL_S)
    return False


async def apply_change(recorder: Recorder, call: CallRecord) -> None:
    """Replace the item as another process asks; it finds out by the log whether that was done."""
    item = ITEM.validate_json(call.answer or "")
    try:
        await recorder.change_item(item.id, replacement(item))
    except (NotFoundError, TypeError, LeaseLostError, StorageError) as exc:
        logger.warning("thread %s: item %s could not be replaced: %s", call.thread_id, item.id, exc)
