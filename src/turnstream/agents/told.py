"""Errors of the Agents SDK that also say to the user what happened."""

from typing import Any, TypeVar, cast

from turnstream.errors import CustomStreamError

__all__ = ["reason_of", "told"]

TError = TypeVar("TError", bound=Exception)

_KINDS: dict[tuple[type, type], type[Exception]] = {}


def told(error: TError, words: CustomStreamError) -> TError:
    """Return `error` as one that is caught by its own name as before and, uncaught, ends the turn with `words`."""
    bases = type(words), type(error)
    if bases not in _KINDS:
        _KINDS[bases] = type(type(error).__name__, bases, {"__module__": type(error).__module__})
    said = _KINDS[bases].__new__(_KINDS[bases], *error.args)
    said.args = error.args
    said.__dict__.update({**error.__dict__, **words.__dict__})
    return cast("TError", said)


def reason_of(info: Any) -> str | None:
    """Return the words of a guardrail that gives its reason: as text, or under `reason` or `message`."""
    if isinstance(info, str):
        return info or None
    for name in ("reason", "message"):
        said = cast("dict[str, Any]", info).get(name) if isinstance(info, dict) else getattr(info, name, None)
        if isinstance(said, str) and said:
            return said
    return None
