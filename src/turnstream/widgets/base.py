"""What every widget component is: a key, an id, a type, and a serialization without nulls."""

from typing import Any, Union, cast

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer


def _drop_none(value: Any) -> Any:
    """`value` without its None members, at any depth; a `children` of None stays, as it may be required."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {k: _drop_none(v) for k, v in members.items() if v is not None or k == "children"}
    if isinstance(value, list):
        return [_drop_none(v) for v in cast("list[Any]", value) if v is not None]
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
        dumped: dict[str, Any] = _drop_none(next_(self))
        dumped["type"] = self.type
        return dumped


class DynamicWidgetComponent(WidgetComponentBase):
    """A component of any type with any fields: one that a template or a newer client knows."""

    model_config = ConfigDict(extra="allow")
    children: Union["DynamicWidgetComponent", list["DynamicWidgetComponent"], None] = None
