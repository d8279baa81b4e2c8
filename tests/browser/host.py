"""A page with the element on it, and beside it the server that a test scripts."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tests.server.app import OWNER, Respond, ScriptedServer, done
from turnstream.http import create_app
from turnstream.server import ChatKitServer
from turnstream.store import Store
from turnstream.types import (
    ClientToolCallItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

__all__ = [
    "LOAD_ELEMENT",
    "SET_OPTIONS",
    "Events",
    "chat_site",
    "echo",
    "html_route",
    "page_html",
    "react_site",
    "said",
    "spoken",
    "tool_output",
]

Events = AsyncIterator[ThreadStreamEvent]

ELEMENT = '<openai-chatkit id="chat"></openai-chatkit>'
LOAD_ELEMENT = '<script type="module" src="/chatkit/chatkit.js"></script>'
FULL_HEIGHT = "html, body { height: 100%; margin: 0 }"
SET_OPTIONS = "chat.setOptions({ api: { url: '/chatkit' }, ...%s });"


def chat_site(
    respond: Respond | ChatKitServer[Any],
    options: str = "{}",
    *,
    body: str = ELEMENT,
    script: str | None = None,
    loads_element: bool = True,
) -> Starlette:
    """Return an app whose page shows the element with the JavaScript object `options`, or what `script`
    makes.
    """
    server = ScriptedServer(respond) if callable(respond) else respond
    app = create_app(server, authenticate=lambda request: OWNER)
    load = LOAD_ELEMENT if loads_element else ""
    app.router.routes.append(html_route(body + load, SET_OPTIONS % options if script is None else script))
    return app


def react_site(
    server: ChatKitServer[Any], bundle: Path, script: str, *, loads_element: bool = True
) -> Starlette:
    """Like `chat_site`, with the React apps of `bundle` at `/react`; `script` starts one of them."""
    app = chat_site(server, body='<div id="root"></div>', script=script, loads_element=loads_element)
    app.router.routes.insert(0, Mount("/react", StaticFiles(directory=bundle)))
    return app


def html_route(body: str, script: str, style: str = FULL_HEIGHT) -> Route:
    """The route `/`, with a page of `body` and the module `script`."""
    html = page_html(script, body, style)

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(html)

    return Route("/", page)


def page_html(script: str, body: str = ELEMENT + LOAD_ELEMENT, style: str = FULL_HEIGHT) -> str:
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Host</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<body>
{body}
<script type="module">{script}</script>
"""


def said(thread: ThreadMetadata, text: str) -> ThreadItemDoneEvent:
    """A whole answer, with an id of its own."""
    return done(thread, text, f"msg_{uuid4().hex}")


def spoken(item: UserMessageItem | None) -> str:
    """What the person said; empty when the turn continues after a client tool."""
    return "".join(part.text for part in item.content) if item is not None else ""


async def tool_output(store: Store[Any], thread_id: str) -> Any:
    """What the page answered to the last client tool call of a thread."""
    page = await store.load_thread_items(thread_id, None, 20, "desc", context=OWNER)
    return next(item.output for item in page.data if isinstance(item, ClientToolCallItem))


async def echo(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, f"You said: {spoken(item)}")
