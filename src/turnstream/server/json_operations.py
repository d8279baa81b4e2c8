"""The operations that are answered with one JSON body."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, assert_never

from turnstream.errors import InvalidRequestError, NotSupportedError
from turnstream.server.checks import check_accepts_input, check_attachment, check_attachment_count
from turnstream.server.durable import cancel_turn, claim_call, snapshot
from turnstream.server.erasure import delete_thread
from turnstream.server.paging import visible_items
from turnstream.server.requests import page_limit
from turnstream.store import AttachmentStore
from turnstream.turns import is_hidden, thread_response, to_json
from turnstream.types import (
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    AudioInput,
    InputTranscribeReq,
    ItemsFeedbackReq,
    ItemsListReq,
    NonStreamingReq,
    Page,
    SyncCustomActionResponse,
    Thread,
    ThreadCustomActionParams,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
    WidgetItem,
)
from turnstream.types.durable import TurnsCancelReq, TurnsClaimCallReq
from turnstream.wire.frames import with_members

if TYPE_CHECKING:
    from turnstream.server.base import ChatKitServer

__all__ = ["answer", "sender_of"]

NOTHING = b"{}"


async def answer(
    server: ChatKitServer[Any],
    request: NonStreamingReq | TurnsCancelReq | TurnsClaimCallReq,
    context: Any,
    *,
    is_durable: bool,
) -> bytes:
    """Return the body that answers `request`."""
    match request:
        case TurnsCancelReq():
            return json.dumps(await cancel_turn(server, request, context)).encode()
        case TurnsClaimCallReq():
            return json.dumps(await claim_call(server, request, context)).encode()
        case ThreadsGetByIdReq() if is_durable:
            return await _get_durable_thread(server, request, context)
        case ThreadsGetByIdReq():
            return await _get_thread(server, request, context)
        case ThreadsListReq():
            return await _list_threads(server, request, context)
        case ItemsListReq():
            return await _list_items(server, request, context)
        case ThreadsUpdateReq():
            return await _rename_thread(server, request, context)
        case ThreadsDeleteReq():
            return await _delete_thread(server, request, context)
        case ItemsFeedbackReq():
            return await _add_feedback(server, request, context)
        case AttachmentsCreateReq():
            return await _create_attachment(server, request, context)
        case AttachmentsDeleteReq():
            return await _delete_attachment(server, request, context)
        case InputTranscribeReq():
            return await _transcribe(server, request, context)
        case ThreadsSyncCustomActionReq():
            return await _sync_action(server, request, context)
        case _:
            assert_never(request)


async def sender_of(
    server: ChatKitServer[Any], params: ThreadCustomActionParams, context: Any
) -> WidgetItem | None:
    """Return the widget that an action came from.

    Raises:
        InvalidRequestError: the item is no widget.
    """
    if not params.item_id:
        return None
    item = await server.store.load_item(params.thread_id, params.item_id, context=context)
    if not isinstance(item, WidgetItem):
        raise InvalidRequestError(f"Item {item.id} is not a widget but {item.type}.", field="params.item_id")
    return item


async def _get_thread(server: ChatKitServer[Any], request: ThreadsGetByIdReq, context: Any) -> bytes:
    return await _thread_with_items(server, request.params.thread_id, context)


async def _get_durable_thread(server: ChatKitServer[Any], request: ThreadsGetByIdReq, context: Any) -> bytes:
    thread_id = request.params.thread_id
    await server.store.load_thread(thread_id, context=context)  # whose it is
    thread, state = await snapshot(
        server, thread_id, context, lambda: _thread_with_items(server, thread_id, context)
    )
    return with_members(thread, turnstream=state)


async def _thread_with_items(server: ChatKitServer[Any], thread_id: str, context: Any) -> bytes:
    thread = await server.store.load_thread(thread_id, context=context)
    items = await visible_items(
        server.store, thread_id, after=None, limit=page_limit(None), order="asc", context=context
    )
    return with_members(to_json(thread_response(thread), exclude={"items"}), items=items.to_json())


async def _list_threads(server: ChatKitServer[Any], request: ThreadsListReq, context: Any) -> bytes:
    params = request.params
    page = await server.store.load_threads(
        limit=page_limit(params.limit), after=params.after, order=params.order, context=context
    )
    threads = [thread_response(thread) for thread in page.data]
    return to_json(Page[Thread](data=threads, has_more=page.has_more, after=page.after))


async def _list_items(server: ChatKitServer[Any], request: ItemsListReq, context: Any) -> bytes:
    params = request.params
    limit = page_limit(params.limit)
    await server.store.load_thread(params.thread_id, context=context)
    items = await visible_items(
        server.store, params.thread_id, after=params.after, limit=limit, order=params.order, context=context
    )
    return items.to_json()


async def _rename_thread(server: ChatKitServer[Any], request: ThreadsUpdateReq, context: Any) -> bytes:
    thread_id, title = request.params.thread_id, request.params.title
    await server.store.load_thread(thread_id, context=context)  # whose it is
    async with server.turns.lock(thread_id):
        running = server.turns.running(thread_id)
        if running is not None:  # the turn holds the thread and would save over the title
            running.program.thread.title = title
            if await running.save_thread():
                return to_json(thread_response(running.program.thread))
        thread = await server.store.load_thread(thread_id, context=context)
        thread.title = title
        await server.store.save_thread(thread, context=context)
    return to_json(thread_response(thread))


async def _delete_thread(server: ChatKitServer[Any], request: ThreadsDeleteReq, context: Any) -> bytes:
    thread_id = request.params.thread_id
    await server.store.load_thread(thread_id, context=context)
    await delete_thread(server, thread_id, context)
    return NOTHING


async def _add_feedback(server: ChatKitServer[Any], request: ItemsFeedbackReq, context: Any) -> bytes:
    params = request.params
    await server.store.load_thread(params.thread_id, context=context)
    for item_id in params.item_ids:
        await server.store.load_item(params.thread_id, item_id, context=context)
    await server.add_feedback(params.thread_id, params.item_ids, params.kind, context)
    return NOTHING


async def _create_attachment(
    server: ChatKitServer[Any], request: AttachmentsCreateReq, context: Any
) -> bytes:
    attachments = _attachments(server)
    if type(attachments).create_attachment is AttachmentStore.create_attachment:
        raise NotSupportedError(
            f"This server takes no uploads: {type(attachments).__name__} does not create attachments."
        )
    check_attachment(server, request.params)
    await check_attachment_count(server, context)
    attachment = await attachments.create_attachment(request.params, context)
    await server.store.save_attachment(attachment, context=context)
    return to_json(attachment)


async def _delete_attachment(
    server: ChatKitServer[Any], request: AttachmentsDeleteReq, context: Any
) -> bytes:
    attachments, attachment_id = _attachments(server), request.params.attachment_id
    if await server.store.is_attachment_of_another(attachment_id, context=context):
        return NOTHING  # the answer for one that does not exist
    await attachments.delete_attachment(attachment_id, context=context)
    await server.store.delete_attachment(attachment_id, context=context)
    return NOTHING


async def _transcribe(server: ChatKitServer[Any], request: InputTranscribeReq, context: Any) -> bytes:
    try:
        audio = base64.b64decode(request.params.audio_base64, validate=True)
    except ValueError as exc:  # binascii.Error is one; text that is not ASCII is another
        raise InvalidRequestError(f"audio_base64 is not base64: {exc}.", field="params.audio_base64") from exc
    return to_json(
        await server.transcribe(AudioInput(data=audio, mime_type=request.params.mime_type), context=context)
    )


async def _sync_action(
    server: ChatKitServer[Any], request: ThreadsSyncCustomActionReq, context: Any
) -> bytes:
    thread = await server.store.load_thread(request.params.thread_id, context=context)
    check_accepts_input(server, thread, context)
    sender = await sender_of(server, request.params, context)
    response = await server.sync_action(thread, request.params.action, sender, context)
    if response.updated_item is not None and is_hidden(response.updated_item):
        response = SyncCustomActionResponse()
    return to_json(response)


def _attachments(server: ChatKitServer[Any]) -> AttachmentStore[Any]:
    if server.attachment_store is None:
        raise NotSupportedError("This server does not accept attachments: it has no attachment_store.")
    return server.attachment_store
