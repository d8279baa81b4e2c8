"""Refuses requests: those whose context has an empty owner, and those for which a store fails."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from turnstream.errors import RequestError, RequestNotFoundError
from turnstream.redaction import logger_of
from turnstream.store import NotFoundError, StorageError, StorageFullError

__all__ = ["check_owner", "refusing"]

logger = logger_of("turnstream.server")

NOBODY = (
    "A request was refused because its context has the owner %r: all people with such an owner would share "
    "threads. If nobody is signed in, return None from authenticate(); otherwise return the person's id."
)


def check_owner(owner_of: Callable[[Any], str | None], context: Any) -> None:
    """Return if a context has an owner, or needs none, as in an app without users.

    Raises:
        RequestError: 401: the owner is blank, or no text that a store can keep; the log says what to do.
    """
    if context is None:
        return
    try:
        owner = owner_of(context)
    except ValueError:  # U+0000 or a lone surrogate, which came from the client
        raise _unauthorized() from None
    if isinstance(owner, str) and _is_blank(owner):
        logger.error(NOBODY, owner)
        raise _unauthorized()


@contextmanager
def refusing(operation: str) -> Generator[None]:
    """Turn what a store raises into a refusal of the request."""
    try:
        yield
    except RequestError:
        raise
    except NotFoundError as exc:
        raise RequestNotFoundError(str(exc), kind=exc.kind, missing_id=exc.missing_id) from exc
    except StorageFullError as exc:
        logger.error("the storage is full: %s failed", operation, exc_info=exc)
        raise RequestError("The server's storage is full.", code="storage_full", status=507) from exc
    except StorageError as exc:
        logger.error("the storage failed at %s", operation, exc_info=exc)
        raise RequestError(
            "The server cannot reach its storage.", code="storage_unavailable", status=503
        ) from exc


def _is_blank(owner: str) -> bool:
    """Whether nothing of it can be seen: `isprintable` is true for visible characters and the space."""
    return not any(character.isprintable() and character != " " for character in owner)


def _unauthorized() -> RequestError:
    return RequestError("Sign in to use this chat.", code="unauthorized", status=401)
