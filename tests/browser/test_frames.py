"""MCP Apps in frames, on a page with a strict policy: what they learn, may ask, and cannot do."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.browser.frames import resource
from tests.browser.host import Events
from tests.browser.pages import browsing, ended, say
from tests.browser.strict import POLICY, listen, strict_site, until, violations
from tests.http.serving import listening
from tests.server.app import ScriptedServer
from turnstream.server import stream_widget
from turnstream.types import ThreadMetadata, UserMessageItem
from turnstream.widgets import Card, Frame

FRAMES = f"{POLICY}; frame-src 'self'"
INPUT = {"city": "Lisbon", "unit": None}
RESULT = {"content": [{"type": "text", "text": "21 °C"}], "structuredContent": {"hours": [19, None, 21]}}

CONSENT = """{
  callTool: async (call, frame) => {
    asked.push(['call', call, frame]);
    if (call.name === 'save') return { content: [] };
    return { content: [{ type: 'text', text: '24 °C' }], structuredContent: { now: 24 } };
  },
  openLink: (url, frame) => void asked.push(['link', url, frame.tool]),
  message: (content, frame) => void asked.push(['message', content, frame.uri]),
}"""


def weather(read: dict[str, Any], **fields: Any) -> Frame:
    call: dict[str, Any] = {"tool": "get_weather", "input": INPUT, "result": RESULT}
    return Frame.from_resource(read, title="Weather in Lisbon", **{**call, **fields})


def shows(*widgets: Any) -> ScriptedServer:
    """A server that answers the first message with the first widget, and so on."""
    left = list(widgets)

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        async for event in stream_widget(thread, left.pop(0)):
            yield event

    return ScriptedServer(respond)


@asynccontextmanager
async def showing(
    chromium: Browser, *widgets: Any, frames: str | None = CONSENT, **options: Any
) -> AsyncGenerator[tuple[BrowserContext, Page]]:
    """Yield a page whose first message was answered with a widget; `frames` is the option, if any."""
    widgets_option = "{}" if frames is None else f"{{ widgets: {{ frames: {frames} }} }}"
    # Handlers name it before the script that follows `setOptions` could make it.
    server = shows(*widgets)
    app = strict_site(server, widgets_option.replace("asked.", "(globalThis.asked ??= [])."), policy=FRAMES)
    async with listening(app) as url, browsing(chromium, url, **options) as context:
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        await say(page, "The weather?")
        await ended(page)
        yield context, page


def view(page: Page, title: str = "Weather in Lisbon") -> FrameLocator:
    return page.frame_locator(f'iframe[title="{title}"]').frame_locator("iframe")


async def seen(page: Page, name: str, times: int = 1) -> list[Any]:
    """What the view was sent under `name`, as it is shown in the view."""
    out = view(page).locator("#out")
    await expect(out).to_contain_text(f'"{name}":')
    for _ in range(600):
        found = json.loads(await out.inner_text()).get(name, [])
        if len(found) >= times:
            return found
        await page.wait_for_timeout(50)
    raise AssertionError(f"{name} was not seen {times} times: {await out.inner_text()}")


async def asked(page: Page, times: int) -> list[Any]:
    await until(page, "times => (globalThis.asked ?? []).length >= times", times)
    return await page.evaluate("asked")


async def test_a_view_learns_its_place_and_its_call(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())])) as (_, page):
        [context] = await seen(page, "context")
        assert {name: context[name] for name in ("theme", "locale", "displayMode", "platform")} == {
            "theme": "light",
            "locale": "en-US",
            "displayMode": "inline",
            "platform": "web",
        }
        assert context["toolInfo"]["tool"]["name"] == "get_weather"
        box = await page.locator("iframe").bounding_box()
        assert box is not None
        assert context["containerDimensions"] == {"width": box["width"], "maxHeight": 640}
        assert await seen(page, "input") == [INPUT]
        assert await seen(page, "result") == [RESULT]
        assert await violations(page) == []
