"""The arguments of a tool call, as a model writes them."""

from typing import Any, cast

from pydantic_core import from_json

__all__ = ["NOT_AN_OBJECT", "arguments_of", "is_object"]

NOT_AN_OBJECT = "The arguments of {name} must be a JSON object, such as {{}}. Call it again."
"""What the model is told of arguments that are none."""


def arguments_of(text: str | None) -> dict[str, Any] | None:
    """Return the object that `text` writes; blank text and `null` are an empty one. None if it is no JSON object."""
    if text is None or not text.strip():
        return {}
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError:
        return None
    if value is None:
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def is_object(text: str) -> bool:
    """Whether `text` is a JSON object as it stands, so that it can go back to the model's server."""
    return bool(text.strip()) and text.strip() != "null" and arguments_of(text) is not None
