"""A page of an app with a strict content security policy, and an ear for what breaks it."""

import asyncio
from typing import Any

from playwright.async_api import BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.browser.conftest import PATIENCE_MS
from tests.browser.host import ELEMENT, LOAD_ELEMENT, SET_OPTIONS
from tests.server.app import OWNER, Respond, ScriptedServer
from turnstream.http import create_app
from turnstream.server import ChatKitServer

__all__ = ["POLICY", "ended", "listen", "strict_site", "until", "violations"]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html",
    )
)

PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Host</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/host.css">
<body>
<main>{ELEMENT}</main>{LOAD_ELEMENT}
<script type="module" src="/host.js"></script>
"""

STYLE = "html, body, main { height: 100%; margin: 0 }"

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="8"/></svg>'

LISTEN = """
globalThis.violations = [];
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample, sourceFile,
  lineNumber }) =>
  violations.push(`${violatedDirective} ${blockedURI} ${sample} ${sourceFile}:${lineNumber}`), true);
"""


def strict_site(
    respond: Respond | ChatKitServer[Any],
    options: str = "{}",
    *,
    script: str = "",
    policy: str | None = POLICY,
) -> Starlette:
    """Return an app like `chat_site`, whose page has its script and style in files and is served under
    `policy`.

    `script` runs after `setOptions`. The app has a picture of its own at `/picture.svg`.
    """
    server = ScriptedServer(respond) if callable(respond) else respond
    app = create_app(server, authenticate=lambda request: OWNER)
    headers = {} if policy is None else {"content-security-policy": policy}
    files = (
        ("/", PAGE, "text/html"),
        ("/host.css", STYLE, "text/css"),
        ("/host.js", SET_OPTIONS % options + script, "text/javascript"),
        ("/picture.svg", PICTURE, "image/svg+xml"),
    )
    app.router.routes.extend(_file(*file, headers) for file in files)
    return app


def _file(path: str, text: str, media_type: str, headers: dict[str, str]) -> Route:
    async def answer(request: Request) -> Response:
        return Response(text, media_type=media_type, headers=headers)

    return Route(path, answer)


async def listen(context: BrowserContext) -> None:
    """Let every page that is opened from now on keep its violations, from before its first element on."""
    await context.add_init_script(LISTEN)


async def violations(page: Page) -> list[str]:
    return await page.evaluate("violations")


async def until(page: Page, condition: str, given: Any = None) -> None:
    """Wait until the JavaScript function `condition` is true of `given`, looking ten times a second.

    A look in every frame would walk through forty thousand elements sixty times a second, and under a strict
    policy `wait_for_function` evaluates a string in the page from its second look on, which is refused.
    """
    look = f"""given => new Promise((resolve) => {{
      const look = () => (({condition})(given) ? resolve() : setTimeout(look, 100));
      look();
    }})"""
    async with asyncio.timeout(PATIENCE_MS / 1e3):
        await page.evaluate(look, given)


async def ended(page: Page, times: int = 1) -> None:
    """Like `tests.browser.pages.ended`, under any policy."""
    await until(page, "times => seen.filter(({ name }) => name === 'response.end').length === times", times)
    await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
