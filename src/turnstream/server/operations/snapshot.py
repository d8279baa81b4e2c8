"""A thread as the store and the log have it at one position, for clients of durable turns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from turnstream.eventlog.base import PositionGoneError
from turnstream.server.context import RequestScope
from turnstream.store import NotFoundError
from turnstream.turns.items.item_state import OpenItem
from turnstream.turns.snapshot import TurnState, effects_of, undone_of, unfinished_of
from turnstream.types import ThreadItem
from turnstream.types.durable import TurnReference, TurnSnapshot
from turnstream.wire.frames import to_json, with_members

__all__ = ["snapshot"]

T = TypeVar("T")

YIELD_EVERY = 500
"""Frames applied in a row, which takes some 5 ms."""


async def snapshot(scope: RequestScope, thread_id: str, load: Callable[[], Awaitable[T]]) -> tuple[T, bytes]:
    """Return what `load` reads of the store, and what the log adds to it, the JSON of a `TurnSnapshot`.

    Both are of one position. The running turn's frames are applied from its beginning, since what `load`
    finds of it may be older than the position. A page applies nothing twice.
    """
    try:
        return await _snapshot(scope, thread_id, load)
    except PositionGoneError:  # the log was lost meanwhile, or the thread deleted: then `load` says so
        return await _snapshot(scope, thread_id, load)


async def _snapshot(scope: RequestScope, thread_id: str, load: Callable[[], Awaitable[T]]) -> tuple[T, bytes]:
    log = scope.services.log
    before = await log.newest(thread_id)
    loaded = await load()
    if before is None:
        before = await log.newest(thread_id)
        if before is None:
            return loaded, to_json(TurnSnapshot())
        # The turn began between the two looks at the log: all of it is newer than what was loaded.
        before = replace(before, status="running")
    since = before if before.status == "running" else replace(before, first_seq=before.last_seq)
    frames, newest = await log.frames(since)
    retained = await log.retained(thread_id, newest.last_seq)
    turn_state = await _state_after(frames)
    snapshot = TurnSnapshot(
        position=str(newest.position),
        turn=TurnReference.model_validate({"id": newest.id, "status": newest.status}),
        items=await _items(scope, thread_id, turn_state),
        lock=turn_state.lock,
        undone=undone_of(retained.values()),
        unfinished=unfinished_of(retained.values()),
    )
    return loaded, with_members(
        to_json(snapshot, exclude={"effects"}), effects=effects_of(newest.epoch, retained)
    )


async def _state_after(frames: Sequence[bytes]) -> TurnState:
    """Apply the frames of a turn; let other tasks run in between, as there may be 100,000 of them."""
    state = TurnState()
    for index, frame in enumerate(frames):
        state.apply(frame)
        if index % YIELD_EVERY == YIELD_EVERY - 1:
            await asyncio.sleep(0)
    return state


async def _items(scope: RequestScope, thread_id: str, state: TurnState) -> list[ThreadItem]:
    items = state.items
    for item_id, updates in state.updates.items():
        try:
            item = OpenItem(await scope.store.load_item(thread_id, item_id, context=scope.context))
        except NotFoundError:
            continue
        for update in updates:
            item.apply(update)
        if not item.is_hidden:
            items.insert(0, item.snapshot())
    return items
