"""Everything of an owner that this person may see, as JSON."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import BaseModel

from turnstream.server.context import Hooks
from turnstream.server.erasure import context_of
from turnstream.store import Store
from turnstream.store.listing import PAGE_ROWS, every
from turnstream.turns import is_hidden, thread_response

__all__ = ["export_owner"]


async def export_owner(store: Store[Any], hooks: Hooks, owner: str) -> AsyncIterator[dict[str, Any]]:
    """See `ChatKitServer.export_owner`."""
    context = context_of(hooks, owner)
    async for thread in every(lambda after: store.load_threads(PAGE_ROWS, after, "asc", context=context)):
        yield {"type": "thread", "thread": _json(thread_response(thread), exclude={"items", "metadata"})}
        async for item in _items(store, thread.id, context):
            yield item
    try:
        async for attachment in every(lambda after: store.load_attachments(PAGE_ROWS, after, context)):
            yield {"type": "attachment", "attachment": _json(attachment, exclude={"upload_descriptor"})}
    except NotImplementedError:
        return  # those that were sent are in their messages


async def _items(store: Store[Any], thread_id: str, context: Any) -> AsyncIterator[dict[str, Any]]:
    items = every(lambda after: store.load_thread_items(thread_id, after, PAGE_ROWS, "asc", context=context))
    async for item in items:
        if not is_hidden(item):
            yield {"type": "item", "item": _json(item)}


def _json(model: BaseModel, *, exclude: set[str] | None = None) -> dict[str, Any]:
    """The model as the wire has it: nulls omitted, the app's metadata left out."""
    return model.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude=exclude, context={"exclude_metadata": True}
    )
