"""The items of a thread: pages of them, and feedback on them."""

from turnstream.server.context import RequestScope
from turnstream.server.paging import visible_items
from turnstream.server.requests import page_limit
from turnstream.types import ItemsFeedbackReq, ItemsListReq

__all__ = ["add_feedback", "list_items"]


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
