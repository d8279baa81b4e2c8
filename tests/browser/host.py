"""A page with the element on it, and beside it the server that a test scripts."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.server.app import OWNER, Respond, ScriptedServer, done
from turnstream.http import create_app
from turnstream.server import ChatKitServer
from turnstream.types import ThreadItemDoneEvent, ThreadMetadata, ThreadStreamEvent, UserMessageItem

__all__ = ["Events", "chat_site", "echo", "html_route", "said", "spoken"]

Events = AsyncIterator[ThreadStreamEvent]

ELEMENT = '<openai-chatkit id="chat"></openai-chatkit>'
SET_OPTIONS = "chat.setOptions({ api: { url: '/chatkit' }, ...%s });"


def chat_site(
    respond: Respond | ChatKitServer[Any], options: str = "{}", *, body: str = ELEMENT, script: str | None = None
) -> Starlette:
    """Return an app whose page shows the element with the JavaScript object `options`, or what `script` makes."""
    server = ScriptedServer(respond) if callable(respond) else respond
    app = create_app(server, authenticate=lambda request: OWNER)
    app.router.routes.append(html_route(body, SET_OPTIONS % options if script is None else script))
    return app


def html_route(body: str, script: str) -> Route:
    html = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Host</title>
<link rel="icon" href="data:,">
<style>html, body {{ height: 100%; margin: 0 }}</style>
<body>
{body}
<script type="module" src="/chatkit/chatkit.js"></script>
<script type="module">{script}</script>
"""

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(html)

    return Route("/", page)


def said(thread: ThreadMetadata, text: str) -> ThreadItemDoneEvent:
    """A whole answer, with an id of its own."""
    return done(thread, text, f"msg_{uuid4().hex}")


def spoken(item: UserMessageItem | None) -> str:
    """What the person said; empty when the turn continues after a client tool."""
    return "".join(part.text for part in item.content) if item is not None else ""


async def echo(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, f"You said: {spoken(item)}")
