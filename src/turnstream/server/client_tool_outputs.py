"""What a page answers to a client tool call, and how the response goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from turnstream.errors import ConflictError, RequestNotFoundError, ThreadBusyError
from turnstream.eventlog.base import Position
from turnstream.eventlog.call_store import CallRecord
from turnstream.server.durable import follow
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.turns.answered import items_of_last_turn
from turnstream.turns.client_calls import ended_event, failure_answer, result_answer, same_answer
from turnstream.turns.recovery import complete_call
from turnstream.types import ClientToolCallItem, ThreadsAddClientToolOutputReq
from turnstream.types.durable import CallEndedEvent, CallWaitingEvent, ClientToolAnswerReq
from turnstream.wire.frames import event_frame

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from turnstream.server.base import ChatKitServer

    Continue = Callable[[list[CallEndedEvent]], Awaitable[StreamingResult]]

__all__ = ["answer_call", "supersede_calls"]

ACCEPTED = b'{"status":"accepted"}'
"""The answer was taken; what follows comes by the turn's stream, or when the other calls are answered."""


async def answer_call(
    server: ChatKitServer[Any],
    request: ThreadsAddClientToolOutputReq | ClientToolAnswerReq,
    context: Any,
    go_on: Continue,
    *,
    is_durable: bool,
) -> StreamingResult | NonStreamingResult:
    """Take a page's answer. `go_on` starts the turn that continues a response which ended with its call.

    Raises:
        ConflictError: no call waits; the call was answered otherwise, or its time is over.
    """
    thread_id = request.params.thread_id
    await server.store.load_thread(thread_id, context=context)  # whose it is
    return await _Answer(server, thread_id, context, go_on, is_durable=is_durable).take(request)


async def supersede_calls(server: ChatKitServer[Any], thread_id: str, context: Any) -> list[CallEndedEvent]:
    """Let go of the thread's pending calls: the user went on. Return the events that say so."""
    ended: list[CallEndedEvent] = []
    for call in await server.turns.log.calls.pending(thread_id):
        resolved = await server.turns.log.calls.resolve(call, "superseded")
        await complete_call(server.store, resolved, context)
        ended.append(ended_event(resolved))
    return ended


class _Answer:
    def __init__(
        self, server: ChatKitServer[Any], thread_id: str, context: Any, go_on: Continue, *, is_durable: bool
    ) -> None:
        self._server = server
        self._calls = server.turns.log.calls
        self._thread_id = thread_id
        self._context = context
        self._go_on = go_on
        self._is_durable = is_durable

    async def take(
        self, request: ThreadsAddClientToolOutputReq | ClientToolAnswerReq
    ) -> StreamingResult | NonStreamingResult:
        params = request.params
        if isinstance(request, ClientToolAnswerReq):
            item = await self._item_of(request.params.call_id, request.params.item_id)
            error = request.params.error
        else:
            item, error = await self._shown_to_official_client(), None
        answer = result_answer(params.result) if error is None else failure_answer(error.code, error.message)
        call = await self._calls.find(self._thread_id, item.call_id, item.id) or await self._adopt(item)
        resolved = await self._settle(call, answer)
        if resolved.is_inline:
            return await self._resume(resolved)
        return await self._continue(resolved)

    async def _settle(self, call: CallRecord, answer: str) -> CallRecord:
        """The first answer counts, and the same one may come again."""
        resolved = await self._calls.resolve(call, "answered", answer)
        if resolved.status in {"expired", "superseded"}:
            if not resolved.is_inline:  # no sweep finds a call that this answer found late
                await complete_call(self._server.store, resolved, self._context)
            reason = "its time is over" if resolved.status == "expired" else "the user went on without it"
            raise ConflictError(
                f"Call {call.call_id} no longer accepts an answer: {reason}.", code=resolved.status
            )
        if not same_answer(resolved.answer, answer):
            raise ConflictError(
                f"Call {call.call_id} already has a different answer.", code="already_answered"
            )
        return resolved

    async def _resume(self, call: CallRecord) -> StreamingResult | NonStreamingResult:
        """Let the turn go on that waits for the call; an official client's stream goes on behind it."""
        self._server.turns.resolved(call)
        if self._is_durable:
            return NonStreamingResult(ACCEPTED)
        turn = await self._server.turns.log.find(self._thread_id, call.turn_id)
        place = await self._place(call)
        if turn is None or place is None:
            raise ConflictError(f"The response that created call {call.call_id} is over.")
        source = await follow(self._server, self._thread_id, Position(turn.epoch, place), turn, until=turn)
        return StreamingResult(source)

    async def _continue(self, call: CallRecord) -> StreamingResult | NonStreamingResult:
        """Start the turn that continues the response, when the last of its calls is answered."""
        await complete_call(self._server.store, call, self._context)
        if self._is_durable and await self._calls.pending(self._thread_id):
            return NonStreamingResult(ACCEPTED)
        ended = await self._ended_with(call)
        if not self._is_durable:  # such a client knows of one call only
            ended += await supersede_calls(self._server, self._thread_id, self._context)
        await self._server.turns.wait_for(self._thread_id, call.turn_id)  # it ends with its call
        newest = await self._server.turns.log.newest(self._thread_id)
        if newest is not None and call.turn_id and newest.id != call.turn_id:
            if newest.status != "running":
                return NonStreamingResult(ACCEPTED)
            start = Position(newest.epoch, newest.first_seq)
            source = await follow(self._server, self._thread_id, start, newest, until=newest)
            return StreamingResult(source, is_durable=self._is_durable)
        try:
            return await self._go_on(ended)
        except ThreadBusyError:
            if not self._is_durable:
                raise
            return NonStreamingResult(ACCEPTED)  # another answer was last, and starts it

    async def _ended_with(self, call: CallRecord) -> list[CallEndedEvent]:
        """Say of each call of the response that it is over: nothing was appended to the log when the others
        were.
        """
        others = await self._calls.resolved([call.turn_id] if call.turn_id else [])
        ended = [other for other in others if not other.is_inline and other.item_id != call.item_id]
        return [ended_event(each) for each in (*ended, call)]

    async def _place(self, call: CallRecord) -> int | None:
        """The number of the entry that says that the turn waits for this call."""
        turn = await self._server.turns.log.find(self._thread_id, call.turn_id)
        if turn is None:
            return None
        frames, _ = await self._server.turns.log.frames(turn)
        waiting = event_frame(CallWaitingEvent(item_id=call.item_id, call_id=call.call_id))
        return next((seq for seq, frame in enumerate(frames, turn.first_seq + 1) if frame == waiting), None)

    async def _shown_to_official_client(self) -> ClientToolCallItem:
        """The call where its stream ended: the first that a turn waits for, or the newest that ended one."""
        places = {
            place: call
            for call in await self._calls.pending(self._thread_id)
            if call.is_inline and (place := await self._place(call)) is not None
        }
        if places:
            call = places[min(places)]
            return await self._item_of(call.call_id, call.item_id)
        async for item in items_of_last_turn(self._server.store, self._thread_id, self._context):
            if isinstance(item, ClientToolCallItem) and item.status == "pending":
                return item
        raise ConflictError(f"No client tool call of thread {self._thread_id} is waiting for a result.")

    async def _item_of(self, call_id: str, item_id: str | None) -> ClientToolCallItem:
        call = await self._calls.find(self._thread_id, call_id, item_id)
        if call is not None:
            item = await self._server.store.load_item(self._thread_id, call.item_id, context=self._context)
            if isinstance(item, ClientToolCallItem):
                return item
        async for item in items_of_last_turn(self._server.store, self._thread_id, self._context):
            if (
                isinstance(item, ClientToolCallItem)
                and item.call_id == call_id
                and item_id in {None, item.id}
            ):
                return item
        raise RequestNotFoundError(f"call {call_id!r} was not found")

    async def _adopt(self, item: ClientToolCallItem) -> CallRecord:
        """Note a call that the thread keeps and this log does not know: it was made under another one."""
        if item.status != "pending":
            raise ConflictError(f"Call {item.call_id} already has an answer.", code="already_answered")
        call = CallRecord(
            thread_id=self._thread_id,
            item_id=item.id,
            call_id=item.call_id,
            turn_id="",
            owner=self._server.owner_of(self._context) or "",
            is_inline=False,
        )
        await self._calls.register(call, timeout_s=self._server.client_tool_timeout_s)
        return call
