"""Refusals, and how the connection ends behind one while the client may still be sending."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from turnstream.errors import RequestError

__all__ = ["JSON_HEADERS", "ClosingResponse", "refusal", "refused_by_router"]

JSON_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

RETRY_AFTER_S = "1"

UNREAD = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
"""The statuses of a request whose body is not read to its end."""

WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}

LINGER_S = 2.0
"""How long what the client still sends is taken in and dropped."""


class ClosingResponse:
    """Sends a response, then ends the connection: the rest of the request is neither kept nor read as the
    next one.

    A connection that is closed on bytes that nobody has read is reset, and a reset may overtake the answer on
    its way. So the answer goes out whole, and the rest is dropped for two seconds before the close.
    """

    def __init__(self, response: Response) -> None:
        self._response = response

    @property
    def headers(self) -> MutableHeaders:
        return self._response.headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._response
        if scope["http_version"].startswith("1"):
            response.headers["connection"] = "close"
        await send(
            {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        )
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        try:
            async with asyncio.timeout(LINGER_S):
                while (await receive()).get("more_body", False):
                    pass
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b""})


def refusal(
    error: RequestError, headers: Mapping[str, str], *, is_unread: bool = False
) -> Response | ClosingResponse:
    """Return the answer to a request that is refused. With `is_unread`, its body was not read to the end."""
    response: Response = JSONResponse(error.to_body(), error.status)
    if error.status in WITHOUT_BODY:
        response = Response(status_code=error.status)
    own = {name.lower(): value for name, value in error.headers.items()}
    response.headers.update({**_retry_after(error), **headers, **own})
    return ClosingResponse(response) if is_unread or error.status in UNREAD else response


def _retry_after(error: RequestError) -> dict[str, str]:
    return {"retry-after": RETRY_AFTER_S} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else {}


async def refused_by_router(request: Request, exc: Exception) -> Response:
    """What the router refuses, such as a GET of the endpoint, in the form of every other refusal."""
    status, headers = (exc.status_code, exc.headers or {}) if isinstance(exc, HTTPException) else (500, {})
    phrase = HTTPStatus(status).phrase
    # Not `not_found`: that is a thread or an item, and the element would say that the conversation is gone.
    code = "no_route" if status == HTTPStatus.NOT_FOUND else phrase.lower().replace(" ", "_")
    error = RequestError(
        f"{request.method} {request.scope['path'][:200]}: {phrase}.", code=code, status=status
    )
    return JSONResponse(error.to_body(), status, headers={**JSON_HEADERS, **headers})
