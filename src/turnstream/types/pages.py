"""One page of a longer list."""

from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """Some rows of a list, and where the next page starts.

    `after` is opaque: hand it back as it came to get what follows.

    {"data": [], "has_more": true, "after": "msg_1f"}
    """

    data: list[T] = []
    has_more: bool = False
    after: str | None = None
