"""An action of a widget or the page: streamed by `action`, or answered at once by `sync_action`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from turnstream.errors import ConflictError, InvalidRequestError, NotFoundError, ShuttingDownError
from turnstream.redaction import logger_of
from turnstream.server.context import RequestScope
from turnstream.server.operations.client_tool_output import answer_widget
from turnstream.server.operations.item_replacement import replace_item
from turnstream.server.operations.program import RequestProgram, message_to_answer, open_thread
from turnstream.server.operations.start_turn import TurnStarter
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.turns import TurnProgram, is_hidden, to_json
from turnstream.turns.items.declared_actions import declared_action, declared_actions
from turnstream.types import (
    Action,
    SyncCustomActionResponse,
    ThreadCustomActionParams,
    ThreadItem,
    ThreadsCustomActionReq,
    ThreadsSyncCustomActionReq,
    ThreadStreamEvent,
    WidgetItem,
)

__all__ = ["act", "answer_action", "plan_action"]

logger = logger_of("turnstream.server")


async def act(
    scope: RequestScope, request: ThreadsCustomActionReq, starter: TurnStarter
) -> StreamingResult | NonStreamingResult:
    """Give the action to the turn that waits for it, or start a turn that answers it.

    Raises:
        InvalidRequestError: the sender is no widget, or does not declare the action.
        ConflictError: the sender is a widget that was to be answered, and takes no answer any longer.
        NotSupportedError: the app has no `action`.
    """
    # First the copies: the action may have closed the thread, or deleted its widget.
    if (replay := await starter.replay()) is not None:
        return replay
    params = request.params
    thread = await open_thread(scope, params.thread_id)
    sender = await _sender_of(scope, params)
    _checked_action(scope, params, sender)
    if sender is not None and sender.answer is not None:
        # An action of the page is no answer, whatever `page_actions` accepts.
        answer = declared_action(sender, params.action)
        if answer is not None:
            return await answer_widget(scope, sender, answer, starter)
    return await starter.start(thread.id, partial(plan_action, scope, request))


async def plan_action(scope: RequestScope, request: ThreadsCustomActionReq) -> TurnProgram:
    """Return the program that streams what the app's `action` yields.

    Raises:
        InvalidRequestError: the sender is no widget, or does not declare the action.
        NotSupportedError: the app has no `action`.
    """
    params = request.params
    thread = await open_thread(scope, params.thread_id)
    sender = await _sender_of(scope, params)
    action = _checked_action(scope, params, sender)
    # Called here, not in the turn: a server without action() refuses the request and starts no turn.
    events = scope.hooks.action(thread, action, sender, scope.context)
    message_id = await message_to_answer(scope, thread)
    return _Act(scope=scope, thread=thread, message_id=message_id, events=events)


async def answer_action(scope: RequestScope, request: ThreadsSyncCustomActionReq) -> bytes:
    """Return the JSON of what the app's `sync_action` returns, without a hidden item.

    The updated item is stored, and an entry of the thread's log, by then.

    Raises:
        InvalidRequestError: the sender is no widget, or does not declare the action.
        ConflictError: the sender was to be answered, and that is over.
        ShuttingDownError: this process takes no more turns.
        TypeError: the app returned an item that is not the sender.
    """
    params = request.params
    thread = await open_thread(scope, params.thread_id)
    sender = await _sender_of(scope, params)
    action = _checked_action(scope, params, sender)
    _check_unanswered(sender)
    if scope.services.turns.is_closing:
        raise ShuttingDownError  # before the app acts: what it returned could not be announced
    response = await scope.hooks.sync_action(thread, action, sender, scope.context)
    item = response.updated_item
    if item is None or (sender is None and is_hidden(item)):
        return to_json(SyncCustomActionResponse())
    _check_updated(item, thread.id, sender)
    changed = await replace_item(scope, item)
    return to_json(SyncCustomActionResponse(updated_item=changed))


def _check_unanswered(sender: WidgetItem | None) -> None:
    """Return if the widget still takes actions.

    Raises:
        ConflictError: a turn has waited for its answer, and does no longer.
    """
    status = None if sender is None or sender.answer is None else sender.answer.status
    if status not in {None, "pending"}:
        code = "already_answered" if status == "answered" else str(status)
        raise ConflictError(f"The widget takes no action any longer: it is {status}.", code=code)


def _check_updated(item: ThreadItem, thread_id: str, sender: WidgetItem | None) -> None:
    """Return if the app has updated an item of the thread.

    Raises:
        TypeError: it is not an item of the thread, or not the sender, if there is one.
    """
    returned = f"sync_action() returned as updated_item {item.type} {item.id!r} of thread {item.thread_id!r}"
    if item.thread_id != thread_id:
        raise TypeError(f"{returned}: return an item of thread {thread_id!r}, from which the action came")
    if sender is not None and (item.id, item.type) != (sender.id, sender.type):
        raise TypeError(f"{returned}: return the sender, widget {sender.id!r}, with another widget in it")


@dataclass(kw_only=True, eq=False)
class _Act(RequestProgram):
    method = "action"

    events: AsyncIterator[ThreadStreamEvent]

    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        return self.events


async def _sender_of(scope: RequestScope, params: ThreadCustomActionParams) -> WidgetItem | None:
    """Return the widget that the action came from, if any.

    Raises:
        NotFoundError: the thread has no such item; a hidden one is as good as missing.
        InvalidRequestError: the item is no widget.
    """
    if not params.item_id:
        return None
    item = await scope.store.load_item(params.thread_id, params.item_id, context=scope.context)
    if is_hidden(item):
        raise NotFoundError.of("item", params.item_id)
    if not isinstance(item, WidgetItem):
        raise InvalidRequestError(f"Item {item.id} is not a widget but {item.type}.", field="params.item_id")
    return item


def _checked_action(
    scope: RequestScope, params: ThreadCustomActionParams, sender: WidgetItem | None
) -> Action[str, Any]:
    """Return the action as the app receives it, if its widget or the server's `page_actions` allow it.

    Raises:
        InvalidRequestError: neither does; the message has the remedy.
    """
    action, allowed = params.action, scope.services.settings.page_actions
    if allowed == "*":
        return action
    declared = None if sender is None else declared_action(sender, action)
    if declared is not None:
        return declared
    is_declared = sender is not None and action.type in {each.type for each in declared_actions(sender)}
    if action.type in allowed and not is_declared:
        return action
    error = _refusal(action.type[:100], sender, is_declared=is_declared)
    logger.warning("thread %s: an action was refused: %s", params.thread_id, error)
    raise error


def _refusal(action_type: str, sender: WidgetItem | None, *, is_declared: bool) -> InvalidRequestError:
    if is_declared and sender is not None:
        return InvalidRequestError(
            f"params.action.payload: it is not what widget {sender.id} declares for {action_type!r}: a page "
            "can change only the values of named fields in the same Form, or in the same Card with asForm. "
            'For a payload that the page makes, declare the action with handler "client".',
            field="params.action.payload",
        )
    if sender is not None:
        return InvalidRequestError(
            f"params.action.type: widget {sender.id} declares no action {action_type!r}: declare it in the "
            "widget, or list it in the server's page_actions.",
            field="params.action.type",
        )
    return InvalidRequestError(
        f"params.action.type: a page may not send {action_type!r} without a widget: "
        "list it in the server's page_actions, or send the widget's item_id.",
        field="params.action.type",
    )
