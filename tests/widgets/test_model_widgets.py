"""Widgets that a model writes: the schema that it gets, and what is made of its answer."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Literal, cast

import jsonschema
import pytest
from agents.strict_schema import ensure_strict_json_schema
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel, Field, field_validator

from tests.types.json_schemas import documents
from turnstream import widgets
from turnstream.errors import TurnstreamError
from turnstream.widgets import (
    BasicRoot,
    Button,
    Card,
    Chart,
    Component,
    InvalidWidgetError,
    ListView,
    Row,
    Select,
    Table,
    Text,
    WidgetComponent,
    parse_widget,
    widget_schema,
)
from turnstream.widgets.registry import OFFICIAL, OWN

Node = dict[str, Any]

SCHEMA = widget_schema()
UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    before = dict(OWN)
    yield
    OWN.clear()
    OWN.update(before)


def card(*children: Node, **fields: Any) -> Node:
    return {"type": "Card", "children": list(children), **fields}


def parts(schema: Any) -> Iterator[Node]:
    """Every object within a JSON document."""
    if isinstance(schema, list):
        for each in cast("list[Any]", schema):
            yield from parts(each)
    elif isinstance(schema, dict):
        yield cast("Node", schema)
        for each in cast("Node", schema).values():
            yield from parts(each)


def test_the_schema_is_strict() -> None:
    """The SDK's own check adds nothing to it, and refuses nothing."""
    assert ensure_strict_json_schema(copy.deepcopy(SCHEMA)) == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    used = {key for part in parts({**SCHEMA, "$defs": list(SCHEMA["$defs"].values())}) for key in part}
    assert not used & {"oneOf", "allOf", "discriminator", "default", "title", "x-entries", "x-required"}


def test_the_schema_is_within_the_limits_of_structured_output() -> None:
    objects = [part for part in parts(SCHEMA) if part.get("type") == "object"]
    assert all(part["additionalProperties"] is False for part in objects)
    assert all(part["required"] == list(part["properties"]) for part in objects)
    assert sum(len(part["properties"]) for part in objects) < 5000
    assert sum(len(part.get("enum", [])) for part in parts(SCHEMA)) < 1000


def test_it_has_all_official_components_by_default() -> None:
    types = {
        each["properties"]["type"].get("const")
        for each in SCHEMA["$defs"].values()
        if "type" in each.get("properties", {})
    }
    assert OFFICIAL.keys() <= types


def test_it_has_no_other_components_than_are_given() -> None:
    schema = widget_schema([Card, Row, Text])
    assert {"Card", "Row", "Text"} < schema["$defs"].keys()
    assert not {"Button", "Image", "ListView", "BasicRoot"} & schema["$defs"].keys()
    assert schema["$defs"]["AnyComponent"]["anyOf"] == [{"$ref": "#/$defs/Row"}, {"$ref": "#/$defs/Text"}]


def test_the_parts_of_a_component_come_with_it_and_stand_nowhere_else() -> None:
    schema = widget_schema([ListView, Table, Text])
    assert {"ListViewItem", "TableRow", "TableCell"} < schema["$defs"].keys()
    assert {"$ref": "#/$defs/ListViewItem"} not in SCHEMA["$defs"]["AnyComponent"]["anyOf"]


def test_a_widget_without_a_frame_may_hold_framed_ones() -> None:
    widget = {
        "type": "Basic",
        "children": [card({"type": "Text", "value": "a"}), {"type": "Text", "value": "b"}],
    }
    parsed = parse_widget(widget)
    assert isinstance(parsed, BasicRoot)
    assert parsed.model_dump(exclude_none=True) == widget


@pytest.mark.parametrize(
    ("components", "why"),
    [
        ([Text], "A widget needs a root: add Card"),
        ([Card], "Nothing can stand in the widget"),
        ([Card, "Text"], "components has 'Text', which is no component"),
        ([Card, Component], "which is no component"),
        ([Card, WidgetComponent], "which is no component"),
    ],
)
def test_components_that_make_no_widget_are_refused(components: list[Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        widget_schema(components)
    with pytest.raises(ValueError, match=why):
        parse_widget(card(), components=components)


@settings(max_examples=200, deadline=None, suppress_health_check=UNHURRIED)
@given(document=documents(SCHEMA, has_nulls=True))
def test_what_fits_the_schema_is_a_widget_that_fits_it_again(document: Any) -> None:
    widget = parse_widget(json.dumps(document))
    written = widget.model_dump(mode="json", exclude_none=True)
    assert parse_widget(written) == widget


def test_what_a_strict_model_writes_is_read() -> None:
    written = {
        "widget": {
            **dict.fromkeys(SCHEMA["$defs"]["Card"]["properties"]),
            "type": "Card",
            "children": [
                {
                    **dict.fromkeys(SCHEMA["$defs"]["Chart"]["properties"]),
                    "type": "Chart",
                    "data": [[{"name": "day", "value": "Mon"}, {"name": "n", "value": 4}]],
                    "series": [
                        {"type": "bar", "label": None, "dataKey": "n", "stack": None, "color": None}
                    ],
                    "xAxis": {"dataKey": "day", "hide": None, "labels": [{"name": "Mon", "value": "Monday"}]},
                },
                {
                    **dict.fromkeys(SCHEMA["$defs"]["Button"]["properties"]),
                    "type": "Button",
                    "onClickAction": {
                        "type": "buy", "payload": [{"name": "id", "value": 7}], "handler": None,
                        "loadingBehavior": "self", "streaming": None,
                    },
                },
                None,
            ],
        }
    }  # fmt: skip
    answer: Any = json.loads(json.dumps(written))
    answer["widget"]["children"].pop()  # a strict model cannot write this null
    jsonschema.validate(answer, SCHEMA)
    parsed = parse_widget(json.dumps(written))
    assert isinstance(parsed, Card)
    chart, button = parsed.children
    assert isinstance(chart, Chart)
    assert isinstance(button, Button)
    assert chart.data == [{"day": "Mon", "n": 4}]
    assert chart.xAxis == {"dataKey": "day", "labels": {"Mon": "Monday"}}
    assert chart.series[0].label is None
    assert button.onClickAction is not None
    assert button.onClickAction.payload == {"id": 7}
    assert (button.onClickAction.handler, button.onClickAction.loadingBehavior) == ("server", "self")


def test_objects_may_be_written_as_objects() -> None:
    payload = {"order": {"id": 7}, "tags": ["a"]}
    chart = {"type": "Chart", "data": [{"day": "Mon", "n": 4}], "series": [], "xAxis": "day"}
    button = {"type": "Button", "onClickAction": {"type": "buy", "payload": payload}}
    parsed = parse_widget(card(chart, button)).model_dump(exclude_none=True)
    assert parsed["children"][0] == chart
    assert parsed["children"][1]["onClickAction"]["payload"] == payload


PROBLEMS: dict[str, tuple[Any, dict[str, str]]] = {
    "a property": (
        card({"type": "Text", "value": "a", "colour": "red"}),
        {"children[0].colour": "there is no such property: did you mean color?"},
    ),
    "a component": (
        card({"type": "Row", "children": [{"type": "Txt"}]}),
        {"children[0].children[0].type": '"Txt" cannot stand here: did you mean Text?'},
    ),
    "a part": (
        card({"type": "ListViewItem", "children": []}),
        {"children[0].type": '"ListViewItem" cannot stand here'},
    ),
    "a component without a type": (
        card({"value": "a"}),
        {"children[0].type": "this is missing: write one of"},
    ),
    "a root": (
        {"type": "Text", "value": "a"},
        {"type": '"Text" cannot stand here: there is Card, ListView, Basic'},
    ),
    "a choice": (card(size="large"), {"size": '"large" is not allowed: did you mean lg?'}),
    "a value": (
        card({"type": "Badge", "label": "a"}, {"type": "Select", "name": "n", "options": [{"label": "A"}]}),
        {"children[1].options[0].value": "this is missing: write a string"},
    ),
    "a kind": (
        card({"type": "Text", "value": 3, "maxLines": "2", "truncate": 1}),
        {
            "children[0].value": "write a string, not 3",
            "children[0].maxLines": 'write a whole number, not "2"',
            "children[0].truncate": "write true or false, not 1",
        },
    ),
    "one of several kinds": (
        card(padding=True),
        {"padding": "write a number or a string or an object, not true"},
    ),
    "children": ({"type": "Card", "children": "none"}, {"children": 'write a list, not "none"'}),
    "no children": ({"type": "Card"}, {"children": "this is missing: write a list"}),
    "a null": (card({"type": "Text", "value": None}), {"children[0].value": "this is missing"}),
    "a list": ([], {"": "write an object, not []"}),
    "no json": ("{", {"": "this is not JSON: Expecting property name"}),
    "a number without end": (
        '{"type": "Card", "children": [], "padding": 1e999}',
        {"padding": "write a number"},
    ),
    "no number": (
        '{"type": "Card", "children": [], "size": NaN}',
        {"": "this is not JSON: NaN is no number"},
    ),
    "a date": (
        card({"type": "DatePicker", "name": "d", "min": "soon"}),
        {"children[0].min": "Input should be a valid datetime"},
    ),
}


@pytest.mark.parametrize(("data", "problems"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_each_problem_has_its_path_and_its_remedy(data: Any, problems: dict[str, str]) -> None:
    with pytest.raises(InvalidWidgetError) as refused:
        parse_widget(data if isinstance(data, str) else json.dumps(data))
    found = {problem.path: problem.message for problem in refused.value.problems}
    assert found.keys() == problems.keys()
    for path, message in problems.items():
        assert message in found[path]
        assert f"{path}: {found[path]}" in str(refused.value) or not path


def test_a_whole_number_may_have_a_point() -> None:
    parsed = parse_widget('{"type": "Card", "children": [{"type": "Text", "value": "a", "maxLines": 2.0}]}')
    assert parsed.model_dump_json(exclude_none=True).endswith('"maxLines":2}]}')
    assert problems_of(card({"type": "Text", "value": "a", "maxLines": 2.5}), None) == {
        "children[0].maxLines": "write a whole number, not 2.5"
    }


def test_nesting_without_end_is_refused() -> None:
    deep: Node = {"type": "Text", "value": "a"}
    for _ in range(80):
        deep = {"type": "Row", "children": [deep]}
    with pytest.raises(InvalidWidgetError, match="nested more than 32 deep"):
        parse_widget(card(deep))


def test_all_problems_are_in_one_error_and_most_are_listed() -> None:
    with pytest.raises(InvalidWidgetError, match="and 5 more") as refused:
        parse_widget(card(*[{"type": "Text"}] * 25))
    assert len(refused.value.problems) == 25
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value, TurnstreamError)


def test_a_component_that_was_not_given_is_refused() -> None:
    with pytest.raises(InvalidWidgetError, match=r'children\[0\].type: "Select" cannot stand here'):
        parse_widget(card({"type": "Select", "name": "n", "options": []}), components=[Card, Text])
    assert isinstance(parse_widget(card({"type": "Select", "name": "n", "options": []})), Card)
    assert Select.model_fields


def test_own_components_are_written_by_models_too() -> None:
    class Seat(Component, name="acme.Seat"):
        """A seat.

        It is not shown to the model.
        """

        row: int
        labels: dict[str, str] | None = None
        children: list[WidgetComponent] | None = None

        @field_validator("row")
        @classmethod
        def _exists(cls, row: int) -> int:
            if row > 40:
                raise ValueError("there are 40 rows")
            return row

    schema = widget_schema([Card, Text, Seat])
    assert ensure_strict_json_schema(copy.deepcopy(schema)) == schema
    assert schema["$defs"]["Seat"]["description"] == "A seat."
    seat: Node = {"type": "acme.Seat", "row": 3, "children": [{"type": "Text", "value": "a"}]}
    parsed = parse_widget(
        card({**seat, "labels": [{"name": "a", "value": "b"}]}), components=[Card, Text, Seat]
    )
    assert isinstance(parsed, Card)
    assert parsed.children == [Seat(row=3, labels={"a": "b"}, children=[Text(value="a")])]
    with pytest.raises(InvalidWidgetError, match=r"children\[0\].row: Value error, there are 40 rows"):
        parse_widget(card({**seat, "row": 41}), components=[Card, Text, Seat])
    with pytest.raises(InvalidWidgetError, match="did you mean row"):
        parse_widget(card({**seat, "rwo": 41}), components=[Card, Text, Seat])


def test_fields_of_every_kind_are_read() -> None:
    class Cabin(BaseModel):
        size: int
        inner: "Cabin | None" = None

    class Deck(Component, name="acme.Deck"):
        seat: tuple[int, str]
        rows: list[tuple[int, int]] = Field(default_factory=list[tuple[int, int]])
        any_value: Any = None
        any_list: list[Any] = Field(default_factory=list[Any])
        level: Literal[1, 2] | None = None
        side: Literal["left", 2] | None = None
        name: str = Field(default="", max_length=5)
        size: int | str | list[Cabin] | dict[str, int] = 1

    components = [Card, Text, Deck]
    schema = widget_schema(components)
    assert ensure_strict_json_schema(copy.deepcopy(schema)) == schema
    assert schema["$defs"]["Deck"]["properties"]["rows"]["anyOf"][0]["items"]["items"] == {"type": "integer"}
    assert not {"prefixItems", "maxLength"} & {key for part in parts(schema) for key in part}

    deck: Node = {
        "type": "acme.Deck",
        "seat": [12, "A"],
        "rows": [[1, 2], [3, 4]],
        "any_value": {"a": 1},
        "any_list": [1, "a", True],
        "level": 2,
        "side": 2,
        "name": "upper",
        "size": [{"size": 1, "inner": {"size": 2}}],
    }
    for choice in ({}, {"any_value": 3}, {"size": "big"}, {"size": {"a": 1}}, {"side": "left"}):
        written = card({**deck, **choice})
        parsed = parse_widget(written, components=components)
        assert parsed.model_dump(mode="json", exclude_none=True) == written
    assert problems_of(card({**deck, "level": 3}), components) == {
        "children[0].level": "3 is not allowed: there is 1, 2"
    }
    assert problems_of(card({**deck, "side": 3, "size": [{"size": "a"}]}), components) == {
        "children[0].side": "3 is not allowed: there is left, 2",
        "children[0].size[0].size": 'write a whole number, not "a"',
    }
    assert problems_of(card({**deck, "seat": ["A", 12], "name": "too long"}), components).keys() == {
        "children[0].seat[0]",
        "children[0].seat[1]",
        "children[0].name",
    }


def problems_of(widget: Node, components: list[Any] | None) -> dict[str, str]:
    with pytest.raises(InvalidWidgetError) as refused:
        parse_widget(widget, components=components)
    return {problem.path: problem.message for problem in refused.value.problems}


def test_every_class_with_a_type_is_known() -> None:
    named = {getattr(widgets, name) for name in widgets.__all__}
    assert set(OFFICIAL.values()) <= named
