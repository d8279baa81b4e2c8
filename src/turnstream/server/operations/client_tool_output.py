"""What a page answers to a client tool call, and how the response continues."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from turnstream.errors import ConflictError, RequestNotFoundError, ThreadBusyError
from turnstream.eventlog.base import Position, PositionGoneError, TurnRecord
from turnstream.eventlog.call_store import CallRecord
from turnstream.server.context import RequestScope
from turnstream.server.operations.attach import follow
from turnstream.server.operations.program import RequestProgram, message_to_answer
from turnstream.server.operations.start_turn import TurnStarter
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.turns import TurnProgram
from turnstream.turns.client_calls import (
    action_answer,
    ended_event,
    failure_answer,
    result_answer,
    same_answer,
)
from turnstream.turns.items.answered import items_of_last_turn
from turnstream.turns.recovery import complete_call
from turnstream.types import Action, ClientToolCallItem, ThreadsAddClientToolOutputReq, WidgetItem
from turnstream.types.durable import CallEndedEvent, CallWaitingEvent, ClientToolAnswerReq, TurnsClaimCallReq
from turnstream.wire.frames import event_frame

__all__ = ["answer_call", "answer_widget", "claim_call", "supersede_calls"]

ACCEPTED = b'{"status":"accepted"}'
"""The answer is stored. What follows comes by the turn's stream, or once the other calls are answered."""


async def answer_call(
    scope: RequestScope, request: ThreadsAddClientToolOutputReq | ClientToolAnswerReq, starter: TurnStarter
) -> StreamingResult | NonStreamingResult:
    """Store a page's answer; continue the response that waits for it, or that ended with its call.

    Raises:
        ConflictError: no call is pending; the call was answered otherwise, or its time is over.
    """
    thread_id = request.params.thread_id
    await scope.thread(thread_id)  # raises NotFoundError unless the caller owns the thread
    return await _Answer(scope, thread_id, starter).store(request)


async def answer_widget(
    scope: RequestScope, item: WidgetItem, action: Action[str, Any], starter: TurnStarter
) -> StreamingResult | NonStreamingResult:
    """Store the action that answers a widget, and continue the response that waits for it.

    Raises:
        ConflictError: the widget was answered otherwise, or its time is over, or the user went on.
    """
    return await _Answer(scope, item.thread_id, starter).store_action(item, action)


async def claim_call(scope: RequestScope, request: TurnsClaimCallReq) -> bytes:
    """Grant the right to run a client tool, once; the claim that has it is granted it again."""
    params = request.params
    await scope.thread(params.thread_id)  # raises NotFoundError unless the caller owns the thread
    calls = scope.services.log.calls
    call = await calls.find(params.thread_id, params.call_id, params.item_id)
    if call is None:
        raise RequestNotFoundError(f"call {params.call_id!r} was not found")
    is_granted = await calls.claim(call, params.claim_id)
    now = call if is_granted else await calls.find(params.thread_id, call.call_id, call.item_id) or call
    return json.dumps({"granted": is_granted, "status": now.status}).encode()


async def supersede_calls(scope: RequestScope, thread_id: str) -> list[CallEndedEvent]:
    """End the thread's pending calls, since the user went on without them; return the events that say so."""
    calls = scope.services.log.calls
    ended: list[CallEndedEvent] = []
    for call in await calls.pending(thread_id):
        resolved = await calls.resolve(call, "superseded")
        await complete_call(scope.store, resolved, scope.context)
        ended.append(ended_event(resolved))
    return ended


@dataclass(kw_only=True, eq=False)
class _Continue(RequestProgram):
    """Continues a response after the answer of a client tool, which is stored by now."""

    ended: Sequence[CallEndedEvent]
    """The calls that were answered, or that the answer has superseded."""

    async def _begin(self) -> Sequence[BaseModel]:
        return self.ended


class _Answer:
    """The answer to one call of a thread, or to a widget."""

    def __init__(self, scope: RequestScope, thread_id: str, starter: TurnStarter) -> None:
        self._scope = scope
        self._log = scope.services.log
        self._calls = scope.services.log.calls
        self._turns = scope.services.turns
        self._thread_id = thread_id
        self._starter = starter
        self._is_durable = starter.is_durable

    async def store(
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
        resolved = await self._resolve(call, answer)
        if resolved.is_inline:
            return await self._resume(resolved)
        return await self._continue(resolved)

    async def store_action(
        self, item: WidgetItem, action: Action[str, Any]
    ) -> StreamingResult | NonStreamingResult:
        call = await self._calls.find(self._thread_id, item.id, item.id)
        if call is None:  # the log was lost, and the turn with it
            raise ConflictError(
                f"Widget {item.id} no longer accepts an answer: its response is over.", code="superseded"
            )
        return await self._resume(await self._resolve(call, action_answer(action)))

    async def _resolve(self, call: CallRecord, answer: str) -> CallRecord:
        """The first answer counts, and the same one may come again."""
        resolved = await self._calls.resolve(call, "answered", answer)
        if resolved.status in {"expired", "superseded"}:
            if not resolved.is_inline:  # no sweep finds a call that this answer found late
                await complete_call(self._scope.store, resolved, self._scope.context)
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
        """Resume the turn that waits for the call; an official client's stream continues behind it."""
        self._turns.resolved(call)
        if self._is_durable:
            return NonStreamingResult(ACCEPTED)
        turn = await self._log.find(self._thread_id, call.turn_id)
        place = await self._place(call)
        if turn is None or place is None:
            raise ConflictError(f"The response that created call {call.call_id} is over.")
        source = await follow(self._scope, self._thread_id, Position(turn.epoch, place), turn, until=turn)
        return StreamingResult(source)

    async def _continue(self, call: CallRecord) -> StreamingResult | NonStreamingResult:
        """Start the turn that continues the response, once the last of its calls is answered."""
        await complete_call(self._scope.store, call, self._scope.context)
        if self._is_durable and await self._calls.pending(self._thread_id):
            return NonStreamingResult(ACCEPTED)
        ended = await self._ended_with(call)
        if not self._is_durable:  # such a client knows of one call only
            ended += await supersede_calls(self._scope, self._thread_id)
        await self._turns.wait_for(self._thread_id, call.turn_id)  # it ends with its call
        newest = await self._log.newest(self._thread_id)
        if newest is not None and call.turn_id and await self._is_continued(call, newest):
            if newest.status != "running":
                return NonStreamingResult(ACCEPTED)
            start = Position(newest.epoch, newest.first_seq)
            source = await follow(self._scope, self._thread_id, start, newest, until=newest)
            return StreamingResult(source, is_durable=self._is_durable)
        try:
            return await self._starter.start(self._thread_id, lambda: self._plan(ended), is_continuation=True)
        except ThreadBusyError:
            if not self._is_durable:
                raise
            return NonStreamingResult(ACCEPTED)  # another answer was last, and starts it

    async def _is_continued(self, call: CallRecord, newest: TurnRecord) -> bool:
        """Whether a later turn began with the end of this call; one that changed an item says nothing of
        it.
        """
        of_call = await self._log.find(self._thread_id, call.turn_id)
        if newest.id == call.turn_id or of_call is None:
            return newest.id != call.turn_id
        try:
            frames, _ = await self._log.frames(of_call)
        except PositionGoneError:
            return True
        return event_frame(ended_event(call)) in frames

    async def _plan(self, ended: Sequence[CallEndedEvent]) -> TurnProgram:
        thread = await self._scope.thread(self._thread_id)
        message_id = await message_to_answer(self._scope, thread)
        return _Continue(scope=self._scope, thread=thread, message_id=message_id, ended=ended)

    async def _ended_with(self, call: CallRecord) -> list[CallEndedEvent]:
        """Return an event for each call: the answers to the others appended nothing to the log."""
        others = await self._calls.resolved([call.turn_id] if call.turn_id else [])
        ended = [other for other in others if not other.is_inline and other.item_id != call.item_id]
        return [ended_event(each) for each in (*ended, call)]

    async def _place(self, call: CallRecord) -> int | None:
        """The number of the entry that says that the turn waits for this call."""
        turn = await self._log.find(self._thread_id, call.turn_id)
        if turn is None:
            return None
        frames, _ = await self._log.frames(turn)
        marker = event_frame(CallWaitingEvent(item_id=call.item_id, call_id=call.call_id))
        return next((seq for seq, frame in enumerate(frames, turn.first_seq + 1) if frame == marker), None)

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
        async for item in items_of_last_turn(self._scope.store, self._thread_id, self._scope.context):
            if isinstance(item, ClientToolCallItem) and item.status == "pending":
                return item
        raise ConflictError(f"No client tool call of thread {self._thread_id} is waiting for a result.")

    async def _item_of(self, call_id: str, item_id: str | None) -> ClientToolCallItem:
        call = await self._calls.find(self._thread_id, call_id, item_id)
        if call is not None:
            item = await self._scope.store.load_item(
                self._thread_id, call.item_id, context=self._scope.context
            )
            if isinstance(item, ClientToolCallItem):
                return item
        async for item in items_of_last_turn(self._scope.store, self._thread_id, self._scope.context):
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
            owner=self._scope.owner or "",
            is_inline=False,
        )
        await self._calls.register(call, timeout_s=self._scope.services.settings.client_tool_timeout_s)
        return call
