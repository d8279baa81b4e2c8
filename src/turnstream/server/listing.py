"""Everything that a store lists, page after page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from turnstream.types import Page

__all__ = ["PAGE_ROWS", "every"]

PAGE_ROWS = 100

T = TypeVar("T")


async def every(load: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """Yield what the pages have that `load` returns, given the cursor of the page before. One page is held at a time.

    Raises:
        NotFoundError: what a cursor names was deleted meanwhile, if `load` raises it then.
    """
    after: str | None = None
    while True:
        page = await load(after)
        for row in page.data:
            yield row
        if not page.has_more:
            return
        after = page.after
