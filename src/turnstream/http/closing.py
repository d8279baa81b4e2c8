"""Refusals, and how the connection ends behind one while the client may still be sending."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from turnstream.errors import RequestError

__all__ = ["ClosingResponse", "refusal"]

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
