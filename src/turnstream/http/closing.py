"""A refusal after which the connection ends, while the client may still be sending."""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

__all__ = ["ClosingResponse"]

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
