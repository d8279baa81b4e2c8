"""The JSON Schema of widgets that a model writes, in the subset that structured output supports."""

import copy
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from turnstream.widgets.base import WidgetComponentBase
from turnstream.widgets.component_schemas import ANY_COMPONENT, ComponentSchemas, references
from turnstream.widgets.registry import OFFICIAL

__all__ = ["ENTRIES", "REF", "REQUIRED", "Catalogue", "Schema", "catalogue_of", "widget_schema"]

Schema = dict[str, Any]

REF = "#/$defs/"
ENTRIES = "x-entries"
"""Marks a list of names and values that stands for an object with any members."""
REQUIRED = "x-required"
"""The members that must be there though they may be null."""

ANYTHING = "AnyComponent"
ROOTS = ("Card", "ListView", "Basic")
PARTS = {"ListViewItem", "Table.Row", "Table.Cell"}
"""Components that stand only in the one that they are a part of."""

SCALARS: Schema = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
FORMATS = {"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"}
DROPPED = {"title", "default", "discriminator", "examples", "deprecated", "minLength", "maxLength"}


def widget_schema(components: Iterable[type[WidgetComponentBase]] | None = None) -> dict[str, Any]:
    """Return the JSON Schema of `{"widget": …}` for a model's structured output, in strict mode too.

    A widget may be made of `components`, by default of all of ChatKit's; their parts, such as the items of a
    list, come with them. `Frame` is in it only if `components` has it, since it holds HTML. The schema is
    complete in itself. Every property is required and no other is allowed; one that may be absent may be
    null. An object with any members, such as an action's payload, is a list of names and values.
    `parse_widget` reads what the model writes.

    Raises:
        ValueError: a class is no component, or there is no root or nothing that can stand in one.
    """
    return _without_marks(copy.deepcopy(catalogue_of(components).schema))


class Catalogue:
    """The components that a widget may have: their classes by definition, and the schema with its marks."""

    def __init__(self, chosen: dict[str, type[WidgetComponentBase]]) -> None:
        keys = {cls: name for name, cls in {**_parts(), **chosen}.items()}
        inputs: list[tuple[type, JsonSchemaMode, TypeAdapter[Any]]] = [
            (cls, "validation", TypeAdapter[Any](cls)) for cls in keys
        ]
        schemas, shared = TypeAdapter[Any].json_schemas(inputs, schema_generator=ComponentSchemas)
        self._source: Schema = shared["$defs"]
        definition = {keys[cls]: schema["$ref"].removeprefix(REF) for (cls, _), schema in schemas.items()}
        self._nested_roots = [definition[name] for name in ("Card", "ListView") if name in chosen]
        self._definitions: Schema = {name: self._strict(each, name) for name, each in self._source.items()}
        self._definitions[ANYTHING] = {
            "anyOf": [{"$ref": REF + definition[name]} for name in chosen if name not in {*ROOTS, *PARTS}]
        }
        self.roots = [{"$ref": REF + definition[name]} for name in ROOTS if name in chosen]
        needed = references(self.roots, self._definitions)
        self.definitions = {name: self._definitions[name] for name in sorted(needed)}
        self.classes = {definition[name]: cls for cls, name in keys.items() if definition[name] in needed}
        self.schema: Schema = {
            "type": "object",
            "properties": {"widget": {"anyOf": self.roots}},
            "required": ["widget"],
            "additionalProperties": False,
            "$defs": self.definitions,
        }

    def _strict(self, schema: Schema, owner: str) -> Schema:
        if ANY_COMPONENT in schema:
            return self._any_component(owner)
        if "$ref" in schema:
            return {"$ref": schema["$ref"]}
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return {**_described(schema), "anyOf": self._choices(choices, owner)}
        if schema.get("type") == "array":
            return {**_described(schema), "type": "array", "items": self._items(schema, owner)}
        if schema.get("properties"):
            return self._object(schema, owner)
        if schema.get("type") == "object":
            return self._entries(schema, owner)
        if not schema.keys() & {"type", "enum", "const"}:
            return self._anything(schema, owner)
        return {
            key: value
            for key, value in {**schema, **_described(schema)}.items()
            if key not in DROPPED and (key != "format" or value in FORMATS)
        }

    def _choices(self, choices: list[Schema], owner: str) -> list[Schema]:
        """The choices as one list: a choice among choices is not nested."""
        found: list[Schema] = []
        for choice in choices:
            strict = self._strict(choice, owner)
            found += strict.get("anyOf", [strict])
        return found

    def _any_component(self, owner: str) -> Schema:
        any_component = {"$ref": REF + ANYTHING}
        if owner != "BasicRoot":
            return any_component
        return {"anyOf": [any_component, *({"$ref": REF + name} for name in self._nested_roots)]}

    def _object(self, schema: Schema, owner: str) -> Schema:
        required: list[str] = [*schema.get("required", []), "type"]
        properties: Schema = {}
        for name, each in schema["properties"].items():
            strict = self._strict(each, owner)
            properties[name] = strict if name in required else _nullable(strict)
        return {
            **_described(schema),
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
            REQUIRED: [name for name in required if name in properties],
        }

    def _items(self, schema: Schema, owner: str) -> Schema:
        """The items of a list; those of a tuple may be at any of its places, and its class checks them."""
        items = cast("list[Schema]", [*schema.get("prefixItems", []), *filter(None, [schema.get("items")])])
        if len(items) == 1:
            return self._strict(items[0], owner)
        if not items:
            return self._anything({}, owner)
        strict = self._choices(items, owner)
        distinct = [each for at, each in enumerate(strict) if each not in strict[:at]]
        return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}

    def _anything(self, schema: Schema, owner: str) -> Schema:
        entries = self._entries({}, owner)
        if owner == "ActionConfig":  # the values of a form join a payload, so it must be an object
            return entries
        return {**_described(schema), "anyOf": [*SCALARS["anyOf"], entries]}

    def _entries(self, schema: Schema, owner: str) -> Schema:
        values = schema.get("additionalProperties", True)
        members = {
            "name": {"type": "string"},
            "value": SCALARS if values is True else self._strict(values, owner),
        }
        return {
            "type": "array",
            "description": "The members of an object.",
            "items": {
                "type": "object",
                "properties": members,
                "required": list(members),
                "additionalProperties": False,
            },
            ENTRIES: True,
        }


def catalogue_of(components: Iterable[type[WidgetComponentBase]] | None) -> Catalogue:
    """Return the catalogue of these components, by default of all of ChatKit's; it is made once."""
    return _catalogue(None if components is None else tuple(components))


@lru_cache(maxsize=32)
def _catalogue(components: tuple[type[WidgetComponentBase], ...] | None) -> Catalogue:
    official = cast("dict[str, type[WidgetComponentBase]]", OFFICIAL)
    chosen = dict(official) if components is None else {_type_of(each): each for each in components}
    if not chosen.keys() & set(ROOTS):
        raise ValueError("A widget needs a root: add Card, ListView or BasicRoot to components.")
    if not chosen.keys() - {*ROOTS, *PARTS}:
        raise ValueError("Nothing can stand in the widget: add a component such as Text to components.")
    return Catalogue(chosen)


def _type_of(component: Any) -> str:
    if isinstance(component, type) and issubclass(component, WidgetComponentBase):
        component_type = component.model_fields["type"].default
        if isinstance(component_type, str) and component_type:
            return component_type
    raise ValueError(
        f"components has {component!r}, which is no component: use classes such as Card and Text."
    )


def _parts() -> dict[str, type[WidgetComponentBase]]:
    return {name: cast("type[WidgetComponentBase]", OFFICIAL[name]) for name in sorted(PARTS)}


def _described(schema: Schema) -> Schema:
    """The first paragraph of the description, if any: what follows is an example for people."""
    text = str(schema.get("description", "")).split("\n\n")[0].replace("\n", " ")
    return {"description": text} if text else {}


def _nullable(schema: Schema) -> Schema:
    choices = cast("list[Schema]", schema.get("anyOf", [schema]))
    if {"type": "null"} in choices:
        return schema
    return {**_described(schema), "anyOf": [*choices, {"type": "null"}]}


def _without_marks(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_marks(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = cast("Schema", schema)
    return {key: _without_marks(each) for key, each in members.items() if key not in {ENTRIES, REQUIRED}}
