"""JSON Schemas of components in which any component within another one is a mark."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from turnstream.widgets.base import validate_component

__all__ = ["ANY_COMPONENT", "ComponentSchemas"]

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
