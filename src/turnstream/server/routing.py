"""From a checked request to the operation that answers it."""

import hashlib
from functools import partial
from typing import assert_never

from turnstream.attachments.current import files_from
from turnstream.errors import InvalidRequestError
from turnstream.eventlog.base import RequestKey
from turnstream.server.context import RequestScope
from turnstream.server.operations.actions import act, answer_action
from turnstream.server.operations.attach import attach, cancel_turn
from turnstream.server.operations.client_tool_output import answer_call, claim_call
from turnstream.server.operations.messages import plan_message, plan_retry, plan_thread
from turnstream.server.operations.start_turn import TurnStarter
from turnstream.server.operations.structured_input import plan_structured_input
from turnstream.server.operations.threads import (
    add_feedback,
    delete_thread,
    get_thread,
    list_items,
    list_threads,
    rename_thread,
)
from turnstream.server.operations.undo import plan_undo
from turnstream.server.operations.uploads import create_attachment, delete_attachment, transcribe
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.types import (
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    ChatKitReq,
    InputTranscribeReq,
    ItemsFeedbackReq,
    ItemsListReq,
    NonStreamingReq,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsRetryAfterItemReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
)
from turnstream.types.durable import (
    ClientToolAnswerReq,
    DurableReq,
    TurnsAttachReq,
    TurnsCancelReq,
    TurnsClaimCallReq,
    TurnsUndoReq,
)

__all__ = ["request_key", "route"]

MAX_KEY = 255

NOTHING = b"{}"


def request_key(scope: RequestScope, body: str | bytes | bytearray, key: str | None) -> RequestKey | None:
    """Return what identifies copies of a request, if it has a key and the caller an owner.

    Raises:
        InvalidRequestError: the key is too long, or not printable ASCII.
    """
    if key is None or scope.owner is None:
        return None
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= MAX_KEY:
        raise InvalidRequestError(f"Idempotency-Key must be 1 to {MAX_KEY} printable ASCII characters.")
    given = body.encode() if isinstance(body, str) else bytes(body)
    return RequestKey(key, hashlib.sha256(given).hexdigest())


async def route(
    scope: RequestScope, request: ChatKitReq | DurableReq, *, is_durable: bool, key: RequestKey | None
) -> StreamingResult | NonStreamingResult:
    """Answer a request: with a stream if it starts or follows a turn, else with JSON."""
    # The tasks of a turn begin here, so what the app does in them finds the files as well.
    with files_from(scope.services.attachment_store):
        return await _route(scope, request, is_durable=is_durable, key=key)


async def _route(
    scope: RequestScope, request: ChatKitReq | DurableReq, *, is_durable: bool, key: RequestKey | None
) -> StreamingResult | NonStreamingResult:
    starter = TurnStarter(scope, is_durable=is_durable, key=key)
    match request:
        case TurnsAttachReq():
            return await attach(scope, request, is_keyed=key is not None)
        case ThreadsAddClientToolOutputReq() | ClientToolAnswerReq():
            return await answer_call(scope, request, starter)
        case ThreadsCreateReq():
            return await starter.start_thread(partial(plan_thread, scope, request))
        case ThreadsAddUserMessageReq():
            plan = partial(plan_message, scope, request)
            return await starter.start(request.params.thread_id, plan, ends_question=True)
        case ThreadsRetryAfterItemReq():
            plan = partial(plan_retry, scope, request)
            return await starter.start(request.params.thread_id, plan, ends_question=True)
        case ThreadsAddStructuredInputReq():
            return await starter.start(
                request.params.thread_id, partial(plan_structured_input, scope, request)
            )
        case ThreadsCustomActionReq():
            return await act(scope, request, starter)
        case TurnsUndoReq():
            return await starter.start(request.params.thread_id, partial(plan_undo, scope, request))
        case _:
            return NonStreamingResult(await _answer(scope, request, is_durable=is_durable) or NOTHING)


async def _answer(
    scope: RequestScope,
    request: NonStreamingReq | TurnsCancelReq | TurnsClaimCallReq,
    *,
    is_durable: bool,
) -> bytes | None:
    """Return the JSON that answers a request; None for an operation without a result."""
    match request:
        case ThreadsGetByIdReq():
            return await get_thread(scope, request, is_durable=is_durable)
        case ThreadsListReq():
            return await list_threads(scope, request)
        case ThreadsUpdateReq():
            return await rename_thread(scope, request)
        case ThreadsDeleteReq():
            return await delete_thread(scope, request)
        case ItemsListReq():
            return await list_items(scope, request)
        case ItemsFeedbackReq():
            return await add_feedback(scope, request)
        case AttachmentsCreateReq():
            return await create_attachment(scope, request)
        case AttachmentsDeleteReq():
            return await delete_attachment(scope, request)
        case InputTranscribeReq():
            return await transcribe(scope, request)
        case ThreadsSyncCustomActionReq():
            return await answer_action(scope, request)
        case TurnsCancelReq():
            return await cancel_turn(scope, request)
        case TurnsClaimCallReq():
            return await claim_call(scope, request)
        case _:
            assert_never(request)
