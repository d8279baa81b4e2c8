"""The built browser element, as files."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from turnstream.http.frame import FRAME_PATH, frame_document
from turnstream.http.hosts import checked_origins
from turnstream.redaction import logger_of

__all__ = ["content_codings", "element_files"]

logger = logger_of("turnstream.http")

FOLDER = Path(__file__).parent / "static"
CHUNKS = "/chunks/"
SUFFIXES = {"br": ".br", "gzip": ".gz"}
"""The suffixes of the compressed files that `element/build.mjs` writes, smallest first."""

HEADERS = {
    # A sandboxed frame has the origin `null`, and a module is always fetched by CORS.
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "vary": "Accept-Encoding",
    "x-content-type-options": "nosniff",
}


def element_files(*, allowed_origins: Sequence[str] = ()) -> ASGIApp:
    """Return an ASGI app that serves `chatkit.js` and what it loads, to mount in an app with a route of its
    own.

        app.mount("/assets/chat", element_files())

    The page then loads `/assets/chat/chatkit.js`. Scripts are sent compressed, with an ETag for each
    encoding; `chatkit.js` is checked for changes at each load, and its chunks, which bear their content's
    hash, never are. `create_app` serves these files already. They are the same for everyone and set no
    cookie: a shared cache, such as a CDN, may keep them.

    `frame.html` is the document around the frames of widgets. Pages of the files' own origin may show it, and
    those of `allowed_origins`, such as `https://app.example`.

    Raises:
        ValueError: an origin is invalid.
    """
    ancestors = checked_origins(allowed_origins)
    if not (FOLDER / "chatkit.js").is_file():
        logger.warning("The browser element is not built, so chatkit.js is missing: run `make build`.")
    if not FOLDER.is_dir():
        return PlainTextResponse("The element is not built: run `make build`.", 404)
    files = StaticFiles(directory=FOLDER)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        if path == FRAME_PATH and scope["method"] in {"GET", "HEAD"}:
            query = scope["query_string"].decode("latin-1")
            return await frame_document(query, ancestors)(scope, receive, send)
        response = await _smallest(files, scope)
        caching = "public, max-age=31536000, immutable" if CHUNKS in scope["path"] else "no-cache"
        response.headers.update({**HEADERS, "cache-control": caching})
        return await response(scope, receive, send)

    return serve


async def _smallest(files: StaticFiles, scope: Scope) -> Response:
    """Return the file in the client's preferred encoding of those that were built."""
    path = files.get_path(scope)
    for coding in content_codings(Request(scope).headers.getlist("accept-encoding")):
        try:
            response = await files.get_response(path + SUFFIXES[coding], scope)
        except HTTPException as exc:
            if exc.status_code != 404:
                raise
        else:
            response.headers["content-encoding"] = coding
            return response
    return await files.get_response(path, scope)


def content_codings(accepted: Iterable[str]) -> list[str]:
    """Return those of `SUFFIXES` that `Accept-Encoding` prefers, best first (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for member in ",".join(accepted).lower().split(","):
        name, _, parameter = member.partition(";")
        weights[name.strip().removeprefix("x-")] = _weight(parameter)
    rest = weights.get("*", 0.0)
    plain = weights.get("identity", 0.0)
    offered = [coding for coding in SUFFIXES if weights.get(coding, rest) > 0]
    return sorted(
        (coding for coding in offered if weights.get(coding, rest) >= plain),
        key=lambda coding: -weights.get(coding, rest),
    )


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
