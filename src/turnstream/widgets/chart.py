"""Charts of bars, areas and lines over rows of data."""

# ruff: noqa: N815  (the wire is in camel case)
# Each component narrows `type`, which is frozen.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Literal, NotRequired

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from turnstream.widgets.base import WidgetComponentBase
from turnstream.widgets.tokens import CurveType, ThemeColor


class XAxisConfig(TypedDict):
    """The x axis: the field it shows, and labels for some of that field's values."""

    dataKey: str
    hide: NotRequired[bool]
    labels: NotRequired[dict[str, str]]


class BarSeries(BaseModel):
    """Bars for the numbers under `dataKey`; series with the same `stack` stand on each other."""

    type: Literal["bar"] = Field(default="bar", frozen=True)
    label: str | None
    dataKey: str
    stack: str | None = None
    color: str | ThemeColor | None = None


class AreaSeries(BaseModel):
    """A filled curve for the numbers under `dataKey`; series with the same `stack` stand on each other."""

    type: Literal["area"] = Field(default="area", frozen=True)
    label: str | None
    dataKey: str
    stack: str | None = None
    color: str | ThemeColor | None = None
    curveType: CurveType | None = None


class LineSeries(BaseModel):
    """A curve for the numbers under `dataKey`."""

    type: Literal["line"] = Field(default="line", frozen=True)
    label: str | None
    dataKey: str
    color: str | ThemeColor | None = None
    curveType: CurveType | None = None


Series = Annotated[BarSeries | AreaSeries | LineSeries, Field(discriminator="type")]
"""One row of shapes in a chart; colours are given in turn where none is set."""


class Chart(WidgetComponentBase):
    """A chart of `data`, one mark per row and series.

    {"type": "Chart", "data": [{"day": "Mon", "n": 4}], "series": [{"type": "bar", "label": "Sold",
      "dataKey": "n"}],
    "xAxis": "day"}
    """

    type: Literal["Chart"] = Field(default="Chart", frozen=True)
    data: list[dict[str, str | int | float]]
    series: list[Series]
    xAxis: str | XAxisConfig
    showYAxis: bool | None = None
    showLegend: bool | None = None
    showTooltip: bool | None = None
    barGap: int | None = None
    barCategoryGap: int | None = None
    flex: int | str | None = None
    height: int | str | None = None
    width: int | str | None = None
    size: int | str | None = None
    minHeight: int | str | None = None
    minWidth: int | str | None = None
    minSize: int | str | None = None
    maxHeight: int | str | None = None
    maxWidth: int | str | None = None
    maxSize: int | str | None = None
    aspectRatio: float | str | None = None
