"""Containers and spacing: what places other components."""

# ruff: noqa: N815  (the wire is in camel case)
# Each component narrows `type`, which is frozen.
# pyright: reportIncompatibleVariableOverride=false

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from turnstream.actions import ActionConfig
from turnstream.widgets.base import WidgetComponentBase
from turnstream.widgets.tokens import (
    Alignment,
    Border,
    Borders,
    Justification,
    RadiusValue,
    Spacing,
    ThemeColor,
)

if TYPE_CHECKING:
    from turnstream.widgets.roots import WidgetComponent


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
