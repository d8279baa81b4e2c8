"""Actions: what a widget asks for when a person uses it.

A widget carries an `ActionConfig`; pressing it sends the server an `Action` of the same type and payload.
"""

# ruff: noqa: N815  (the wire is in camel case)

from typing import Any, Generic, Literal, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, Field, model_validator

__all__ = [
    "DEFAULT_HANDLER",
    "DEFAULT_LOADING_BEHAVIOR",
    "Action",
    "ActionConfig",
    "Handler",
    "LoadingBehavior",
    "TPayload",
    "TType",
]

Handler = Literal["client", "server"]
"""Who acts: the page (`widgets.onAction`) or the server (`action()`)."""

LoadingBehavior = Literal["auto", "none", "self", "container"]
"""What looks busy while the action runs: the control itself, the widget around it, nothing, or what fits."""

DEFAULT_HANDLER: Handler = "server"
DEFAULT_LOADING_BEHAVIOR: LoadingBehavior = "auto"

TType = TypeVar("TType", bound=str)
TPayload = TypeVar("TPayload")


class ActionConfig(BaseModel):
    """An action as a widget declares it, with how to run it.

    {"type": "order.cancel", "payload": {"id": 7}, "handler": "server", "loadingBehavior": "auto",
      "streaming": true}
    """

    type: str
    payload: Any = None
    handler: Handler = DEFAULT_HANDLER
    loadingBehavior: LoadingBehavior = DEFAULT_LOADING_BEHAVIOR
    streaming: bool = True
    """False asks for one immediate answer (`sync_action()`) in place of a stream."""


class Action(BaseModel, Generic[TType, TPayload]):
    """An action as the server receives it; subclass `Action[Literal["order.cancel"], Order]` to type one.

    {"type": "order.cancel", "payload": {"id": 7}}
    """

    type: TType = Field(default_factory=cast("Any", str), frozen=True)
    payload: TPayload = Field(default=cast("Any", None))

    @model_validator(mode="before")
    @classmethod
    def _fill_type(cls, data: Any) -> Any:
        """Puts in the one type that a typed action can have, so that only its payload need be given."""
        if not isinstance(data, dict) or "type" in data:
            return cast("Any", data)
        action_type = cls._literal_type()
        if action_type is None:
            raise ValueError("an action must have a type")
        return {"type": action_type, **cast("dict[str, Any]", data)}

    @classmethod
    def _literal_type(cls) -> str | None:
        annotation = cls.model_fields["type"].annotation
        choices = get_args(annotation) if get_origin(annotation) is Literal else ()
        return choices[0] if len(choices) == 1 and isinstance(choices[0], str) else None

    @classmethod
    def create(
        cls,
        payload: TPayload,
        handler: Handler = DEFAULT_HANDLER,
        loading_behavior: LoadingBehavior = DEFAULT_LOADING_BEHAVIOR,
        streaming: bool = True,
    ) -> ActionConfig:
        """The configuration that makes a widget send this action with `payload`.

        Raises:
            TypeError: the class does not fix its type by a single literal.
        """
        action_type = cls._literal_type()
        if action_type is None:
            raise TypeError(
                f"{cls.__name__} has no single type: subclass Action[Literal['my.type'], Payload] first"
            )
        return ActionConfig(
            type=action_type,
            payload=payload,
            handler=handler,
            loadingBehavior=loading_behavior,
            streaming=streaming,
        )
