"""Ask the page or the person, and wait for the answer, which may come to another process."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from turnstream.contracts import find_client_tool
from turnstream.errors import TurnstreamError
from turnstream.eventlog.base import EventLog, TurnRecord
from turnstream.eventlog.call_store import CallRecord, CallStatus
from turnstream.store import NotFoundError, StoreItemType
from turnstream.turns.item_changes import ITEM_CHANGE, apply_change
from turnstream.turns.items.declared_actions import declared_actions
from turnstream.turns.recorder import Recorder
from turnstream.types import (
    Action,
    ClientToolCallItem,
    ThreadItem,
    ThreadItemDoneEvent,
    WidgetAnswer,
    WidgetItem,
    WidgetRoot,
)
from turnstream.types.durable import CallEndedEvent, CallWaitingEvent

__all__ = [
    "CALL_TIMEOUT_S",
    "ClientCalls",
    "ClientToolError",
    "action_answer",
    "ask_widget",
    "call_client",
    "calls_of_turn",
    "completed_item",
    "ended_event",
    "failure_answer",
    "result_answer",
    "same_answer",
]

CALL_TIMEOUT_S = 300.0
"""How long a page has to answer, unless the call says otherwise."""

REASONS = {
    "expired": "The page did not answer in time.",
    "superseded": "The user went on without answering.",
}


UNANSWERED = {
    "expired": "The user did not answer in time.",
    "superseded": "The user went on without answering.",
}
"""The same for a widget."""


class ClientToolError(TurnstreamError):
    """The page gave no result, or the person no answer; the text is for the model.

    `code` is `expired`, `superseded`, `declined` if the person did not agree, or what else the page said.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message or code)
        self.code = code


def result_answer(result: Any) -> str:
    """Return the answer of a page that has a result."""
    return json.dumps({"result": result}, separators=(",", ":"))


def failure_answer(code: str, message: str) -> str:
    """Return the answer of a page that has no result."""
    return json.dumps({"error": {"code": code, "message": message}}, separators=(",", ":"))


def action_answer(action: Action[str, Any]) -> str:
    """Return the answer of a person who used a widget."""
    return result_answer({"type": action.type, "payload": action.payload})


def same_answer(one: str | None, other: str) -> bool:
    """Whether two answers say the same; the order of an object's members says nothing."""
    return one is not None and json.loads(one) == json.loads(other)


def completed_item(item: ThreadItem, call: CallRecord) -> ThreadItem:
    """Return the call's item as the thread keeps it when the call is over."""
    answer = _answer_of(call)
    if isinstance(item, WidgetItem):
        action = answer.get("result", {})
        shown = WidgetAnswer.model_validate({**action, "status": call.status})
        return item.model_copy(update={"answer": shown})
    return item.model_copy(update={"status": "completed", "output": answer.get("result", answer)})


def _answer_of(call: CallRecord, reasons: Mapping[str, str] = REASONS) -> dict[str, Any]:
    """What the page said, or why it said nothing."""
    return json.loads(call.answer or failure_answer(call.status, reasons.get(call.status, "")))


class ClientCalls:
    """The calls of one turn."""

    def __init__(
        self,
        log: EventLog,
        recorder: Recorder,
        *,
        turn: TurnRecord,
        make_id: Callable[[StoreItemType], str],
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> None:
        self._log = log
        self._recorder = recorder
        self._turn = turn
        self._make_id = make_id
        self._timeout_s = timeout_s
        self._open: dict[str, _OpenCall] = {}
        self._is_closing = False
        self._changes: dict[str, asyncio.Task[None]] = {}

    async def register(
        self,
        item: ClientToolCallItem | WidgetItem,
        *,
        is_inline: bool = False,
        timeout_s: float | None = None,
    ) -> CallRecord:
        """Note a pending call, before anyone can see it."""
        call = CallRecord(
            thread_id=self._turn.thread_id,
            item_id=item.id,
            call_id=_call_id(item),
            turn_id=self._turn.id,
            owner=self._turn.owner,
            is_inline=is_inline,
        )
        time_s = self._timeout_s if timeout_s is None else timeout_s
        await self._recorder.stored(lambda: self._log.calls.register(call, timeout_s=time_s))
        return call

    async def call(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        timeout_s: float | None = None,
        confirm: bool | str | None = None,
    ) -> Any:
        """Ask the page to run a tool, and return its result.

        With `confirm` the person is asked first: in the page's words (True), or in these. The time they take
        counts. None asks as the tool's contract says, if it has one; False doesn't ask.

        Raises:
            ClientToolError: it said why it has none, did not answer in time, or the user went on without it.
        """
        return _result(_answer_of(await self._wait(self._item(name, arguments, confirm), timeout_s)))

    async def ask(
        self,
        widget: WidgetRoot,
        *,
        timeout_s: float | None = None,
        copy_text: str | None = None,
        item_id: str | None = None,
    ) -> Action[str, Any]:
        """Put a widget into the thread, and return the action that the person answers it with.

        Raises:
            ClientToolError: nobody answered in time (`expired`); a message instead stops the turn.
            ValueError: the widget declares no action that is an answer.
        """
        item = WidgetItem(
            id=item_id or self._make_id("message"),
            thread_id=self._turn.thread_id,
            created_at=datetime.now(UTC),
            widget=widget,
            copy_text=copy_text,
            answer=WidgetAnswer(),
        )
        if not any(action.is_streaming for action in declared_actions(item)):
            raise ValueError(
                "ask_widget() needs a widget with an action, such as the onClickAction of a Button; one with "
                "streaming=False does not count: nobody could answer this widget"
            )
        return Action(**_result(_answer_of(await self._wait(item, timeout_s), UNANSWERED)))

    async def _wait(self, item: ClientToolCallItem | WidgetItem, timeout_s: float | None) -> CallRecord:
        """Put the item into the thread, and return what came of its call."""
        timeout_s = self._timeout_s if timeout_s is None else timeout_s
        opened = self._open[item.id] = _OpenCall(
            item, await self.register(item, is_inline=True, timeout_s=timeout_s)
        )
        # Before the page sees the call: an answer through another process is found only for turns in this
        # set.
        self._log.waits_for_calls.add(self._turn.id)
        await self._recorder.record(ThreadItemDoneEvent(item=item))
        self._recorder.append(CallWaitingEvent(item_id=item.id, call_id=_call_id(item)))
        outcome = await self._outcome(opened, timeout_s)
        await self._conclude(opened, outcome)
        return outcome

    def resolved(self, call: CallRecord) -> None:
        """Take note of what came of a call; the same again changes nothing."""
        if call.call_id == ITEM_CHANGE:
            self._apply_change(call)
            return
        opened = self._open.get(call.item_id)
        # The answer is reported by the request that brought it and by the keeper that finds it in the
        # database.
        if opened is not None and not opened.outcome.done():
            opened.outcome.set_result(call)

    def is_passed_over(self, call: CallRecord) -> bool:
        """Whether the turn waits for a widget's answer in vain, since the user sent a message instead."""
        opened = self._open.get(call.item_id)
        is_of_widget = opened is not None and isinstance(opened.item, WidgetItem)
        return call.status == "superseded" and is_of_widget and not self._is_closing

    def _apply_change(self, call: CallRecord) -> None:
        if call.item_id not in self._changes:  # the keeper finds it again and again
            change = apply_change(self._recorder, call)
            self._changes[call.item_id] = asyncio.create_task(change, name=f"{self._turn.id} change")

    async def close(self) -> None:
        """Let go of the calls that nobody waits for any longer: the turn is ending."""
        self._is_closing = True
        # `_conclude` changes the dictionary, and a call may be concluding by itself in the task that made it.
        for opened in list(self._open.values()):
            await self._conclude(opened, await self._resolve(opened.call, "superseded"))

    def forget(self) -> None:
        """Hear of no more answers: the turn is over."""
        self._log.waits_for_calls.discard(self._turn.id)

    def _item(self, name: str, arguments: dict[str, Any], confirm: bool | str | None) -> ClientToolCallItem:
        if confirm is None and (contract := find_client_tool(name)) is not None:
            confirm = contract.confirm
        item_id = self._make_id("tool_call")
        return ClientToolCallItem(
            id=item_id,
            thread_id=self._turn.thread_id,
            created_at=datetime.now(UTC),
            call_id=item_id,
            name=name,
            arguments=arguments,
            confirm=None if confirm is False else confirm,
        )

    async def _outcome(self, opened: "_OpenCall", timeout_s: float) -> CallRecord:
        try:
            async with asyncio.timeout(timeout_s):
                return await opened.outcome
        except TimeoutError:
            # The log compares and sets: an answer that was stored in this moment is returned instead.
            return await self._resolve(opened.call, "expired")  # unless an answer came in the same moment

    async def _resolve(self, call: CallRecord, status: CallStatus) -> CallRecord:
        return await self._recorder.stored(lambda: self._log.calls.resolve(call, status))

    async def _conclude(self, opened: "_OpenCall", outcome: CallRecord) -> None:
        item = opened.item
        if isinstance(item, WidgetItem):
            await self._show_answer(item, outcome)
        else:
            await self._recorder.save_item(completed_item(item, outcome))
        self._recorder.append(ended_event(outcome))
        self._open.pop(item.id, None)
        if not self._open:  # another process that wants to be heard asks for another look
            self._log.waits_for_calls.discard(self._turn.id)

    async def _show_answer(self, item: WidgetItem, outcome: CallRecord) -> None:
        """Replace the widget as it is by now, which a synchronous action may have changed."""
        with suppress(NotFoundError):  # the app has removed it
            await self._recorder.change_item(item.id, lambda now: completed_item(now, outcome))


class _OpenCall:
    __slots__ = ("call", "item", "outcome")

    def __init__(self, item: ClientToolCallItem | WidgetItem, call: CallRecord) -> None:
        self.item = item
        self.call = call
        self.outcome: asyncio.Future[CallRecord] = asyncio.get_running_loop().create_future()


def _call_id(item: ClientToolCallItem | WidgetItem) -> str:
    return item.id if isinstance(item, WidgetItem) else item.call_id


def ended_event(call: CallRecord) -> CallEndedEvent:
    """Return the event that tells what came of a call."""
    error = _answer_of(call).get("error")
    is_declined = True if error is not None and error.get("code") == "declined" else None
    return CallEndedEvent.model_validate(
        {"item_id": call.item_id, "call_id": call.call_id, "status": call.status, "is_declined": is_declined}
    )


def _result(answer: dict[str, Any]) -> Any:
    if "error" in answer:
        error = answer["error"]
        raise ClientToolError(error.get("code", "failed"), error.get("message", ""))
    return answer["result"]


calls_of_turn: ContextVar[ClientCalls] = ContextVar("turnstream.calls_of_turn")
"""The calls of the turn whose `respond` is running; tasks that it starts see it too."""


async def call_client(
    name: str, arguments: dict[str, Any], *, timeout_s: float | None = None, confirm: bool | str | None = None
) -> Any:
    """Ask the page of the turn that is running here; see `ClientCalls.call`.

    Raises:
        RuntimeError: no turn is running here.
    """
    return await _calls_here("call_client").call(name, arguments, timeout_s=timeout_s, confirm=confirm)


async def ask_widget(
    widget: WidgetRoot,
    *,
    timeout_s: float | None = None,
    copy_text: str | None = None,
    item_id: str | None = None,
) -> Action[str, Any]:
    """Ask the person of the turn that is running here; see `ClientCalls.ask`.

    Raises:
        RuntimeError: no turn is running here.
    """
    calls = _calls_here("ask_widget")
    return await calls.ask(widget, timeout_s=timeout_s, copy_text=copy_text, item_id=item_id)


def _calls_here(method: str) -> ClientCalls:
    calls = calls_of_turn.get(None)
    if calls is None:
        raise RuntimeError(f"{method}() works only inside respond() and the tools that it runs")
    return calls
