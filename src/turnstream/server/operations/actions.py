"""An action of a widget or the page: streamed by `action`, or answered at once by `sync_action`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from turnstream.errors import InvalidRequestError
from turnstream.server.context import RequestScope
from turnstream.server.operations.program import RequestProgram, message_to_answer, open_thread
from turnstream.turns import TurnProgram, is_hidden, to_json
from turnstream.types import (
    SyncCustomActionResponse,
    ThreadCustomActionParams,
    ThreadsCustomActionReq,
    ThreadsSyncCustomActionReq,
    ThreadStreamEvent,
    WidgetItem,
)

__all__ = ["answer_action", "plan_action"]


async def plan_action(scope: RequestScope, request: ThreadsCustomActionReq) -> TurnProgram:
    """Return the program that streams what the app's `action` yields.

    Raises:
        InvalidRequestError: the sender is no widget.
        NotSupportedError: the app has no `action`.
    """
    params = request.params
    thread = await open_thread(scope, params.thread_id)
    sender = await _sender(scope, params)
    # Called here, not in the turn: a server without action() refuses the request and starts no turn.
    events = scope.hooks.action(thread, params.action, sender, scope.context)
    message_id = await message_to_answer(scope, thread)
    return _Act(scope=scope, thread=thread, message_id=message_id, events=events)


async def answer_action(scope: RequestScope, request: ThreadsSyncCustomActionReq) -> bytes:
    """Return the JSON of what the app's `sync_action` returns, without a hidden item.

    Raises:
        InvalidRequestError: the sender is no widget.
    """
    params = request.params
    thread = await open_thread(scope, params.thread_id)
    sender = await _sender(scope, params)
    response = await scope.hooks.sync_action(thread, params.action, sender, scope.context)
    if response.updated_item is not None and is_hidden(response.updated_item):
        response = SyncCustomActionResponse()
    return to_json(response)


@dataclass(kw_only=True, eq=False)
class _Act(RequestProgram):
    method = "action"

    events: AsyncIterator[ThreadStreamEvent]

    def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        return self.events


async def _sender(scope: RequestScope, params: ThreadCustomActionParams) -> WidgetItem | None:
    """Return the widget that the action came from, if any."""
    if not params.item_id:
        return None
    item = await scope.store.load_item(params.thread_id, params.item_id, context=scope.context)
    if not isinstance(item, WidgetItem):
        raise InvalidRequestError(f"Item {item.id} is not a widget but {item.type}.", field="params.item_id")
    return item
