"""A chat on a page of another origin, in frames, and where cookies are blocked: a conversation goes on."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Frame, Page, expect
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from tests.browser.host import echo, page_html
from tests.browser.pages import browsing, say
from tests.http.serving import SECRET, listening
from tests.server.app import ScriptedServer
from turnstream.http import create_app

BLOCK_COOKIES = """Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false });
Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError') } });"""

SEEN = "async (wanted) => (await chat.inspect()).some(({ code }) => code === wanted)"


class PageApp(Starlette):
    """A server of one page, which a test writes when it knows the addresses."""

    def __init__(self, body: str = "") -> None:
        super().__init__(routes=[Route("/", self._page)])
        self.body = body

    async def _page(self, request: Request) -> HTMLResponse:
        return HTMLResponse(self.body)


def chat_page(server: str) -> str:
    """A page with the chat of the server at that address."""
    load = f'<script type="module" src="{server}/chatkit/chatkit.js"></script>'
    script = f"chat.setOptions({{ api: {{ url: '{server}/chatkit' }} }});"
    return page_html(script, f'<openai-chatkit id="chat"></openai-chatkit>{load}')


def server_app(page: str = "", **options: Any) -> Starlette:
    """A server for anonymous visitors, with a page of its own."""
    app = create_app(ScriptedServer(echo), cookie_secret=SECRET, **options)
    app.router.routes.append(Mount("/", PageApp(page)))
    return app


async def converse(page: Page | Frame) -> None:
    """Send two messages; the second one finds the thread of the first."""
    for text in ("one", "two"):
        field = page.get_by_role("textbox", name="Message", exact=True)
        await field.fill(text)
        await field.press("Enter")
        await expect(page.get_by_text(f"You said: {text}")).to_be_visible()
    await expect(page.get_by_text("You said: one")).to_be_visible()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["same site", "cross site"])
async def test_an_anonymous_visitor_of_another_origin_goes_on(chromium: Browser, host: str) -> None:
    site = PageApp()
    async with listening(site) as other:
        origin = other.replace("127.0.0.1", host)
        async with (
            listening(server_app(allowed_origins=[origin])) as url,
            browsing(chromium, origin, url) as context,
        ):
            site.body = chat_page(url)
            page = await context.new_page()
            await page.goto(origin)
            await converse(page)
            await page.reload()
            await page.evaluate("chat.showHistory()")
            await expect(page.get_by_role("navigation", name="Chats").get_by_role("listitem")).to_have_count(
                1
            )


async def test_a_session_of_the_apps_own_is_sent_to_an_allowed_origin(chromium: Browser) -> None:
    seen: list[str | None] = []

    def authenticate(request: Request) -> str | None:
        seen.append(request.cookies.get("session"))
        return request.cookies.get("session")

    site = PageApp()
    async with listening(site) as origin:
        app = create_app(ScriptedServer(echo), authenticate=authenticate, allowed_origins=[origin])
        async with listening(app) as url, browsing(chromium, origin, url) as context:
            await context.add_cookies([{"name": "session", "value": "ada", "url": url}])
            site.body = chat_page(url)
            page = await context.new_page()
            await page.goto(origin)
            await converse(page)
    assert set(seen) == {"ada"}


async def test_a_server_that_lets_everyone_in_without_cookies_is_reached(chromium: Browser) -> None:
    official = create_app(ScriptedServer(echo), authenticate=lambda request: "everyone")

    async def open_to_all(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {
                **scope,
                "headers": [
                    pair for pair in scope["headers"] if pair[0] not in {b"origin", b"sec-fetch-site"}
                ],
            }
        await official(scope, receive, send)

    app = CORSMiddleware(open_to_all, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    refused = ["Access-Control-Allow-Credentials|Access-Control-Allow-Origin", "net::ERR_FAILED"]
    site = PageApp()
    async with (
        listening(site) as origin,
        listening(app) as url,
        browsing(chromium, origin, url, errors=refused) as context,
    ):
        site.body = chat_page(url)
        page = await context.new_page()
        await page.goto(origin)
        await converse(page)


async def test_a_frame_on_a_page_of_another_site_goes_on(chromium: Browser) -> None:
    async with listening(server_app(chat_page(""))) as url:
        host = PageApp(f'<iframe title="Chat" src="{url}/" style="width: 400px; height: 600px"></iframe>')
        async with listening(host) as other:
            top = other.replace("127.0.0.1", "localhost")
            async with browsing(chromium, top, url) as context:
                page = await context.new_page()
                await page.goto(top)
                frame = page.frames[1]
                await converse(frame)


def sandboxed(page: str) -> str:
    """A page with that page in a frame that has no origin."""
    source = page.replace("&", "&amp;").replace('"', "&quot;")
    return (
        f'<iframe title="Chat" sandbox="allow-scripts" srcdoc="{source}" width="400" height="600"></iframe>'
    )


async def test_a_sandboxed_frame_goes_on_where_the_origin_null_is_allowed(chromium: Browser) -> None:
    site = PageApp()
    async with listening(site) as top, listening(server_app(allowed_origins=["null"])) as url:
        site.body = sandboxed(chat_page(url))
        async with browsing(chromium, top, url) as context:
            page = await context.new_page()
            await page.goto(top)
            await converse(page.frames[1])


async def test_a_sandboxed_frame_is_told_what_it_lacks(chromium: Browser) -> None:
    site = PageApp()
    async with listening(site) as top, listening(server_app()) as url:
        site.body = sandboxed(chat_page(url))
        async with browsing(chromium, top, url, errors=["CORS", "ERR_FAILED"]) as context:
            page = await context.new_page()
            await page.goto(top)
            frame = page.frames[1]
            await frame.get_by_role("textbox", name="Message", exact=True).fill("one")
            await frame.get_by_role("textbox", name="Message", exact=True).press("Enter")
            await frame.wait_for_function(
                "async () => (await chat.inspect()).some((one) => one.code === 'origin_refused')"
            )
            found = await frame.evaluate("chat.inspect()")
    (refused,) = [finding["message"] for finding in found if finding["code"] == "origin_refused"]
    assert 'allowed_origins=["null"]' in refused
    assert "allow-same-origin" in refused


async def test_where_cookies_are_blocked_the_conversation_goes_on(chromium: Browser) -> None:
    async with listening(server_app(chat_page(""))) as url, browsing(chromium, url) as context:

        async def without_cookies(route: Any) -> None:
            headers = {name: value for name, value in route.request.headers.items() if name != "cookie"}
            await route.continue_(headers=headers)

        await context.route(f"{url}/chatkit**", without_cookies)
        await context.add_init_script(BLOCK_COOKIES)
        page = await context.new_page()
        await page.goto(url)
        await converse(page)


async def test_where_the_cookie_is_enough_no_key_is_made(chromium: Browser) -> None:
    async with listening(server_app(chat_page(""))) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto(url)
        async with page.expect_request(f"{url}/chatkit") as request:
            await say(page, "one")
        assert "turnstream-visitor" not in (await (await request.value).all_headers())
        assert "visitor" not in json.dumps(await page.evaluate("Object.keys(localStorage)"))
