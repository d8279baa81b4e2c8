"""Pages that find their thread again after a reload, and a model that speaks when the test lets it."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from playwright.async_api import Locator, Page, expect
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.browser.conftest import PATIENCE_MS
from tests.browser.host import Events, chat_site
from tests.browser.pages import events
from tests.server.durable import Server
from turnstream.server import stream_text
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

__all__ = [
    "SCRIPT",
    "TURN",
    "Model",
    "OpenRequests",
    "durable_site",
    "event_names",
    "markup",
    "reloaded",
    "turn_over",
]

TURN = ["response.start", "response.end"]

SCRIPT = """
const keepThread = ({ detail }) => history.replaceState(null, '', `#${detail.threadId ?? ''}`);
chat.addEventListener('chatkit.thread.change', keepThread);
chat.setOptions({ api: { url: '/chatkit' }, initialThread: location.hash.slice(1) || null, ...%s });
"""


class Model:
    """Says `tokens` to every message, as far as the test has let it: `await model.say(7)` lets seven out."""

    def __init__(
        self, tokens: Sequence[str], effects: Mapping[int, Sequence[ThreadStreamEvent]] | None = None
    ) -> None:
        self.tokens = tokens
        self.effects = effects or {}
        self.calls = 0
        self._allowed = 0
        self._moved = asyncio.Condition()

    @property
    def text(self) -> str:
        return "".join(self.tokens)

    async def say(self, count: int | None = None) -> None:
        """Let out the first `count` tokens of each answer; all of them and the end if None."""
        async with self._moved:
            self._allowed = len(self.tokens) + 1 if count is None else count
            self._moved.notify_all()

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        self.calls += 1
        outlet: asyncio.Queue[ThreadStreamEvent] = asyncio.Queue()
        async for event in stream_text(thread, self._speak(outlet)):
            while not outlet.empty():
                yield outlet.get_nowait()
            yield event

    async def _speak(self, outlet: asyncio.Queue[ThreadStreamEvent]) -> AsyncIterator[str]:
        for at, token in enumerate(self.tokens):
            await self._wait(at)
            for effect in self.effects.get(at, ()):
                outlet.put_nowait(effect)
            yield token
        await self._wait(len(self.tokens))

    async def _wait(self, at: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self._allowed > at)


class OpenRequests:
    """Counts the requests that an app is answering, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.open = 0
        self.most = 0
        """The most that were open at once."""
        self.total = 0
        self._changed = asyncio.Condition()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        await self._add(1)
        try:
            await self._app(scope, receive, send)
        finally:
            await self._add(-1)

    async def until(self, count: int) -> None:
        """Wait until exactly `count` requests are open."""
        async with asyncio.timeout(PATIENCE_MS / 1000), self._changed:
            await self._changed.wait_for(lambda: self.open == count)

    async def until_once(self, count: int) -> None:
        """Wait until `count` requests have been open at once, if only for a moment."""
        async with asyncio.timeout(PATIENCE_MS / 1000), self._changed:
            await self._changed.wait_for(lambda: self.most >= count)

    async def _add(self, step: int) -> None:
        async with self._changed:
            self.open += step
            self.most = max(self.most, self.open)
            self.total += step > 0
            self._changed.notify_all()


def durable_site(server: Server, options: str = "{}") -> ASGIApp:
    """An app whose page shows the thread of its address, `/#thr_1`."""
    return chat_site(server, script=SCRIPT % options)


async def reloaded(page: Page) -> None:
    """Load the page again, and return when it shows its thread."""
    await page.reload()
    await page.wait_for_function("seen.some(({ name }) => name === 'thread.load.end')")


async def markup(part: Locator) -> str:
    """The HTML inside `part` once its code has its colours, without marks that differ from page to page."""
    await expect(part.locator('code[class^="language-"]:not(:has(span))')).to_have_count(0)
    # The page that sent the newest message keeps room below it.
    html = re.sub(r"<!--.*?-->| style=\"--room: [^\"]*\"", "", await part.inner_html())
    return re.sub(r"(<section class=\"turn[^\"]*) lead\b", r"\1", html)


async def event_names(page: Page, *wanted: str) -> list[str]:
    return [event["name"] for event in await events(page, *wanted)]


async def turn_over(server: Server, address: str) -> None:
    """Wait until no turn runs in the thread of a page's address."""
    turn = server.turns.running(address.rpartition("#")[2])
    if turn is not None:
        await turn.wait()
