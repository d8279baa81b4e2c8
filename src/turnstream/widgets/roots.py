"""Containers, whole widgets, and the unions of everything that can be one or stand in one."""

# ruff: noqa: N815  (the wire is in camel case)
# Each component narrows `type`, which is frozen.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Any, ClassVar, Literal, NotRequired, cast, get_args

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from turnstream.actions import ActionConfig
from turnstream.widgets.base import AnyComponent, DynamicWidgetComponent, WidgetComponentBase
from turnstream.widgets.chart import Chart
from turnstream.widgets.component import Component
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
from turnstream.widgets.frame import Frame
from turnstream.widgets.registry import OFFICIAL
from turnstream.widgets.tokens import (
    Alignment,
    Border,
    Borders,
    Justification,
    RadiusValue,
    Spacing,
    TextAlign,
    TextSize,
    ThemeColor,
    WidgetIcon,
)


class BoxBase(BaseModel):
    """The fields that flexible containers share."""

    children: list["WidgetComponent"] | None = None
    align: Alignment | None = None
    justify: Justification | None = None
    wrap: Literal["nowrap", "wrap", "wrap-reverse"] | None = None
    flex: int | str | None = None
    gap: int | str | None = None
    height: float | str | None = None
    width: float | str | None = None
    size: float | str | None = None
    """Height and width at once; likewise `minSize` and `maxSize`."""
    minHeight: int | str | None = None
    minWidth: int | str | None = None
    minSize: int | str | None = None
    maxHeight: int | str | None = None
    maxWidth: int | str | None = None
    maxSize: int | str | None = None
    padding: float | str | Spacing | None = None
    margin: float | str | Spacing | None = None
    border: int | Border | Borders | None = None
    radius: RadiusValue | None = None
    background: str | ThemeColor | None = None
    aspectRatio: float | str | None = None


class Box(WidgetComponentBase, BoxBase):
    """A container whose children run in `direction`."""

    type: Literal["Box"] = Field(default="Box", frozen=True)
    direction: Literal["row", "col"] | None = None


class Row(WidgetComponentBase, BoxBase):
    """A container whose children stand side by side."""

    type: Literal["Row"] = Field(default="Row", frozen=True)


class Col(WidgetComponentBase, BoxBase):
    """A container whose children stand one below the other."""

    type: Literal["Col"] = Field(default="Col", frozen=True)


class Form(WidgetComponentBase, BoxBase):
    """A container that sends the values of the controls inside it with `onSubmitAction`."""

    type: Literal["Form"] = Field(default="Form", frozen=True)
    onSubmitAction: ActionConfig | None = None
    direction: Literal["row", "col"] | None = None


class Divider(WidgetComponentBase):
    """A line between two sections; `flush` lets it reach the container's edges."""

    type: Literal["Divider"] = Field(default="Divider", frozen=True)
    color: str | ThemeColor | None = None
    size: int | str | None = None
    spacing: int | str | None = None
    flush: bool | None = None


class Spacer(WidgetComponentBase):
    """Room that grows to push its neighbours apart."""

    type: Literal["Spacer"] = Field(default="Spacer", frozen=True)
    minSize: int | str | None = None


class Transition(WidgetComponentBase):
    """Animates the changes of the one component inside it."""

    type: Literal["Transition"] = Field(default="Transition", frozen=True)
    children: "WidgetComponent | None"


class TableCell(WidgetComponentBase):
    """One cell of a table's row; `colSize` is a step of the column's width, `padding` has named sides."""

    type: Literal["Table.Cell"] = Field(default="Table.Cell", frozen=True)
    children: list["WidgetComponent"] | None = None
    width: float | str | None = None
    padding: Spacing | None = None
    colSpan: int | None = None
    rowSpan: int | None = None
    align: TextAlign | None = None
    vAlign: TextAlign | None = None
    colSize: TextSize | None = None


class TableRow(WidgetComponentBase):
    """One row of a table; with `header` its cells are the headings of their columns."""

    type: Literal["Table.Row"] = Field(default="Table.Row", frozen=True)
    children: list[TableCell] | None = None
    header: bool | None = None


class Table(WidgetComponentBase):
    """Rows of cells; the classes of both are `Table.Row` and `Table.Cell` too.

    {"type": "Table", "children": [{"type": "Table.Row", "header": true, "children": [{"type": "Table.Cell",
      "children": [{"type": "Text", "value": "Seat"}]}]}]}
    """

    Row: ClassVar[type[TableRow]] = TableRow
    Cell: ClassVar[type[TableCell]] = TableCell

    type: Literal["Table"] = Field(default="Table", frozen=True)
    children: list[TableRow] | None = None


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
    border: int | Border | Borders | None = None


class BasicRoot(DynamicWidgetComponent):
    """A widget without a frame of its own."""

    type: Literal["Basic"] = Field(default="Basic", frozen=True)
    direction: Literal["row", "col"] | None = None
    gap: int | str | None = None
    padding: float | str | Spacing | None = None
    align: Alignment | None = None
    justify: Justification | None = None
    theme: Literal["light", "dark"] | None = None


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
    | Transition
    | Table
    | TableRow
    | TableCell,
    Field(discriminator="type"),
]
"""A component whose fields this package knows."""

StrictWidgetRoot = Annotated[Card | ListView | BasicRoot, Field(discriminator="type")]
"""A whole widget whose fields this package knows."""

WidgetComponent = Annotated[
    StrictWidgetComponent | DynamicWidgetComponent | Component | Frame,
    AnyComponent(official=StrictWidgetComponent | DynamicWidgetComponent),
]
"""Anything that can stand in a widget; what fits no known component is kept as it is."""

WidgetRoot = StrictWidgetRoot | DynamicWidgetRoot
"""Anything that can be a whole widget; what fits no known one is kept as it is."""

# The containers name `WidgetComponent`, which names the containers: their models are complete from here on.
for _container in (
    BoxBase, Box, Row, Col, Form, Transition, TableCell, TableRow, Table, ListViewItem, ListView, Card,
):  # fmt: skip
    _container.model_rebuild()

for _union in (StrictWidgetComponent, StrictWidgetRoot):
    _classes = cast("tuple[type[BaseModel], ...]", get_args(get_args(cast("Any", _union))[0]))
    OFFICIAL.update({_class.model_fields["type"].default: _class for _class in _classes})
