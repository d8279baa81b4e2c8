"""Finds the items of a thread's last turn, and the user message that it answers."""

from collections.abc import AsyncIterator
from typing import Any

from turnstream.store import Store
from turnstream.store.listing import every
from turnstream.types import ThreadItem, UserMessageItem

__all__ = ["items_of_last_turn", "newest_message_id"]

PAGE = 20

MAX_ITEMS = 1000
"""The most items that one call reads. An app's own items can fill a thread without a message of the user."""


async def items_of_last_turn(store: Store[Any], thread_id: str, context: Any) -> AsyncIterator[ThreadItem]:
    """Yield the newest items down to the newest user message, hidden ones too; at most 1,000."""
    count = 0
    async for item in every(
        lambda after: store.load_thread_items(thread_id, after, PAGE, "desc", context=context)
    ):
        yield item
        count += 1
        if isinstance(item, UserMessageItem) or count == MAX_ITEMS:
            return


async def newest_message_id(store: Store[Any], thread_id: str, context: Any) -> str | None:
    """Return the id of the thread's newest user message; None if its newest 1,000 items have none."""
    async for item in items_of_last_turn(store, thread_id, context):
        if isinstance(item, UserMessageItem):
            return item.id
    return None
