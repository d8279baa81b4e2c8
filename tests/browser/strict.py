"""A page of an app with a strict content security policy, and an ear for what breaks it."""

from typing import Any

from playwright.async_api import BrowserContext, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.browser.host import ELEMENT, LOAD_ELEMENT, SET_OPTIONS
from tests.server.app import OWNER, Respond, ScriptedServer
from turnstream.http import create_app
from turnstream.server import ChatKitServer

__all__ = ["POLICY", "listen", "strict_site", "violations"]

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
{ELEMENT}{LOAD_ELEMENT}
<script type="module" src="/host.js"></script>
"""

STYLE = "html, body { height: 100%; margin: 0 }"

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="8"/></svg>'

LISTEN = """
globalThis.violations = [];
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample, sourceFile, lineNumber }) =>
  violations.push(`${violatedDirective} ${blockedURI} ${sample} ${sourceFile}:${lineNumber}`), true);
"""


def strict_site(
    respond: Respond | ChatKitServer[Any], options: str = "{}", *, script: str = "", policy: str | None = POLICY
) -> Starlette:
    """Return an app like `chat_site`, whose page has its script and style in files and is served under `policy`.

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
