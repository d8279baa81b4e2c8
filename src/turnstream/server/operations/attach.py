"""Follows running turns, and stops them."""

import json

from turnstream.errors import InvalidRequestError, RequestNotFoundError, ShuttingDownError
from turnstream.eventlog.base import Position, PositionGoneError, TurnRecord
from turnstream.server.context import RequestScope
from turnstream.server.results import StreamingResult, TurnSource
from turnstream.types.durable import RECONNECT, TurnsAttachReq, TurnsCancelReq

__all__ = ["attach", "cancel_turn", "follow"]


async def attach(scope: RequestScope, request: TurnsAttachReq, *, is_keyed: bool) -> StreamingResult:
    """Return a stream of what follows a position.

    Raises:
        ShuttingDownError: another process has to answer; a proxy asks it at once, since the request has a
            key.
    """
    params = request.params
    if scope.services.turns.is_closing:
        if is_keyed:
            raise ShuttingDownError
        # Not refused: a proxy sends a POST to another process again only if that is safe.
        return StreamingResult(TurnSource(None, instead=RECONNECT), is_durable=True)
    await scope.thread(params.thread_id)  # raises NotFoundError unless the caller owns the thread
    newest = await scope.services.log.newest(params.thread_id)
    source = await follow(scope, params.thread_id, _position(params.after), newest)
    return StreamingResult(source, is_durable=True, is_attached=True)


async def follow(
    scope: RequestScope,
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
            scope.services.turns.stop_reading(running)

    try:
        reader = await scope.services.log.read(thread_id, after, until=until)
    except PositionGoneError:
        return TurnSource(None, turn_id=turn_id, stop=stop)
    return TurnSource(reader, turn_id=turn_id, stop=stop)


async def cancel_turn(scope: RequestScope, request: TurnsCancelReq) -> bytes:
    """Stop a turn; return how it ended."""
    params = request.params
    await scope.thread(params.thread_id)
    status = await scope.services.turns.cancel_turn(params.thread_id, params.turn_id)
    if status is None:
        raise RequestNotFoundError(f"turn {params.turn_id!r} was not found")
    return json.dumps({"status": status}).encode()


def _position(after: str | None) -> Position | None:
    if after is None:
        return None
    try:
        return Position.parse(after)
    except ValueError as exc:
        raise InvalidRequestError(f"after: {exc}.", field="params.after") from exc
