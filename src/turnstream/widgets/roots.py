"""Whole widgets, and the unions of everything that can be one or stand in one."""

# ruff: noqa: N815  (the wire is in camel case)
# Each component narrows `type`, which is frozen.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from turnstream.actions import ActionConfig
from turnstream.widgets.base import DynamicWidgetComponent, WidgetComponentBase
from turnstream.widgets.chart import Chart
from turnstream.widgets.content import Badge, Caption, Icon, Image, Markdown, Text, Title
from turnstream.widgets.controls import (
    Button,
    Checkbox,
    DatePicker,
    Input,
    Label,
    RadioGroup,
    Select,
    Textarea,
)
from turnstream.widgets.layout import Box, BoxBase, Col, Divider, Form, Row, Spacer, Transition
from turnstream.widgets.tokens import Alignment, Spacing, ThemeColor, WidgetIcon


class WidgetStatusWithFavicon(TypedDict):
    """A line above the widget, behind the small picture at a URL; `frame` gives that one an edge."""

    text: str
    favicon: NotRequired[str]
    frame: NotRequired[bool]


class WidgetStatusWithIcon(TypedDict):
    """A line above the widget, behind an icon."""

    text: str
    icon: NotRequired[WidgetIcon]


WidgetStatus = WidgetStatusWithFavicon | WidgetStatusWithIcon
"""What a widget says of itself above its content."""


class ListViewItem(WidgetComponentBase):
    """One row of a `ListView`."""

    type: Literal["ListViewItem"] = Field(default="ListViewItem", frozen=True)
    children: list["WidgetComponent"]
    onClickAction: ActionConfig | None = None
    gap: int | str | None = None
    align: Alignment | None = None


class ListView(WidgetComponentBase):
    """A widget of rows; those after the first `limit` wait behind "Show more"."""

    type: Literal["ListView"] = Field(default="ListView", frozen=True)
    children: list[ListViewItem]
    limit: int | Literal["auto"] | None = None
    status: WidgetStatus | None = None
    theme: Literal["light", "dark"] | None = None


class CardAction(TypedDict):
    """A button in a card's footer."""

    label: str
    action: ActionConfig


class Card(WidgetComponentBase):
    """A widget with a frame, content, and up to two footer buttons.

    With `asForm` the footer's actions carry the values of the controls inside; `collapsed` hides the content
    once the main action is done.

    {"type": "Card", "children": [{"type": "Text", "value": "Seat 12A"}], "size": "sm"}
    """

    type: Literal["Card"] = Field(default="Card", frozen=True)
    asForm: bool | None = None
    children: list["WidgetComponent"]
    background: str | ThemeColor | None = None
    size: Literal["sm", "md", "lg", "full"] | None = None
    padding: float | str | Spacing | None = None
    status: WidgetStatus | None = None
    collapsed: bool | None = None
    confirm: CardAction | None = None
    cancel: CardAction | None = None
    theme: Literal["light", "dark"] | None = None


class BasicRoot(DynamicWidgetComponent):
    """A widget without a frame of its own."""

    type: Literal["Basic"] = Field(default="Basic", frozen=True)


class DynamicWidgetRoot(DynamicWidgetComponent):
    """A whole widget with any fields, as a template builds it."""

    type: Literal["Card", "ListView", "Basic"]


StrictWidgetComponent = Annotated[
    Text
    | Title
    | Caption
    | Chart
    | Badge
    | Markdown
    | Box
    | Row
    | Col
    | Divider
    | Icon
    | Image
    | ListViewItem
    | Button
    | Checkbox
    | Spacer
    | Select
    | DatePicker
    | Form
    | Input
    | Label
    | RadioGroup
    | Textarea
    | Transition,
    Field(discriminator="type"),
]
"""A component whose fields this package knows."""

StrictWidgetRoot = Annotated[Card | ListView | BasicRoot, Field(discriminator="type")]
"""A whole widget whose fields this package knows."""

WidgetComponent = StrictWidgetComponent | DynamicWidgetComponent
"""Anything that can stand in a widget; what fits no known component is kept as it is."""

WidgetRoot = StrictWidgetRoot | DynamicWidgetRoot
"""Anything that can be a whole widget; what fits no known one is kept as it is."""

# The containers name `WidgetComponent`, which names the containers: their models are complete from here on.
for _container in (BoxBase, Box, Row, Col, Form, Transition, ListViewItem, ListView, Card):
    _container.model_rebuild()
