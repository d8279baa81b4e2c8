"""Widgets serialize with their type, without nulls, wherever they stand."""

import pytest
from pydantic import TypeAdapter, ValidationError

from turnstream.actions import ActionConfig
from turnstream.types import WidgetRootUpdated
from turnstream.widgets import (
    Box,
    Button,
    Card,
    DynamicWidgetComponent,
    DynamicWidgetRoot,
    Table,
    Text,
    Transition,
    WidgetRoot,
)

ROOT: TypeAdapter[WidgetRoot] = TypeAdapter(WidgetRoot)


def test_nulls_are_left_out_and_the_type_is_always_there() -> None:
    card = Card(children=[Text(id="t", value="Hi")])
    assert card.model_dump(exclude_defaults=True) == {
        "type": "Card",
        "children": [{"type": "Text", "id": "t", "value": "Hi"}],
    }
    assert WidgetRootUpdated(widget=card).model_dump()["widget"] == card.model_dump()


def test_children_may_be_null_since_a_transition_needs_the_field() -> None:
    assert Transition(children=None).model_dump() == {"type": "Transition", "children": None}


def test_nulls_inside_payloads_are_left_out_as_the_official_package_does() -> None:
    button = Button(onClickAction=ActionConfig(type="a", payload={"x": None, "y": [1, None]}))
    assert button.model_dump()["onClickAction"]["payload"] == {"y": [1]}


def test_an_unknown_component_is_kept_with_all_its_fields() -> None:
    root = ROOT.validate_python({"type": "Card", "children": [{"type": "Map", "zoom": 3}]})
    assert isinstance(root, Card)
    assert isinstance(root.children[0], DynamicWidgetComponent)
    assert root.model_dump(exclude_none=True) == {"type": "Card", "children": [{"type": "Map", "zoom": 3}]}


def test_a_root_that_fits_no_known_one_is_dynamic() -> None:
    root = ROOT.validate_python({"type": "Card", "children": {"type": "Text", "value": "one"}})
    assert isinstance(root, DynamicWidgetRoot)


def test_components_can_be_subclassed() -> None:
    class Panel(Box):
        title: str

    panel = Panel(title="Seats", children=[Text(value="12A")])
    assert panel.model_dump() == {
        "type": "Box",
        "title": "Seats",
        "children": [{"type": "Text", "value": "12A"}],
    }


def test_the_type_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Text(value="x").type = "Text"


def test_a_table_is_made_of_rows_and_cells() -> None:
    seat = Table.Cell(children=[Text(value="12A")], colSize="sm", padding={"x": 2})
    table = Table(
        children=[Table.Row(header=True, children=[Table.Cell(colSpan=2)]), Table.Row(children=[seat])]
    )
    written = table.model_dump(exclude_none=True)
    assert [row["type"] for row in written["children"]] == ["Table.Row", "Table.Row"]
    assert written["children"][1]["children"][0] == {
        "type": "Table.Cell",
        "children": [{"type": "Text", "value": "12A"}],
        "colSize": "sm",
        "padding": {"x": 2},
    }
    root = ROOT.validate_python({"type": "Card", "border": {"size": 1}, "children": [written]})
    assert isinstance(root, Card)
    assert root.border == {"size": 1}
    assert root.children == [table]
