"""Components that a person operates. A control's `name` is its key among the values of its form."""

# ruff: noqa: N815  (the wire is in camel case)
# Each component narrows `type`, which is frozen.
# pyright: reportIncompatibleVariableOverride=false

from datetime import datetime
from typing import Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from turnstream.actions import ActionConfig
from turnstream.widgets.base import WidgetComponentBase
from turnstream.widgets.tokens import ControlSize, ControlVariant, TextAlign, TextSize, ThemeColor, WidgetIcon


class Button(WidgetComponentBase):
    """A button that runs `onClickAction`, or with `submit` sends the form around it."""

    type: Literal["Button"] = Field(default="Button", frozen=True)
    submit: bool | None = None
    label: str | None = None
    onClickAction: ActionConfig | None = None
    iconStart: WidgetIcon | None = None
    iconEnd: WidgetIcon | None = None
    style: Literal["primary", "secondary"] | None = None
    """A preset of `color` and `variant`."""
    iconSize: Literal["sm", "md", "lg", "xl", "2xl"] | None = None
    color: (
        Literal["primary", "secondary", "info", "discovery", "success", "caution", "warning", "danger"] | None
    ) = None
    variant: ControlVariant | None = None
    size: ControlSize | None = None
    pill: bool | None = None
    uniform: bool | None = None
    """As wide as it is high."""
    block: bool | None = None
    disabled: bool | None = None


class SelectOption(TypedDict):
    """One choice of a `Select`; `description` stands below the label."""

    value: str
    label: str
    disabled: NotRequired[bool]
    description: NotRequired[str]


class Select(WidgetComponentBase):
    """A list that drops down; searchable by default from 16 options on."""

    type: Literal["Select"] = Field(default="Select", frozen=True)
    name: str
    options: list[SelectOption]
    onChangeAction: ActionConfig | None = None
    placeholder: str | None = None
    defaultValue: str | None = None
    variant: ControlVariant | None = None
    size: ControlSize | None = None
    pill: bool | None = None
    block: bool | None = None
    clearable: bool | None = None
    disabled: bool | None = None
    searchable: bool | None = None


class DatePicker(WidgetComponentBase):
    """A calendar for one day between `min` and `max`, both included."""

    type: Literal["DatePicker"] = Field(default="DatePicker", frozen=True)
    name: str
    onChangeAction: ActionConfig | None = None
    placeholder: str | None = None
    defaultValue: datetime | None = None
    min: datetime | None = None
    max: datetime | None = None
    variant: ControlVariant | None = None
    size: ControlSize | None = None
    side: Literal["top", "bottom", "left", "right"] | None = None
    align: Literal["start", "center", "end"] | None = None
    pill: bool | None = None
    block: bool | None = None
    clearable: bool | None = None
    disabled: bool | None = None


class Checkbox(WidgetComponentBase):
    """A box to tick."""

    type: Literal["Checkbox"] = Field(default="Checkbox", frozen=True)
    name: str
    label: str | None = None
    defaultChecked: bool | None = None
    onChangeAction: ActionConfig | None = None
    disabled: bool | None = None
    required: bool | None = None


class Input(WidgetComponentBase):
    """A field for one line of text; `gutterSize` overrides the inner edge that `size` brings."""

    type: Literal["Input"] = Field(default="Input", frozen=True)
    name: str
    inputType: Literal["number", "email", "text", "password", "tel", "url"] | None = None
    defaultValue: str | None = None
    required: bool | None = None
    pattern: str | None = None
    placeholder: str | None = None
    allowAutofillExtensions: bool | None = None
    autoSelect: bool | None = None
    autoFocus: bool | None = None
    disabled: bool | None = None
    variant: Literal["soft", "outline"] | None = None
    size: ControlSize | None = None
    gutterSize: Literal["2xs", "xs", "sm", "md", "lg", "xl"] | None = None
    pill: bool | None = None


class Textarea(WidgetComponentBase):
    """A field for several lines of text, from `rows` up to `maxRows` high with `autoResize`."""

    type: Literal["Textarea"] = Field(default="Textarea", frozen=True)
    name: str
    defaultValue: str | None = None
    required: bool | None = None
    pattern: str | None = None
    placeholder: str | None = None
    autoSelect: bool | None = None
    autoFocus: bool | None = None
    disabled: bool | None = None
    variant: Literal["soft", "outline"] | None = None
    size: ControlSize | None = None
    gutterSize: Literal["2xs", "xs", "sm", "md", "lg", "xl"] | None = None
    rows: int | None = None
    autoResize: bool | None = None
    maxRows: int | None = None
    allowAutofillExtensions: bool | None = None


class Label(WidgetComponentBase):
    """The caption of the control named `fieldName`."""

    type: Literal["Label"] = Field(default="Label", frozen=True)
    value: str
    fieldName: str
    size: TextSize | None = None
    weight: Literal["normal", "medium", "semibold", "bold"] | None = None
    textAlign: TextAlign | None = None
    color: str | ThemeColor | None = None


class RadioOption(TypedDict):
    """One choice of a `RadioGroup`."""

    label: str
    value: str
    disabled: NotRequired[bool]


class RadioGroup(WidgetComponentBase):
    """Choices of which one can be taken; `ariaLabel` falls back to `name`."""

    type: Literal["RadioGroup"] = Field(default="RadioGroup", frozen=True)
    name: str
    options: list[RadioOption] | None = None
    ariaLabel: str | None = None
    onChangeAction: ActionConfig | None = None
    defaultValue: str | None = None
    direction: Literal["row", "col"] | None = None
    disabled: bool | None = None
    required: bool | None = None
