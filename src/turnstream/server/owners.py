"""Refuses requests whose context has an empty owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from turnstream.errors import RequestError
from turnstream.redaction import logger_of

if TYPE_CHECKING:
    from turnstream.server.base import ChatKitServer

__all__ = ["check_owner"]

logger = logger_of("turnstream.server")

NOBODY = (
    "A request was refused because its context has the owner %r: all people with such an owner would share "
    "threads. "
    "If nobody is signed in, return None from authenticate(); otherwise return the person's id."
)


def check_owner(server: ChatKitServer[Any], context: Any) -> None:
    """Return if a context has an owner, or needs none: that of an app without users, or of a store that
    cannot tell.

    Raises:
        RequestError: 401, the owner is empty, blank, or no text that a store can keep; the log says what to
            do.
    """
    if context is None:
        return
    try:
        owner = server.owner_of(context)
    except ValueError:  # U+0000 or a lone surrogate, which came from the client
        raise _unauthorized() from None
    if isinstance(owner, str) and _is_blank(owner):
        logger.error(NOBODY, owner)
        raise _unauthorized()


def _is_blank(owner: str) -> bool:
    """Whether nothing of it can be seen; `isprintable` is false for invisible characters and all spaces but
    one.
    """
    return not any(character.isprintable() and character != " " for character in owner)


def _unauthorized() -> RequestError:
    return RequestError("Sign in to use this chat.", code="unauthorized", status=401)
