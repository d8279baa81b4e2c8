"""Threads and their items: read, listed, renamed, deleted, and commented on."""

from turnstream.server.context import RequestScope
from turnstream.server.erasure import delete_thread as erase_thread
from turnstream.server.operations.snapshot import snapshot
from turnstream.server.paging import visible_items
from turnstream.server.requests import page_limit
from turnstream.turns import thread_response, to_json
from turnstream.types import (
    ItemsFeedbackReq,
    ItemsListReq,
    Page,
    Thread,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsUpdateReq,
)
from turnstream.wire.frames import with_members

__all__ = ["add_feedback", "delete_thread", "get_thread", "list_items", "list_threads", "rename_thread"]


async def get_thread(scope: RequestScope, request: ThreadsGetByIdReq, *, is_durable: bool) -> bytes:
    """Return the JSON of a thread and its first items; for clients of durable turns, with its snapshot."""
    thread_id = request.params.thread_id
    if not is_durable:
        return await _thread_with_items(scope, thread_id)
    await scope.thread(thread_id)  # raises NotFoundError unless the caller owns the thread
    thread, state = await snapshot(scope, thread_id, lambda: _thread_with_items(scope, thread_id))
    return with_members(thread, turnstream=state)


async def list_threads(scope: RequestScope, request: ThreadsListReq) -> bytes:
    """Return the JSON of a page of the caller's threads."""
    params = request.params
    page = await scope.store.load_threads(
        limit=page_limit(params.limit), after=params.after, order=params.order, context=scope.context
    )
    threads = [thread_response(thread) for thread in page.data]
    return to_json(Page[Thread](data=threads, has_more=page.has_more, after=page.after))


async def rename_thread(scope: RequestScope, request: ThreadsUpdateReq) -> bytes:
    """Return the JSON of the thread with its new title."""
    thread_id, title = request.params.thread_id, request.params.title
    turns = scope.services.turns
    await scope.thread(thread_id)  # raises NotFoundError unless the caller owns the thread
    async with turns.lock(thread_id):
        running = turns.running(thread_id)
        if running is not None:  # the turn holds the thread and would save over the title
            running.program.thread.title = title
            if await running.save_thread():
                return to_json(thread_response(running.program.thread))
        thread = await scope.thread(thread_id)
        thread.title = title
        await scope.store.save_thread(thread, context=scope.context)
    return to_json(thread_response(thread))


async def delete_thread(scope: RequestScope, request: ThreadsDeleteReq) -> None:
    """Delete a thread with all that belongs to it; its running turn is stopped first."""
    thread_id = request.params.thread_id
    await scope.thread(thread_id)  # raises NotFoundError unless the caller owns the thread
    await erase_thread(scope.services, thread_id, scope.context)


async def list_items(scope: RequestScope, request: ItemsListReq) -> bytes:
    """Return the JSON of a page of items."""
    params = request.params
    limit = page_limit(params.limit)
    await scope.thread(params.thread_id)  # raises NotFoundError unless the caller owns the thread
    items = await visible_items(
        scope.store,
        params.thread_id,
        after=params.after,
        limit=limit,
        order=params.order,
        context=scope.context,
    )
    return items.to_json()


async def add_feedback(scope: RequestScope, request: ItemsFeedbackReq) -> None:
    """Hand a person's feedback to the app.

    Raises:
        NotFoundError: the caller does not own the thread, or it has no such item.
    """
    params = request.params
    await scope.thread(params.thread_id)
    for item_id in params.item_ids:
        await scope.store.load_item(params.thread_id, item_id, context=scope.context)
    await scope.hooks.add_feedback(params.thread_id, params.item_ids, params.kind, scope.context)


async def _thread_with_items(scope: RequestScope, thread_id: str) -> bytes:
    thread = await scope.thread(thread_id)
    items = await visible_items(
        scope.store, thread_id, after=None, limit=page_limit(None), order="asc", context=scope.context
    )
    return with_members(to_json(thread_response(thread), exclude={"items"}), items=items.to_json())
