"""Reads all pages of what a store lists."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from turnstream.types import Page

__all__ = ["PAGE_ROWS", "every"]

PAGE_ROWS = 100

T = TypeVar("T")


async def every(load: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """Yield the rows of all pages. `load` returns the page after a cursor; None is the first. One page is in
    memory.

    Raises:
        NotFoundError: the row that a cursor names was deleted meanwhile.
    """
    after: str | None = None
    while True:
        page = await load(after)
        for row in page.data:
            yield row
        if not page.has_more:
            return
        after = page.after
