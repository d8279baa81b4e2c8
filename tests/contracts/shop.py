"""Declarations of a shop, with something of everything that has a type."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from turnstream.contracts import ClientToolContract, Effect, declare
from turnstream.widgets import ActionConfig, Component, WidgetComponent


class Size(StrEnum):
    SMALL = "s"
    LARGE = "l"


class Place(NamedTuple):
    """Where it lies."""

    aisle: str
    level: int = 0


class Part(BaseModel):
    """A part, which may have parts."""

    name: str
    parts: list["Part"] = Field(default_factory=list["Part"])
    weights: dict[str, float] = Field(default_factory=dict[str, float])


class ShowCart(Effect):
    """Shows the cart. It cannot end a comment: */"""

    total: float = Field(description="In euros.\nWith tax.")
    currency: Literal["EUR", "CHF"] = "EUR"
    size: Size | None = None
    at: datetime
    range: tuple[int, int]
    more: dict[str, Any] = Field(default_factory=dict[str, Any])
    main_part: Part | None = Field(default=None, alias="main-part")


class Highlight(Effect, name="highlight-row"):
    row: int


class Blink(Effect):
    """Has nothing to say."""


class Rack(Component, name="shop.Rack"):
    """A rack that shows its parts."""

    size: Size = Size.SMALL
    main_part: Part
    spare_part: Part | None = None
    onPick: ActionConfig | None = None  # noqa: N815
    children: list[WidgetComponent] | None = None


class Tag(Component, name="shop.Tag"):
    text: str


class Search(BaseModel):
    """What is looked for."""

    words: list[str]
    limit: int = 10


class Found(BaseModel):
    part: Part
    place: Place | None = None
    stock: dict[Literal["here", "there"], int] = Field(default_factory=dict[Literal["here", "there"], int])
    tags: list[Size | int] = Field(default_factory=list[Size | int])


class RowArguments(BaseModel):
    row: int


SEARCH = ClientToolContract(
    name="search_parts", description="Searches what the page shows.", parameters=Search, result=list[Found]
)
DELETE = ClientToolContract(
    name="delete_row",
    description="Deletes a row.",
    parameters=RowArguments,
    result=None,
    confirm="Delete the row?",
)
COUNT = ClientToolContract(
    name="count-rows", description="", parameters=RowArguments, result=Found, confirm=True
)  # fmt: skip

for each in (SEARCH, DELETE, COUNT):
    declare(each)
