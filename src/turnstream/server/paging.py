"""Pages of what a client may see."""

from dataclasses import dataclass
from typing import Any

from turnstream.store import Store
from turnstream.turns import is_hidden, to_json
from turnstream.types import Page, ThreadItem

__all__ = ["ItemPage", "visible_items"]

READ_ITEMS = 10
"""Items read and written in one step, between which other requests have the event loop."""

MAX_PAGE_BYTES = 1024 * 1024
"""A page of large items ends early; the next one goes on."""

MAX_READ_ITEMS = 1000
"""Items that one request reads, hidden ones included."""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of items, each as JSON."""

    items: list[bytes]
    after: str | None
    """The cursor, where more items follow."""

    def to_json(self) -> bytes:
        """Return the JSON of a `Page` of items."""
        head = to_json(Page[ThreadItem](has_more=self.after is not None, after=self.after), exclude={"data"})
        return b'{"data":[%b],%b' % (b",".join(self.items), head[1:])


async def visible_items(
    store: Store[Any], thread_id: str, *, after: str | None, limit: int, order: str, context: Any
) -> ItemPage:
    """Return up to `limit` items that are not hidden, and a cursor if a visible one follows.

    A page ends early when its items are over 1 MiB together, or behind 1,000 hidden ones.
    """
    items: list[bytes] = []
    size = 0
    cursor, has_more = after, True
    for _ in range(MAX_READ_ITEMS // READ_ITEMS):
        count = min(limit - len(items), READ_ITEMS)
        page = await store.load_thread_items(thread_id, cursor, count, order, context=context)
        visible = [item for item in page.data if not is_hidden(item)]
        items += map(to_json, visible)
        size += sum(map(len, items[len(items) - len(visible) :]))
        cursor, has_more = page.after, page.has_more
        if not has_more or len(items) == limit:
            break
        if size > MAX_PAGE_BYTES:
            cursor = visible[-1].id if visible else cursor
            break
    if has_more and len(items) == limit:
        has_more = await _any_visible(store, thread_id, cursor, order, context)
    return ItemPage(items, cursor if has_more else None)


async def _any_visible(
    store: Store[Any], thread_id: str, after: str | None, order: str, context: Any
) -> bool:
    """Whether a visible item follows. If the next 1,000 are hidden, the next page finds out."""
    for _ in range(MAX_READ_ITEMS // READ_ITEMS):
        page = await store.load_thread_items(thread_id, after, READ_ITEMS, order, context=context)
        if any(not is_hidden(item) for item in page.data):
            return True
        if not page.has_more:
            return False
        after = page.after
    return True
