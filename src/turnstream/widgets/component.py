"""Components of an app's own, which its page renders."""

from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field
from pydantic.errors import PydanticInvalidForJsonSchema

from turnstream.widgets.base import WidgetComponentBase
from turnstream.widgets.component_schemas import ComponentSchemas
from turnstream.widgets.registry import OWN, check_name

__all__ = ["Component", "own_components"]


class Component(WidgetComponentBase):
    """The base of an app's own components. A subclass declares one; its fields are the page's props.

        class Seat(Component, name="acme.Seat"):
            "A seat that can be chosen."
            row: int
            children: list[WidgetComponent] = []

        Card(children=[Seat(row=12)])

    The name is the `type` on the wire, with a dot in it. A component may stand wherever a `WidgetComponent`
    may; components within it are its `children`. A field that is unknown is an error. What is read from a
    store or a request is the class again; under a name without a class it is a `DynamicWidgetComponent`.

    Raises:
        ValueError: the name is missing, not dotted, ChatKit's or another component's, or a field has no JSON.
    """

    model_config = ConfigDict(extra="forbid")

    type: str = Field(default="", frozen=True)

    def __init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        generic = cls.__pydantic_generic_metadata__["origin"]
        if generic is not None:
            _set_type(cls, generic.model_fields["type"].default)  # Seat[int] is no component of its own
            return
        component_type = check_name(name, cls)
        _set_type(cls, component_type)
        _check_json(cls)
        OWN[component_type] = cls


def own_components() -> list[type[Component]]:
    """Return the declared components, by name."""
    return [cast("type[Component]", OWN[name]) for name in sorted(OWN)]


def _set_type(cls: type[BaseModel], component_type: str) -> None:
    field = cls.model_fields["type"]
    field.annotation, field.default = cast("Any", Literal[component_type]), component_type
    cls.model_rebuild(force=True, raise_errors=False)


def _check_json(cls: type[BaseModel]) -> None:
    if not cls.__pydantic_complete__:
        return  # a field names a class that follows
    try:
        cls.model_json_schema(schema_generator=ComponentSchemas)
    except PydanticInvalidForJsonSchema as exc:
        raise ValueError(f"A field of {cls.__name__} has no JSON: {exc.message}") from exc
