"""Finds the user message that a turn answers."""

from typing import Any

from turnstream.store import Store
from turnstream.types import UserMessageItem

__all__ = ["newest_message_id"]

PAGE = 20


async def newest_message_id(store: Store[Any], thread_id: str, context: Any) -> str | None:
    """Return the id of the thread's newest user message; None if it has none."""
    after: str | None = None
    while True:
        page = await store.load_thread_items(thread_id, after, PAGE, "desc", context=context)
        for item in page.data:
            if isinstance(item, UserMessageItem):
                return item.id
        if not page.has_more:
            return None
        after = page.after
