"""Gives errors of the Agents SDK a message for the user."""

from typing import Any, TypeVar, cast

from turnstream.errors import CustomStreamError

__all__ = ["reason_of", "with_message"]

TError = TypeVar("TError", bound=Exception)

_KINDS: dict[tuple[type, type], type[Exception]] = {}


def with_message(error: TError, message: CustomStreamError) -> TError:
    """Return `error` as one that `except` still catches by its own class; uncaught, it ends the turn with
    `message`.
    """
    bases = type(message), type(error)
    if bases not in _KINDS:
        _KINDS[bases] = type(type(error).__name__, bases, {"__module__": type(error).__module__})
    translated = _KINDS[bases].__new__(_KINDS[bases], *error.args)
    translated.args = error.args
    translated.__dict__.update({**error.__dict__, **message.__dict__})
    return cast("TError", translated)


def reason_of(info: Any) -> str | None:
    """Return the words of a guardrail that gives its reason: as text, or under `reason` or `message`."""
    if isinstance(info, str):
        return info or None
    for name in ("reason", "message"):
        said = cast("dict[str, Any]", info).get(name) if isinstance(info, dict) else getattr(info, name, None)
        if isinstance(said, str) and said:
            return said
    return None
