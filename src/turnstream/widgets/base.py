"""What every widget component is: a key, an id, a type, and a serialization without nulls."""

from typing import TYPE_CHECKING, Annotated, Any, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidatorFunctionWrapHandler,
    model_serializer,
)
from pydantic_core import core_schema

from turnstream.widgets.registry import VERBATIM, class_of

__all__ = [
    "AnyComponent",
    "DynamicWidgetComponent",
    "WidgetComponentBase",
    "validate_component",
    "without_nulls",
]


def without_nulls(value: Any) -> Any:
    """Return `value` without its None members, at any depth, but for `children`, which may be required.

    What `VERBATIM` names stays as it is.
    """
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        verbatim = VERBATIM.get(str(members.get("type")), frozenset[str]())
        return {
            k: v if k in verbatim else without_nulls(v)
            for k, v in members.items()
            if v is not None or k == "children"
        }
    if isinstance(value, list):
        return [without_nulls(v) for v in cast("list[Any]", value) if v is not None]
    return value


class WidgetComponentBase(BaseModel):
    """A component that always serializes with its type and never with a null."""

    model_config = ConfigDict(serialize_by_alias=True)

    key: str | None = None
    id: str | None = None
    type: str = Field(...)

    # A serializer, not an override of model_dump: it also runs when the widget is part of something else.
    # It has no return annotation because one would replace this model's JSON schema.
    @model_serializer(mode="wrap")
    def serialize(self, next_: SerializerFunctionWrapHandler):
        """The component as plain data; `type` is there even when defaults are excluded."""
        return without_nulls({**next_(self), "type": self.type})


def validate_component(value: Any, official: ValidatorFunctionWrapHandler) -> Any:
    """Return the component that stands at one place of a widget.

    What is a component already is taken as it is, and one that ChatKit lacks is made of its class. Everything
    else is ChatKit's to name, also what that class refuses: what is stored stays readable.
    """
    if isinstance(value, WidgetComponentBase):
        return value
    own = class_of(cast("dict[str, Any]", value).get("type")) if isinstance(value, dict) else None
    if own is not None:
        try:
            return own.model_validate(value)
        except ValidationError:
            pass
    return official(value)


class AnyComponent:
    """Marks a field that takes any component; its JSON Schema is that of the `official` type alone.

    Each component is written by its own class, so that fields of subclasses are kept.
    """

    def __init__(self, official: Any = None) -> None:
        self.official = official

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        inner = handler(source) if self.official is None else handler.generate_schema(self.official)
        return core_schema.no_info_wrap_validator_function(
            validate_component, inner, serialization=core_schema.simple_ser_schema("any")
        )


if TYPE_CHECKING:
    _Child = WidgetComponentBase
else:
    _Child = Annotated["DynamicWidgetComponent", AnyComponent()]


class DynamicWidgetComponent(WidgetComponentBase):
    """A component of any type with any fields: one that a template or a newer client knows."""

    model_config = ConfigDict(extra="allow")
    children: _Child | list[_Child] | None = None
