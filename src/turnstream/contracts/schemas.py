"""The JSON schemas of what travels: what the server writes is complete, an answer may leave defaults out."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.errors import PydanticUndefinedAnnotation, PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from turnstream.contracts.errors import ContractError

__all__ = ["Mode", "Schema", "schema_of", "schemas_of"]

Schema = dict[str, Any]
Mode = Literal["serialization", "validation"]


class _Complete(GenerateJsonSchema):
    """A dumped model has all its fields, the defaults too."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        if self.mode == "serialization" and field["type"] != "typed-dict-field":
            return not field.get("serialization_exclude", False)
        return super().field_is_required(field, total)


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
