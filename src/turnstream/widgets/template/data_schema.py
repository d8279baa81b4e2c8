"""Checks the data of a template against the template's JSON Schema."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import to_jsonable_python

from turnstream.widgets.errors import WidgetProblem, WidgetTemplateError, path_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

__all__ = ["DataSchema", "excerpt"]

REMEDY = "Pass data that fits the template's jsonSchema, or change the schema."
MAX_EXCERPT = 60
KINDS = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
    "NoneType": "null",
}


class DataSchema:
    """The schema of a template's data, compiled at the first check.

    A null is the absence of a member that is not required. Members that the schema does not name are ignored,
    as the schema's own writer does: the data are often records that have more than the widget shows.
    """

    def __init__(self, schema: Mapping[str, Any], template: str) -> None:
        self._schema = schema
        self._template = template
        self._validator: Validator | None = None

    def check(self, values: Mapping[str, Any]) -> None:
        """Check the data's JSON.

        Raises:
            ImportError: jsonschema is not installed, which `turnstream[widgets]` brings.
            WidgetTemplateError: the data do not fit the schema, or the schema is none.
        """
        if not self._schema:
            return
        if self._validator is None:
            self._validator = self._compiled()
        data = to_jsonable_python(values, by_alias=False, bytes_mode="base64", serialize_unknown=True)
        if problems := self._problems(self._validator, data):
            message = f"the data do not fit. {REMEDY}"
            raise WidgetTemplateError(message, template=self._template, problems=problems)

    def _compiled(self) -> "Validator":
        exceptions, lenient = _library()
        validator = lenient(self._schema.get("$schema", ""))
        try:
            validator.check_schema(cast("Any", self._schema))
        except exceptions.SchemaError as exc:
            problem = WidgetProblem(path_of(["jsonSchema", *exc.absolute_path]), exc.message)
            message = "its jsonSchema is no JSON Schema: correct it in the file."
            raise WidgetTemplateError(message, template=self._template, problems=[problem]) from exc
        # A part of the schema that names a dialect would be checked by that one's own rules.
        schema = {key: part for key, part in self._schema.items() if key != "$schema"}
        return validator(schema, registry=_registry())

    def _problems(self, validator: "Validator", data: Any) -> list[WidgetProblem]:
        from referencing.exceptions import Unresolvable

        try:
            errors = list(validator.iter_errors(data))
        except Unresolvable as exc:
            message = f"its jsonSchema refers to {exc.ref!r}, which the file lacks: define it under $defs."
            raise WidgetTemplateError(message, template=self._template) from exc
        return list(dict.fromkeys(problem for error in errors for problem in _problems_of(error)))


@cache
def _library() -> "tuple[Any, Any]":
    # jsonschema is imported at the first check: an app without templates does not pay for it.
    try:
        from jsonschema import Draft202012Validator, exceptions, validators
    except ModuleNotFoundError as exc:
        message = "WidgetTemplate checks data with jsonschema: install turnstream[widgets]"
        raise ImportError(message) from exc

    @cache
    def lenient(dialect: str) -> Any:
        base = validators.validator_for({"$schema": dialect}, default=Draft202012Validator)
        rules = cast("dict[str, Any]", base.VALIDATORS)

        def properties(validator: Any, members: Any, instance: Any, schema: Any) -> Iterator[Any]:
            if isinstance(instance, dict):
                required: list[str] = schema.get("required", [])
                given = cast("dict[str, Any]", instance)
                instance = {k: v for k, v in given.items() if v is not None or k in required}
            yield from rules["properties"](validator, members, instance, schema) or ()

        def additional(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
            if allowed is not False:
                yield from rules["additionalProperties"](validator, allowed, instance, schema) or ()

        changed: Any = {"properties": properties, "additionalProperties": additional}
        return cast("Any", validators).extend(base, changed)

    return exceptions, lenient


def _registry() -> Any:
    # Without one of our own, jsonschema fetches what a `$ref` names from other hosts.
    from referencing import Registry
    from referencing.jsonschema import SchemaRegistry

    registry: SchemaRegistry = Registry()
    return registry


def _problems_of(error: "ValidationError") -> Iterator[WidgetProblem]:
    """What one error says: of the choices of a union, the one that fits best."""
    from jsonschema import exceptions

    found: Any = cast("Any", exceptions).best_match([error]) if error.context else error
    path, given = ["data", *found.absolute_path], found.instance
    match found.validator:
        case "required":
            for name in found.validator_value:
                if name not in given:
                    yield WidgetProblem(path_of([*path, name]), "is required")
        case "type":
            kinds = found.validator_value
            wanted = kinds if isinstance(kinds, str) else " or ".join(kinds)
            message = f"must be {wanted}, not {_kind(given)}: {excerpt(given)}"
            yield WidgetProblem(path_of(path), message)
        case "enum":
            choices = ", ".join(map(excerpt, found.validator_value))
            yield WidgetProblem(path_of(path), f"must be one of {choices}, not {excerpt(given)}")
        case _:
            rule = f"{found.validator}: {excerpt(found.validator_value)}"
            yield WidgetProblem(path_of(path), f"{excerpt(given)} does not fit {rule}")


def _kind(value: object) -> str:
    return KINDS[type(value).__name__]


def excerpt(value: object) -> str:
    """Return a value's JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_EXCERPT else f"{text[: MAX_EXCERPT - 1]}…"
