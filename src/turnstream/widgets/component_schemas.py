"""JSON Schemas of components in which any component within another one is a mark."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic.json_schema import GenerateJsonSchema

from turnstream.widgets.base import validate_component

__all__ = ["ANY_COMPONENT", "ComponentSchemas", "references"]

ANY_COMPONENT = "x-widget-component"
"""The key of the mark."""


class ComponentSchemas(GenerateJsonSchema):
    """Writes `{"x-widget-component": true}` where a field takes any component.

    The schema of any component has all components in it: what a field takes is put in by who uses it.
    """

    def function_wrap_schema(self, schema: Any) -> dict[str, Any]:
        """Return the mark, or what pydantic makes of another validator."""
        if schema["function"]["function"] is validate_component:
            return {ANY_COMPONENT: True}
        return super().function_wrap_schema(schema)


def references(schema: Any, definitions: Mapping[str, Any], prefix: str = "#/$defs/") -> set[str]:
    """Return the names of the definitions that a schema needs, itself or by way of others."""
    found: set[str] = set()
    pending = list(_references(schema, prefix))
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += _references(definitions[name], prefix)
    return found


def _references(schema: Any, prefix: str) -> Iterator[str]:
    if isinstance(schema, list):
        for each in cast("list[Any]", schema):
            yield from _references(each, prefix)
    elif isinstance(schema, dict):
        for key, value in cast("dict[str, Any]", schema).items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix(prefix)
            else:
                yield from _references(value, prefix)
