"""The JSON schemas of what travels: what the server writes is complete, an answer may leave defaults out."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from turnstream.contracts.errors import ContractError
from turnstream.widgets.component import Component
from turnstream.widgets.component_schemas import ANY_COMPONENT, ComponentSchemas, references

__all__ = ["Mode", "Schema", "props_of", "schema_of", "schemas_of"]

Schema = dict[str, Any]
Mode = Literal["serialization", "validation"]


class _Complete(GenerateJsonSchema):
    """A dumped model has all its fields, the defaults too."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        if self.mode == "serialization" and field["type"] != "typed-dict-field":
            return not field.get("serialization_exclude", False)
        return super().field_is_required(field, total)


class _Props(ComponentSchemas, _Complete):
    """A component is written without its nulls; what stands in it is any component."""

    def function_wrap_schema(self, schema: Any) -> Schema:
        written = super().function_wrap_schema(schema)
        if ANY_COMPONENT not in written:
            return written
        return {
            "type": "object",
            "properties": {"type": {"type": "string"}},
            "required": ["type"],
            "additionalProperties": True,
        }

    def nullable_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: Any, total: bool) -> bool:
        inner = field["schema"]
        while inner["type"] == "default":
            inner = inner["schema"]
        return inner["type"] != "nullable" and super().field_is_required(field, total)


def props_of(components: Mapping[str, type[Component]]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the schemas of the props of components by key, and their definitions, under `props.…`.

    A model may be in the data of an effect too, where it has its nulls: so these definitions are apart.
    """
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (key, "serialization", TypeAdapter(component)) for key, component in components.items()
    ]
    schemas, shared = TypeAdapter.json_schemas(
        inputs, schema_generator=_Props, ref_template="#/$defs/props.{model}"
    )
    definitions = {f"props.{name}": schema for name, schema in shared.get("$defs", {}).items()}
    named = {key: schema for (key, _), schema in schemas.items()}
    needed = references(list(named.values()), definitions)
    return named, {name: definitions[name] for name in definitions if name in needed}


def schema_of(annotation: Any, mode: Mode) -> Schema:
    """Return the schema of one annotation, with its definitions."""
    return TypeAdapter[Any](annotation).json_schema(mode=mode, schema_generator=_Complete)


def schemas_of(annotations: Mapping[str, tuple[Any, Mode]]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """Return the schemas by key, and the definitions that they share.

    Raises:
        ContractError: an annotation has no JSON.
    """
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []
    for key, (annotation, mode) in annotations.items():
        try:
            schema_of(annotation, mode)  # names the culprit, which the schema of all does not
        except (PydanticUserError, PydanticUndefinedAnnotation) as exc:
            raise ContractError(
                f"The {key} cannot be described in JSON: {exc.message}", name=key.split()[-1]
            ) from exc
        inputs.append((key, mode, TypeAdapter(annotation)))
    schemas, shared = TypeAdapter.json_schemas(inputs, schema_generator=_Complete)
    return {key: schema for (key, _), schema in schemas.items()}, shared.get("$defs", {})
