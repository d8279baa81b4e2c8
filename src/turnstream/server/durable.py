"""What clients of durable turns ask for: a thread with its position, to follow a turn, to stop one, to run a
tool.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from turnstream.errors import InvalidRequestError, RequestNotFoundError, ShuttingDownError
from turnstream.eventlog.base import Position, PositionGoneError, TurnRecord
from turnstream.server.results import StreamingResult, TurnSource
from turnstream.store import NotFoundError
from turnstream.turns.item_state import OpenItem
from turnstream.turns.snapshot import TurnState, effects_of, undone_of, unfinished_of
from turnstream.types import ThreadItem
from turnstream.types.durable import (
    RECONNECT,
    TurnReference,
    TurnsAttachReq,
    TurnsCancelReq,
    TurnsClaimCallReq,
    TurnSnapshot,
)
from turnstream.wire.frames import to_json, with_members

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from turnstream.server.base import ChatKitServer

T = TypeVar("T")

YIELD_EVERY = 500
"""Frames applied in a row, which takes some 5 ms."""

__all__ = ["attach", "cancel_turn", "claim_call", "follow", "snapshot"]


async def snapshot(
    server: ChatKitServer[Any], thread_id: str, context: Any, load: Callable[[], Awaitable[T]]
) -> tuple[T, bytes]:
    """Return what `load` reads of the store, and what the log adds to it, the JSON of a `TurnSnapshot`.

    Together they stand for one position.

    The running turn's frames are applied from its beginning, since what `load` finds of it may be older than
    the position. A page applies nothing twice.
    """
    try:
        return await _snapshot(server, thread_id, context, load)
    except PositionGoneError:  # the log was lost meanwhile, or the thread deleted: then `load` says so
        return await _snapshot(server, thread_id, context, load)


async def _snapshot(
    server: ChatKitServer[Any], thread_id: str, context: Any, load: Callable[[], Awaitable[T]]
) -> tuple[T, bytes]:
    log = server.turns.log
    before = await log.newest(thread_id)
    loaded = await load()
    if before is None:
        before = await log.newest(thread_id)
        if before is None:
            return loaded, to_json(TurnSnapshot())
        before = replace(
            before, status="running"
        )  # it began meanwhile: all of it is newer than what was loaded
    since = before if before.status == "running" else replace(before, first_seq=before.last_seq)
    frames, newest = await log.frames(since)
    retained = await log.retained(thread_id, newest.last_seq)
    turn_state = await _state_after(frames)
    snapshot = TurnSnapshot(
        position=str(newest.position),
        turn=TurnReference.model_validate({"id": newest.id, "status": newest.status}),
        items=await _items(server, thread_id, turn_state, context),
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


async def attach(
    server: ChatKitServer[Any], request: TurnsAttachReq, context: Any, *, is_keyed: bool
) -> StreamingResult:
    """Return a stream of what follows a position.

    Raises:
        ShuttingDownError: another process has to answer; a proxy asks it at once, since the request has a
            key.
    """
    params = request.params
    if server.is_closing and is_keyed:
        raise ShuttingDownError
    if server.is_closing:  # not refused: a proxy asks another process for a POST again only if that is safe
        return StreamingResult(TurnSource(None, instead=RECONNECT), is_durable=True)
    await server.store.load_thread(params.thread_id, context=context)  # whose it is
    newest = await server.turns.log.newest(params.thread_id)
    source = await follow(server, params.thread_id, _position(params.after), newest)
    return StreamingResult(source, is_durable=True, is_attached=True)


async def follow(
    server: ChatKitServer[Any],
    thread_id: str,
    after: Position | None,
    turn: TurnRecord | None,
    *,
    until: TurnRecord | None = None,
) -> TurnSource:
    """Return a reader of what follows `after`; without one where that is gone."""
    running = turn.id if turn is not None and turn.status == "running" else ""
    turn_id = until.id if until is not None else running

    def stop() -> None:
        if running:
            server.turns.stop_reading(running)

    try:
        reader = await server.turns.log.read(thread_id, after, until=until)
    except PositionGoneError:
        return TurnSource(None, turn_id=turn_id, stop=stop)
    return TurnSource(reader, turn_id=turn_id, stop=stop)


async def cancel_turn(server: ChatKitServer[Any], request: TurnsCancelReq, context: Any) -> dict[str, Any]:
    """Stop a turn; answer how it ended."""
    params = request.params
    await server.store.load_thread(params.thread_id, context=context)
    status = await server.turns.cancel_turn(params.thread_id, params.turn_id)
    if status is None:
        raise RequestNotFoundError(f"turn {params.turn_id!r} was not found")
    return {"status": status}


async def claim_call(server: ChatKitServer[Any], request: TurnsClaimCallReq, context: Any) -> dict[str, Any]:
    """Grant the right to run a client tool, once."""
    params = request.params
    await server.store.load_thread(params.thread_id, context=context)
    calls = server.turns.log.calls
    call = await calls.find(params.thread_id, params.call_id, params.item_id)
    if call is None:
        raise RequestNotFoundError(f"call {params.call_id!r} was not found")
    is_granted = await calls.claim(call, params.claim_id)
    now = call if is_granted else await calls.find(params.thread_id, call.call_id, call.item_id) or call
    return {"granted": is_granted, "status": now.status}


async def _items(
    server: ChatKitServer[Any], thread_id: str, state: TurnState, context: Any
) -> list[ThreadItem]:
    items = state.items
    for item_id, updates in state.updates.items():
        try:
            item = OpenItem(await server.store.load_item(thread_id, item_id, context=context))
        except NotFoundError:
            continue
        for update in updates:
            item.apply(update)
        if not item.is_hidden:
            items.insert(0, item.snapshot())
    return items


def _position(after: str | None) -> Position | None:
    if after is None:
        return None
    try:
        return Position.parse(after)
    except ValueError as exc:
        raise InvalidRequestError(f"after: {exc}.", field="params.after") from exc
