"""Reads the widget that a model wrote: by the schema that the model was given, with problems to send back."""

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any, cast

from pydantic import ValidationError

from turnstream.widgets.base import WidgetComponentBase
from turnstream.widgets.by_models.schema import ENTRIES, REF, REQUIRED, Catalogue, Schema, catalogue_of
from turnstream.widgets.errors import InvalidWidgetError, WidgetProblem, path_of
from turnstream.widgets.roots import WidgetRoot

__all__ = ["parse_widget"]

Path = tuple[str | int, ...]

MAX_DEPTH = 32
MAX_CHOICES = 12
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
NOUNS = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def parse_widget(
    data: str | bytes | Mapping[str, Any], *, components: Iterable[type[WidgetComponentBase]] | None = None
) -> WidgetRoot:
    """Return the widget that a model wrote for `widget_schema(components)`, also without that schema's rules.

    `data` is JSON, or what JSON is in Python: the widget, or `{"widget": …}`. A null is absent, and an object
    may be a list of names and values. Properties and components that the schema does not have are refused.

    Raises:
        InvalidWidgetError: there are problems. All are in one message that can be sent to the model.
        ValueError: `components` cannot make a widget.
    """
    reader = _Reader(catalogue_of(components))
    value = _decoded(data) if isinstance(data, (str, bytes)) else dict(data)
    if isinstance(value, dict) and "type" not in value and "widget" in value:
        value = cast("dict[str, Any]", value)["widget"]
    widget = reader.read(value, {"anyOf": reader.catalogue.roots}, ())
    if reader.problems:
        raise InvalidWidgetError(reader.problems)
    return cast("WidgetRoot", widget)


def _decoded(text: str | bytes) -> Any:
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as exc:
        raise InvalidWidgetError([WidgetProblem("", f"this is not JSON: {exc}")]) from exc


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


class _Reader:
    """Reads values by the catalogue's schema and gathers what is wrong; what it returns then is of no use."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.problems: list[WidgetProblem] = []

    def read(self, value: Any, schema: Schema, path: Path) -> Any:
        match schema:
            case {"$ref": str(ref)}:
                return self._defined(value, ref.removeprefix(REF), path)
            case {"anyOf": choices}:
                return self._one_of(value, list(self._flat(choices)), path)
            case {"type": "object"}:
                return self._object(value, schema, path) if self._has_type(value, schema, path) else None
            case {"type": "array"}:
                return self._array(value, schema, path)
            case {"const": constant}:
                return self._constant(value, [constant], path)
            case {"enum": constants}:
                return self._constant(value, constants, path)
            case _:
                return value if self._has_type(value, schema, path) else None

    def _defined(self, value: Any, name: str, path: Path) -> Any:
        definition = self.catalogue.definitions[name]
        if len(path) > 2 * MAX_DEPTH:  # a component is two steps: its place in `children`
            return self._problem(path, f"this is nested more than {MAX_DEPTH} deep: use fewer levels")
        if name not in self.catalogue.classes:
            return self.read(value, definition, path)
        before = len(self.problems)
        fields = self.read(value, definition, path)
        if len(self.problems) > before:
            return None
        try:
            return self.catalogue.classes[name].model_validate(fields)
        except ValidationError as exc:
            for error in exc.errors(include_url=False, include_context=False):
                self._problem((*path, *error["loc"]), error["msg"])

    def _object(self, value: dict[str, Any], schema: Schema, path: Path) -> dict[str, Any]:
        properties: dict[str, Schema] = schema["properties"]
        found: dict[str, Any] = {}
        for name, each in value.items():
            if name not in properties:
                self._problem((*path, name), f"there is no such property{_nearest(name, properties)}")
            elif each is not None:
                found[name] = self.read(each, properties[name], (*path, name))
        for name in schema.get(REQUIRED, schema["required"]):
            if name not in found:
                self._missing(found, properties[name], (*path, name))
        return found

    def _missing(self, found: dict[str, Any], schema: Schema, path: Path) -> None:
        name = cast("str", path[-1])
        if {"type": "null"} in schema.get("anyOf", []):
            found[name] = None
        elif "const" in schema and name == "type":
            found[name] = schema["const"]  # it was chosen by its other members
        else:
            self._problem(path, f"this is missing: write {self._wish(schema)}")

    def _array(self, value: Any, schema: Schema, path: Path) -> Any:
        if ENTRIES in schema and isinstance(value, dict):
            return self._members(cast("dict[str, Any]", value), schema, path)
        if not self._has_type(value, schema, path):
            return None
        values = cast("list[Any]", value)
        found = [
            self.read(each, schema["items"], (*path, at))
            for at, each in enumerate(values)
            if each is not None
        ]
        if ENTRIES not in schema:
            return found
        return {each["name"]: each["value"] for each in found if each and each.keys() == {"name", "value"}}

    def _members(self, value: dict[str, Any], schema: Schema, path: Path) -> dict[str, Any]:
        """The members of an object that is written as one; an action's payload may hold anything then."""
        if path and path[-1] == "payload":
            return value
        each: Schema = schema["items"]["properties"]["value"]
        return {
            name: self.read(member, each, (*path, name))
            for name, member in value.items()
            if member is not None
        }

    def _flat(self, choices: list[Schema]) -> Iterator[Schema]:
        """The choices, with those of a definition that is a choice itself."""
        for choice in choices:
            definition = self.catalogue.definitions.get(choice.get("$ref", "").removeprefix(REF), {})
            if "anyOf" in definition:
                yield from self._flat(definition["anyOf"])
            else:
                yield choice

    def _one_of(self, value: Any, choices: list[Schema], path: Path) -> Any:
        fitting = [choice for choice in choices if self._may_fit(value, choice)]
        if isinstance(value, dict):
            fitting = self._of_type(cast("dict[str, Any]", value), fitting, path)
            if not fitting:
                return None
        if not fitting:
            return self._problem(path, f"write {self._wish({'anyOf': choices})}, not {_shown(value)}")
        return self._best(value, fitting, path)

    def _may_fit(self, value: Any, choice: Schema) -> bool:
        schema = self._resolved(choice)
        if isinstance(value, dict) and ENTRIES in schema:
            return True
        if constants := schema.get("enum"):
            return type(cast("Any", value)) in map(type, constants)
        return _is_of(value, schema.get("type", ""))

    def _of_type(self, value: dict[str, Any], choices: list[Schema], path: Path) -> list[Schema]:
        """The choices among objects that their type leaves; a problem, if it leaves none."""
        by_type = {kind: choice for choice in choices if (kind := self._type_of(choice)) is not None}
        untyped = [choice for choice in choices if self._type_of(choice) is None]
        if not by_type or (untyped and "type" not in value):
            if not choices:
                self._problem(path, "an object cannot stand here")
            return untyped or choices
        kind = value.get("type")
        if kind in by_type:
            return [by_type[kind]]
        where = (*path, "type")
        if kind is None:
            self._problem(where, f"this is missing: write one of {_listed(by_type)}")
        else:
            self._problem(where, f"{_shown(kind)} cannot stand here{_nearest(str(kind), by_type)}")
        return []

    def _best(self, value: Any, choices: list[Schema], path: Path) -> Any:
        """What the choice with the fewest problems makes of the value."""
        tried: list[tuple[list[WidgetProblem], Any]] = []
        for choice in choices:
            reader = _Reader(self.catalogue)
            found = reader.read(value, choice, path)
            if not reader.problems:
                return found
            tried.append((reader.problems, found))
        problems, found = min(tried, key=lambda each: len(each[0]))
        self.problems += problems
        return found

    def _resolved(self, schema: Schema) -> Schema:
        return self.catalogue.definitions[schema["$ref"].removeprefix(REF)] if "$ref" in schema else schema

    def _type_of(self, schema: Schema) -> str | None:
        return self._resolved(schema).get("properties", {}).get("type", {}).get("const")

    def _constant(self, value: Any, constants: list[Any], path: Path) -> Any:
        if any(value == constant and type(value) is type(constant) for constant in constants):
            return value
        nearest = _nearest(str(value), [str(constant) for constant in constants])
        return self._problem(path, f"{_shown(value)} is not allowed{nearest}")

    def _has_type(self, value: Any, schema: Schema, path: Path) -> bool:
        if _is_of(value, schema["type"]):
            return True
        self._problem(path, f"write {self._wish(schema)}, not {_shown(value)}")
        return False

    def _wish(self, schema: Schema) -> str:
        """What should stand here, in words."""
        schema = self._resolved(schema)
        if "anyOf" in schema:
            wishes = [
                self._wish(choice) for choice in self._flat(schema["anyOf"]) if choice.get("type") != "null"
            ]
            return " or ".join(dict.fromkeys(wishes))
        if "const" in schema:
            return json.dumps(schema["const"])
        if "enum" in schema:
            return f"one of {_listed(schema['enum'])}"
        return "an object" if ENTRIES in schema else NOUNS.get(schema["type"], "a value")

    def _problem(self, path: Path, message: str) -> None:
        self.problems.append(WidgetProblem(path_of(path), message))


def _is_of(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, float):
        return (kind == "number" and isfinite(value)) or (kind == "integer" and value.is_integer())
    return isinstance(value, TYPES.get(kind, ()))


def _nearest(name: str, names: Iterable[str]) -> str:
    """The end of a message that says which names there are, with the one that was probably meant."""
    known = list(names)
    lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), lower, n=1, cutoff=0.5)
    meant = f": did you mean {lower[close[0]]}? There is" if close else ": there is"
    return f"{meant} {_listed(known)}"


def _listed(names: Iterable[Any]) -> str:
    known = list(names)
    more = f" and {len(known) - MAX_CHOICES} more" if len(known) > MAX_CHOICES else ""
    return f"{', '.join(map(str, known[:MAX_CHOICES]))}{more}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"
