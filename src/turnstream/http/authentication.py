"""Calls the app's `authenticate` hook."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from turnstream.errors import RequestError

__all__ = ["Authenticate", "ask", "call_authenticate", "refused_by_app"]

OF_BODY = {"content-length", "content-type", "content-encoding", "transfer-encoding"}

Authenticate = Callable[[Request], Any | Awaitable[Any]]
"""Returns the principal of a request, or None to refuse it with 401; may raise an `HTTPException`. May be
async.

It runs on the event loop: one that is not async must not wait for a database or a network.
"""


async def call_authenticate(authenticate: Authenticate, request: Request) -> Any:
    """Return the principal that the app's hook gives.

    Raises:
        RequestError: 401, the hook returned None; or the status and headers of an `HTTPException` that the
            hook raised.
    """
    try:
        principal = await ask(authenticate, request)
    except HTTPException as exc:
        raise refused_by_app(exc) from exc
    if principal is None:
        raise RequestError("Sign in to use this chat.", code="unauthorized", status=401)
    return principal


def refused_by_app(exc: HTTPException) -> RequestError:
    """Return the refusal that an `HTTPException` of the app's code means: its status, detail and headers."""
    headers = _without_body(exc.headers or {})
    return RequestError(str(exc.detail), code="refused", status=exc.status_code, headers=headers)


async def ask(authenticate: Authenticate, request: Request) -> Any:
    """Return what the app's hook returns, and raise what it raises."""
    principal = authenticate(request)
    return await principal if inspect.isawaitable(principal) else principal


def _without_body(headers: Mapping[str, str]) -> dict[str, str]:
    """What an exception says of a body is not true of ours."""
    return {name: value for name, value in headers.items() if name.lower() not in OF_BODY}
