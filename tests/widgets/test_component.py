"""Components of an app's own: declared once, written under their name, read as their class."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.types.json_schemas import Schema
from turnstream.types import ThreadItem, ThreadItemUpdatedEvent, WidgetComponentUpdated, WidgetItem
from turnstream.widgets import (
    BasicRoot,
    Card,
    Component,
    DynamicWidgetComponent,
    ListView,
    ListViewItem,
    Row,
    Table,
    Text,
    Transition,
    WidgetComponent,
    WidgetRoot,
)
from turnstream.widgets.registry import OWN

T = TypeVar("T")
ROOT: TypeAdapter[WidgetRoot] = TypeAdapter(WidgetRoot)
ITEM: TypeAdapter[ThreadItem] = TypeAdapter(ThreadItem)


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    before = dict(OWN)
    yield
    OWN.clear()
    OWN.update(before)


def seat_class() -> type[Component]:
    class Seat(Component, name="acme.Seat"):
        row: int
        note: str | None = None
        children: list[WidgetComponent] | None = None

    return Seat


def seat(row: int, **fields: Any) -> Component:
    return OWN["acme.Seat"](row=row, **fields)  # pyright: ignore[reportReturnType]


def test_its_type_is_the_name_that_is_given_and_its_nulls_are_absent() -> None:
    seat_class()
    assert seat(12, id="s").model_dump(exclude_none=True) == {
        "type": "acme.Seat",
        "id": "s",
        "row": 12,
    }
    assert seat(12, children=[]).model_dump_json() == '{"type":"acme.Seat","row":12,"children":[]}'


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"row": "x"}, "row"),
        ({}, "row"),
        ({"row": 1, "rwo": 2}, "rwo"),
        ({"row": 1, "type": "x"}, "type"),
    ],
)
def test_its_fields_are_checked_when_it_is_made(fields: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as refused:
        seat_class()(**fields)
    assert [error["loc"] for error in refused.value.errors()] == [(place,)]


ANYWHERE: dict[str, Callable[[Component], Any]] = {
    "card": lambda own: Card(children=[own]),
    "row": lambda own: Card(children=[Row(children=[Text(value="a"), own])]),
    "transition": lambda own: Card(children=[Transition(children=own)]),
    "list": lambda own: ListView(children=[ListViewItem(children=[own])]),
    "table": lambda own: Card(children=[Table(children=[Table.Row(children=[Table.Cell(children=[own])])])]),
    "basic": lambda own: BasicRoot(children=[own]),
    "itself": lambda own: Card(children=[seat(1, children=[own])]),
}


@pytest.mark.parametrize("around", ANYWHERE.values(), ids=ANYWHERE.keys())
def test_it_stands_where_any_component_may_and_comes_back_as_its_class(
    around: Callable[[Component], Any],
) -> None:
    seat_class()
    widget = around(seat(12, children=[Text(value="window")]))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    item = WidgetItem(id="msg_1", thread_id="thr_1", created_at=now, widget=widget)
    stored = item.model_dump_json(exclude_none=True)
    assert '"children":[{"type":"Text","value":"window"}]' in stored
    for back in (ITEM.validate_json(stored), ITEM.validate_python(item.model_dump())):
        assert isinstance(back, WidgetItem)
        assert back.model_dump_json(exclude_none=True) == stored
        assert "Seat(" in repr(back)


def test_it_may_replace_a_component() -> None:
    seat_class()
    update = WidgetComponentUpdated(component_id="s", component=seat(3, id="s"))
    event = ThreadItemUpdatedEvent(item_id="msg_1", update=update)
    back = ThreadItemUpdatedEvent.model_validate_json(event.model_dump_json(exclude_none=True))
    assert back == event


def test_without_its_class_or_with_fields_that_this_refuses_it_is_dynamic() -> None:
    seat_class()
    other, older = {"type": "acme.Map", "zoom": 3}, {"type": "acme.Seat", "number": 12}
    root = ROOT.validate_python({"type": "Card", "children": [other, older]})
    assert isinstance(root, Card)
    assert [type(child) for child in root.children] == [DynamicWidgetComponent] * 2
    assert root.model_dump()["children"] == [{**other, "children": None}, {**older, "children": None}]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (None, r'class Bad\(Component, name="vendor\.Name"\)'),
        ("Seat", r"'Seat' is no component's name"),
        ("acme.", "is no component's name"),
        ("acme.Se at", "is no component's name"),
        ("Card", "is no component's name"),
        ("Table.Row", r"'Table\.Row' is ChatKit's"),
        ("Table.Seat", "is ChatKit's"),
        ("acme.Seat", r"seat_class\.<locals>\.Seat is already called 'acme\.Seat': rename one"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str | None, why: str) -> None:
    seat_class()
    before = dict(OWN)
    with pytest.raises(ValueError, match=why):

        class Bad(Component, name=name):  # pyright: ignore[reportUnusedClass]
            pass

    assert before == OWN


def test_the_same_class_may_be_declared_again() -> None:
    first, second = seat_class(), seat_class()
    assert first is not second
    assert OWN["acme.Seat"] is second


def test_a_subclass_and_a_generic_class_have_names_of_their_own() -> None:
    class Wide(seat_class(), name="acme.Wide"):
        width: int = 2

    class Choice(Component, Generic[T], name="acme.Choice"):
        chosen: T

    assert Wide(row=1).model_dump(exclude_none=True)["type"] == "acme.Wide"  # pyright: ignore
    assert Choice[int](chosen=1).model_dump() == {"type": "acme.Choice", "chosen": 1}
    assert OWN["acme.Choice"] is Choice


def test_a_field_without_json_is_refused() -> None:
    with pytest.raises(ValueError, match="A field of Calls has no JSON"):

        class Calls(Component, name="acme.Calls"):  # pyright: ignore[reportUnusedClass]
            back: Callable[[], None]


def test_a_class_that_follows_may_be_named() -> None:
    class Deck(Component, name="acme.Deck"):
        first: "Cabin"

    class Cabin(Component, name="acme.Cabin"):
        size: int

    Deck.model_rebuild(_types_namespace={"Cabin": Cabin})
    assert Deck(first=Cabin(size=1)).model_dump(exclude_none=True)["first"] == {
        "type": "acme.Cabin",
        "size": 1,
    }


def test_a_subclass_of_a_component_keeps_its_fields_within_another() -> None:
    class Panel(Row):
        title: str

    written = Card(children=[Panel(title="Seats")]).model_dump(exclude_none=True)
    assert written["children"] == [{"type": "Row", "title": "Seats"}]


def test_the_json_schema_of_a_widget_names_no_own_component() -> None:
    seat_class()
    schema: Schema = TypeAdapter[Any](WidgetRoot).json_schema()
    assert not {"Component", "Seat"} & schema["$defs"].keys()
