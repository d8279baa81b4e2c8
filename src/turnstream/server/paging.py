"""Pages of what a client may see."""

from collections.abc import AsyncIterator
from typing import Any

from turnstream.store import Store
from turnstream.turns import is_hidden
from turnstream.types import Page, ThreadItem

__all__ = ["items_newest_first", "visible_items"]

READ_AHEAD = 20


async def visible_items(
    store: Store[Any], thread_id: str, *, after: str | None, limit: int, order: str, context: Any
) -> Page[ThreadItem]:
    """Return a full page of items that are not hidden, and whether a visible one follows."""
    visible: list[ThreadItem] = []
    cursor = after
    while True:
        page = await store.load_thread_items(thread_id, cursor, limit - len(visible), order, context=context)
        visible += [item for item in page.data if not is_hidden(item)]
        cursor = page.after
        if not page.has_more or len(visible) == limit:
            break
    has_more = page.has_more and await _any_visible(store, thread_id, cursor, order, context)
    return Page[ThreadItem](data=visible, has_more=has_more, after=cursor if has_more else None)


async def items_newest_first(store: Store[Any], thread_id: str, context: Any) -> AsyncIterator[ThreadItem]:
    """Yield the thread's items, hidden ones too, from the newest back."""
    after = None
    while True:
        page = await store.load_thread_items(thread_id, after, READ_AHEAD, "desc", context=context)
        for item in page.data:
            yield item
        if not page.has_more:
            return
        after = page.after


async def _any_visible(store: Store[Any], thread_id: str, after: str | None, order: str, context: Any) -> bool:
    has_more = True
    while has_more:
        page = await store.load_thread_items(thread_id, after, READ_AHEAD, order, context=context)
        if any(not is_hidden(item) for item in page.data):
            return True
        has_more, after = page.has_more, page.after
    return False
