"""Pages of rows, as every store here cuts them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from turnstream.types import Page

__all__ = ["check_paging", "page_of"]

T = TypeVar("T")


def check_paging(limit: int, order: str) -> None:
    """Refuses what is no page.

    Raises:
        ValueError: `limit` is below 1, or `order` is neither `asc` nor `desc`.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    if order not in ("asc", "desc"):
        raise ValueError(f"order must be 'asc' or 'desc', not {order!r}")


def page_of(rows: Sequence[tuple[str, str]], limit: int, parse: Callable[[str], T]) -> Page[T]:
    """The page of the first `limit` rows of id and document; a row more means that there is a next page."""
    has_more = len(rows) > limit
    shown = rows[:limit]
    return Page(
        data=[parse(document) for _, document in shown],
        has_more=has_more,
        after=shown[-1][0] if has_more else None,
    )
