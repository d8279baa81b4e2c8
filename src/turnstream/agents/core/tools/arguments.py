"""The arguments of a tool call, as a model writes them."""

from typing import Any, cast

from pydantic_core import from_json

__all__ = ["NOT_AN_OBJECT", "arguments_of", "is_object"]

NOT_AN_OBJECT = "The arguments of {name} must be a JSON object, such as {{}}. Call it again."
"""The tool result that the model receives for arguments that are not a JSON object."""


def arguments_of(text: str | None) -> dict[str, Any] | None:
    """Parse `text` as a JSON object; blank text and `null` give an empty one, anything else gives None."""
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
    """Whether `text` itself is a JSON object, so that it can be sent back to the model's server."""
    return bool(text.strip()) and text.strip() != "null" and arguments_of(text) is not None
