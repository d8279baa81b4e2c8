"""The built browser element, as files."""

import logging
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from turnstream.http.visitors import Visitors

__all__ = ["element_files"]

logger = logging.getLogger("turnstream.http")

FOLDER = Path(__file__).parent / "static"
CHUNKS = "/chunks/"


def element_files(visitors: Visitors | None) -> ASGIApp:
    """Serve the element's files: the script is checked for changes at each load, its chunks bear their content's hash.

    A browser gets its visitor cookie with the script, before its first request: two requests at once, each
    without a cookie, would make two visitors of one.
    """
    if not (FOLDER / "chatkit.js").is_file():
        logger.warning("The browser element is not built, chatkit.js will be missing: run `make build`.")
    files: ASGIApp = StaticFiles(directory=FOLDER, check_dir=False) if FOLDER.is_dir() else _no_files

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        cookie = None if visitors is None or CHUNKS in scope["path"] else visitors.identify(Request(scope))[1]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_chunk = CHUNKS in scope["path"]
                headers["cache-control"] = "public, max-age=31536000, immutable" if is_chunk else "no-cache"
                headers["x-content-type-options"] = "nosniff"
                if cookie is not None:
                    headers.append("set-cookie", cookie)
            await send(message)

        await files(scope, receive, send_with_headers)

    return serve


async def _no_files(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("The element is not built: run `make build`.", 404)(scope, receive, send)
