"""The small values that widget fields take: size tokens, colours, spacing, borders.

Where a field is `str`, it takes a token or CSS; where it is a number, it counts pixels, or spacing units for
`gap`, `padding` and `margin`. Colours are a token (`success`, `red-100`), CSS, or one colour per theme.
"""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from turnstream.icons import IconName

RadiusValue = Literal["2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl", "4xl", "full", "100%", "none"]
"""How round a corner is."""

TextAlign = Literal["start", "center", "end"]
"""Where a line of text sits."""

TextSize = Literal["xs", "sm", "md", "lg", "xl"]
"""The size of body text."""

IconSize = Literal["xs", "sm", "md", "lg", "xl", "2xl", "3xl"]
"""The size of an icon."""

TitleSize = Literal["sm", "md", "lg", "xl", "2xl", "3xl", "4xl", "5xl"]
"""The size of a headline."""

CaptionSize = Literal["sm", "md", "lg"]
"""The size of small print."""

Alignment = Literal["start", "center", "end", "baseline", "stretch"]
"""Where children sit across the direction of their container."""

Justification = Literal["start", "center", "end", "between", "around", "evenly", "stretch"]
"""How children share the room along the direction of their container."""

ControlVariant = Literal["solid", "soft", "outline", "ghost"]
"""How loud a control looks."""

ControlSize = Literal["3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl"]
"""The height of a control."""

CurveType = Literal[
    "basis",
    "basisClosed",
    "basisOpen",
    "bumpX",
    "bumpY",
    "bump",
    "linear",
    "linearClosed",
    "natural",
    "monotoneX",
    "monotoneY",
    "monotone",
    "step",
    "stepBefore",
    "stepAfter",
]
"""How a chart's line runs between its points."""

WidgetIcon = IconName
"""The icons that widgets can show."""


class ThemeColor(TypedDict):
    """One colour for each theme."""

    dark: str
    light: str


class Spacing(TypedDict):
    """Room on each side, in spacing units or CSS; `x` and `y` set two sides at once."""

    top: NotRequired[float | str]
    right: NotRequired[float | str]
    bottom: NotRequired[float | str]
    left: NotRequired[float | str]
    x: NotRequired[float | str]
    y: NotRequired[float | str]


class Border(TypedDict):
    """One edge's line, `size` pixels thick."""

    size: int
    color: NotRequired[str | ThemeColor]
    style: NotRequired[Literal["solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset"]]


class Borders(TypedDict):
    """A line, or its thickness in pixels, for each edge; `x` and `y` set two edges at once."""

    top: NotRequired[int | Border]
    right: NotRequired[int | Border]
    bottom: NotRequired[int | Border]
    left: NotRequired[int | Border]
    x: NotRequired[int | Border]
    y: NotRequired[int | Border]


class MinMax(TypedDict):
    """A range of whole numbers, both ends included."""

    min: NotRequired[int]
    max: NotRequired[int]


class EditableProps(TypedDict):
    """Makes a `Text` editable in place, as the form field `name`."""

    name: str
    autoFocus: NotRequired[bool]
    autoSelect: NotRequired[bool]
    autoComplete: NotRequired[str]
    allowAutofillExtensions: NotRequired[bool]
    pattern: NotRequired[str]
    placeholder: NotRequired[str]
    required: NotRequired[bool]
