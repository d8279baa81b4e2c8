"""What an app's methods can know of the request that they run for."""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

__all__ = ["RequestInfo", "during", "preferred_locale", "request_info"]

DEFAULT_LOCALE = "en"

_LANGUAGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4})\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")
_MAX_LANGUAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInfo:
    """The request that the current code runs for; in a turn, the one that began it.

    All of it is what the client says, and none of it shows who the client is.
    """

    locale: str = DEFAULT_LOCALE
    """The language tag that the client likes most, such as `pt-BR`, from `Accept-Language`."""
    base_url: str | None = None
    """The absolute URL of the chat, such as `https://app.example/chatkit`; None outside `create_app`."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """The headers that `create_app(request_headers=…)` lists, by their names in lower case."""
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The `metadata` of the request's body, which the page may set."""


_current: ContextVar[RequestInfo] = ContextVar("turnstream.request_info", default=RequestInfo())  # noqa: B039 - frozen


def request_info() -> RequestInfo:
    """Return what is known of the request that the current code runs for.

    It works in `respond`, in tools, in actions and in attachment stores. Outside a request, and in a turn
    that another process takes over, everything has its default.
    """
    return _current.get()


@contextmanager
def during(info: RequestInfo) -> Generator[None]:
    """Let `request_info()` return `info` in the block, and in the tasks that begin in it."""
    token = _current.set(info)
    try:
        yield
    finally:
        _current.reset(token)


def preferred_locale(accept_language: str | None) -> str:
    """Return the language tag with the highest weight, the first of equals; `en` if none is given."""
    best, best_weight = DEFAULT_LOCALE, 0.0
    for entry in (accept_language or "").split(",")[:_MAX_LANGUAGES]:
        found = _LANGUAGE.fullmatch(entry)
        if found is None:
            continue
        weight = float(found[2] or 1)
        if weight > best_weight:
            best, best_weight = found[1], weight
    return best
