"""From a checked request to who answers it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from turnstream.errors import InvalidRequestError, KeyReusedError, ThreadBusyError, TooManyRequestsError
from turnstream.eventlog.base import DuplicateRequestError, Position, RequestKey, TurnRecord
from turnstream.server.client_tool_outputs import answer_call
from turnstream.server.durable import attach, follow
from turnstream.server.json_operations import answer
from turnstream.server.results import NonStreamingResult, StreamingResult, TurnSource
from turnstream.server.start_turn import start_turn
from turnstream.types import ChatKitReq, StreamingReq, ThreadsAddClientToolOutputReq, is_streaming_req
from turnstream.types.durable import (
    CallEndedEvent,
    ClientToolAnswerReq,
    DurableReq,
    TurnsAttachReq,
    TurnsUndoReq,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from turnstream.server.base import ChatKitServer

__all__ = ["dispatch", "request_key"]

MAX_KEY = 255


def request_key(
    server: ChatKitServer[Any], body: str | bytes | bytearray, context: Any, key: str | None
) -> RequestKey | None:
    """Return what copies of a request are known by, if it has a key.

    Raises:
        InvalidRequestError: the key is too long, or not printable ASCII.
    """
    if key is None or server.owner_of(context) is None:
        return None
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= MAX_KEY:
        raise InvalidRequestError(f"Idempotency-Key must be 1 to {MAX_KEY} printable ASCII characters.")
    given = body.encode() if isinstance(body, str) else bytes(body)
    return RequestKey(key, hashlib.sha256(given).hexdigest())


async def dispatch(
    server: ChatKitServer[Any],
    request: ChatKitReq | DurableReq,
    context: Any,
    *,
    is_durable: bool,
    key: RequestKey | None,
) -> StreamingResult | NonStreamingResult:
    """Answer a request."""
    beginning = _Beginning(server, context, is_durable=is_durable, key=key)
    match request:
        case TurnsAttachReq():
            return await attach(server, request, context, is_keyed=key is not None)
        case ThreadsAddClientToolOutputReq() | ClientToolAnswerReq():
            go_on = beginning.continuation(request.params.thread_id)
            return await answer_call(server, request, context, go_on, is_durable=is_durable)
        case TurnsUndoReq():
            return await beginning.begin(request)
        case _:
            if not isinstance(request, DurableReq) and is_streaming_req(request):
                return await beginning.begin(request)
            return NonStreamingResult(await answer(server, request, context, is_durable=is_durable))


class _Beginning:
    """Starts the turn of a request, or finds the one that a copy of it started."""

    def __init__(
        self, server: ChatKitServer[Any], context: Any, *, is_durable: bool, key: RequestKey | None
    ) -> None:
        self._server = server
        self._context = context
        self._is_durable = is_durable
        self._key = key

    def continuation(self, thread_id: str) -> Any:
        """Return what starts the turn that goes on after a client tool's answer."""
        request = ThreadsAddClientToolOutputReq.model_validate(
            {"params": {"thread_id": thread_id, "result": None}}
        )

        async def go_on(announce: list[CallEndedEvent]) -> StreamingResult:
            return await self.begin(request, announce)

        return go_on

    async def begin(
        self, request: StreamingReq | TurnsUndoReq, announce: Sequence[CallEndedEvent] = ()
    ) -> StreamingResult:
        while True:
            try:
                known = await self._known()
                if known is None:
                    turn = await start_turn(
                        self._server, request, self._context, key=self._key, announce=announce
                    )
                    source = TurnSource(turn.read(), turn_id=turn.id, stop=turn.cancel)
                    return StreamingResult(source, is_durable=self._is_durable)
            except DuplicateRequestError as exc:
                known = exc.turn
            except (ThreadBusyError, TooManyRequestsError):
                # A copy of this request may have begun the turn that is running while this one waited for the
                # thread.
                known = await self._known()
                if known is None:
                    raise
            replay = await self._replay(known)
            if replay is not None:
                return replay

    async def _known(self) -> TurnRecord | None:
        if self._key is None:
            return None
        return await self._server.turns.log.known(self._server.owner_of(self._context) or "", self._key)

    async def _replay(self, turn: TurnRecord) -> StreamingResult | None:
        """Return the turn that a copy of the request started; None if that turn was withdrawn meanwhile."""
        if self._key is None or turn.body_hash != self._key.body_hash:
            raise KeyReusedError
        start = Position(turn.epoch, turn.first_seq)
        source = await follow(self._server, turn.thread_id, start, turn, until=turn)
        if source.reader is None and await self._known() is None:
            return None
        return StreamingResult(source, is_durable=self._is_durable)
