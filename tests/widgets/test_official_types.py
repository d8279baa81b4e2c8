"""Every component and prop that the published JavaScript types have is a class and a field here."""

from typing import Any, cast

import pytest
from pydantic import BaseModel

from tests.widgets.js_types import FILE, Prop, components, parse
from turnstream import widgets

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the element's packages are not installed")

OFFICIAL = components() if FILE.is_file() else {}

KINDS = {"integer": "number"}

OURS: dict[str, type[widgets.WidgetComponentBase]] = {
    member.model_fields["type"].default: member
    for name in widgets.__all__
    if isinstance(member := getattr(widgets, name), type)
    and issubclass(member, widgets.WidgetComponentBase)
    and member is not widgets.Component
    and isinstance(member.model_fields["type"].default, str)
}

# The Python package lets a field be null or absent where a transition has nothing to show.
OTHERWISE = {("Basic", "children"): "optional", ("Transition", "children"): "may be null"}


def kinds(schema: dict[str, Any], definitions: dict[str, Any]) -> set[str]:
    """What a JSON Schema allows, in the words of the JavaScript types."""
    match schema:
        case {"$ref": str(ref)}:
            return kinds(definitions[ref.removeprefix("#/$defs/")], definitions)
        case {"anyOf": choices} | {"oneOf": choices}:
            every = [kinds(choice, definitions) for choice in cast("list[dict[str, Any]]", choices)]
            return set[str]().union(*every)
        case {"const": str(value)}:
            return {f"'{value}'"}
        case {"const": bool()}:
            return {"boolean"}
        case {"enum": values}:
            return {f"'{value}'" for value in cast("list[str]", values)}
        case {"type": str(kind)}:
            return {KINDS.get(kind, kind)} - {"null"}
        case _:
            return {"unknown"}


def props(model: type[BaseModel]) -> dict[str, Prop]:
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    required = {*schema.get("required", []), "type"}
    return {
        name: Prop(name in required, frozenset(kinds(each, definitions)))
        for name, each in schema["properties"].items()
    }


def test_the_declarations_are_read() -> None:
    shapes = parse(
        "export type Root = A | { type: 'b' };\n\n"
        "type A = {\n  type: 'a'; // a note\n  of?: (A | Root)[];\n} & Pick<B, 'x' | 'y'>;\n\n"
        "type B = { x?: number | 'auto'; y: Record<string, unknown>; z: false };\n"
    )
    assert shapes["A"].props == {
        "type": Prop(True, frozenset({"'a'"})),
        "of": Prop(False, frozenset({"array"})),
        "x": Prop(False, frozenset({"number", "'auto'"})),
        "y": Prop(True, frozenset({"object"})),
    }
    assert len(OFFICIAL) == 29


def test_every_component_has_a_class() -> None:
    assert OFFICIAL.keys() - OURS.keys() == set()
    assert OURS.keys() - OFFICIAL.keys() == {"Chart", "Frame"}


@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_every_prop_is_a_field_that_takes_the_same(name: str) -> None:
    official, ours = OFFICIAL[name], props(OURS[name])
    assert official.keys() - ours.keys() == set()
    for prop, expected in official.items():
        assert expected.kinds - ours[prop].kinds == set(), prop
        if (name, prop) not in OTHERWISE:
            assert ours[prop].is_required == expected.is_required, prop
