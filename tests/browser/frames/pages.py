"""A page with a strict policy, whose chat shows frames."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser.host import Events
from tests.browser.pages import browsing, say
from tests.browser.strict import POLICY, ended, listen, strict_site, until
from tests.http.serving import listening
from tests.server.app import ScriptedServer
from turnstream.server import stream_widget
from turnstream.types import LockedStatus, ThreadMetadata, UserMessageItem
from turnstream.widgets import Card, Frame, WidgetRoot

__all__ = [
    "CONSENT",
    "FRAMES",
    "INPUT",
    "RESULT",
    "asked",
    "asking",
    "changes",
    "logged",
    "press",
    "seen",
    "showing",
    "view",
    "weather",
]

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


def shows(widget: WidgetRoot, *, is_locked: bool = False) -> ScriptedServer:
    """A server that answers with a widget, and then may lock the thread."""

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        async for event in stream_widget(thread, widget):
            yield event
        if is_locked:
            thread.status = LockedStatus(reason="Under review")

    return ScriptedServer(respond)


def changes(states: asyncio.Queue[Frame | None]) -> ScriptedServer:
    """A server that answers with a card, whose frame is each of these in turn, until there is None."""

    async def cards() -> AsyncGenerator[WidgetRoot]:
        while (frame := await states.get()) is not None:
            yield Card(children=[frame])

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        async for event in stream_widget(thread, cards()):
            yield event

    return ScriptedServer(respond)


@asynccontextmanager
async def asking(
    chromium: Browser,
    server: ScriptedServer,
    *,
    frames: str | None = CONSENT,
    policy: str = FRAMES,
    persist: bool = False,
    also: Sequence[str] = (),
    **options: Any,
) -> AsyncGenerator[Page]:
    """Yield a page that has sent a message; `frames` is the option `widgets.frames`, if any."""
    widgets = "" if frames is None else f"widgets: {{ frames: {frames} }}"
    app = strict_site(server, f"{{ persist: {str(persist).lower()}, {widgets} }}", policy=policy)
    async with listening(app) as url, browsing(chromium, url, *also, **options) as context:
        await listen(context)
        await context.add_init_script("globalThis.asked = []")
        page = await context.new_page()
        await page.goto("/")
        await say(page, "The weather?")
        yield page


@asynccontextmanager
async def showing(
    chromium: Browser, widget: WidgetRoot, *, is_locked: bool = False, **options: Any
) -> AsyncGenerator[Page]:
    """Yield a page whose message was answered with a widget."""
    async with asking(chromium, shows(widget, is_locked=is_locked), **options) as page:
        await ended(page)
        yield page


def view(page: Page, title: str = "Weather in Lisbon") -> FrameLocator:
    return page.frame_locator(f'iframe[title="{title}"]').frame_locator("iframe")


async def seen(page: Page, name: str, times: int = 1) -> list[Any]:
    """What the view was sent under `name`, as it shows it."""
    lines = view(page).locator(f'[data-name="{name}"]')
    await expect(lines).to_have_count(times)
    return [json.loads(text) for text in await lines.all_inner_texts()]


async def asked(page: Page, times: int) -> list[Any]:
    await until(page, "times => asked.length >= times", times)
    return await page.evaluate("asked")


async def press(page: Page, name: str) -> None:
    await view(page).get_by_role("button", name=name, exact=True).click()


async def logged(page: Page, name: str) -> list[str]:
    """The messages of `chatkit.log` under this name, of which there is at least one."""
    find = "name => seen.filter((one) => one.name === 'log' && one.detail.name === name)"
    await until(page, f"name => ({find})(name).length > 0", name)
    return [each["detail"]["data"]["message"] for each in await page.evaluate(find, name)]
