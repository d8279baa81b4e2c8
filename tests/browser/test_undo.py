"""What a response has changed in the page is taken back and made again, with durable turns and without
them.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from tests.browser.durable import SCRIPT, reloaded
from tests.browser.host import ELEMENT, LOAD_ELEMENT, Events, chat_site, html_route, said, spoken
from tests.browser.pages import answers, ended, events, say, visiting
from tests.browser.test_announcements import LISTEN, received
from tests.browser.test_durable_tabs import another_tab
from tests.server.app import OWNER
from tests.server.durable import memory_server
from turnstream.http import element_files
from turnstream.types import ClientEffectEvent, SDKHiddenContextItem, ThreadMetadata, UserMessageItem

with warnings.catch_warnings():
    # Its widget classes warn as soon as they are subclassed, which their own module does.
    warnings.simplefilter("ignore", DeprecationWarning)
    from chatkit import types
    from chatkit.server import ChatKitServer, StreamingResult

    from bench.official_store import MemoryStore

UNDONE = ".note:not([aria-hidden])"

PAGE = """
chat.addEventListener('chatkit.effect', ({ detail: { data, undoWith } }) => {
  undoWith({ data: { color: document.body.dataset.color ?? 'white' } });
  document.body.dataset.color = data.color;
});
"""


class Painter(ChatKitServer[Any]):
    """Paints the page in each colour that the message names."""

    def __init__(self) -> None:
        super().__init__(MemoryStore())

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
        for color in input_user_message.content[0].text.split():
            yield types.ClientEffectEvent(name="paint", data={"color": color})
        content = [types.AssistantMessageContent(text="Painted.")]
        yield types.ThreadItemDoneEvent(
            item=types.AssistantMessageItem(
                id=f"msg_{uuid4().hex}", thread_id=thread.id, created_at=datetime.now(UTC), content=content
            )
        )


def site(options: str = "{}") -> Starlette:
    server = Painter()

    async def endpoint(request: Request) -> Response:
        result = await server.process(await request.body(), {})
        if isinstance(result, StreamingResult):
            return StreamingResponse(result, media_type="text/event-stream")
        return Response(result.json, media_type="application/json")

    routes = [Route("/chatkit", endpoint, methods=["POST"]), Mount("/chatkit", element_files())]
    return Starlette(routes=[*routes, html_route(ELEMENT + LOAD_ELEMENT, PAGE + SCRIPT % options)])


async def painted(page: Page, color: str) -> None:
    await expect(page.locator("body")).to_have_attribute("data-color", color)


async def test_the_newest_changes_are_undone_first_and_made_again(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        undo, redo = (page.get_by_role("button", name=f"{word} changes") for word in ("Undo", "Redo"))
        await say(page, "red green")
        await ended(page)
        await say(page, "blue")
        await ended(page, 2)
        await page.evaluate(LISTEN)
        await undo.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(UNDONE)).to_be_visible()
        await painted(page, "green")
        await expect(redo).to_be_focused()
        await undo.click()
        await expect(page.locator(UNDONE)).to_have_count(2)
        await painted(page, "white")
        await expect(undo).to_have_count(0)
        await redo.click()
        await expect(undo).to_have_count(1)
        await redo.click()
        await expect(redo).to_have_count(0)
        await painted(page, "blue")
        words = ["Changes undone", "Changes undone", "Changes redone", "Changes redone"]
        assert [word.strip() for word in await received(page)] == words
        colors = [event["detail"]["data"]["color"] for event in await events(page, "effect")]
        assert colors == ["red", "green", "blue", "green", "red", "white", "red", "green", "blue"]


async def test_a_page_undoes_and_makes_again_by_method(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        failure = "method => chat[method]().then(() => null, ({ code }) => code)"
        assert await page.evaluate(failure, "undo") == "nothing_to_undo"
        await say(page, "red")
        await ended(page)
        assert await page.evaluate(failure, "redo") == "nothing_to_undo"
        await page.evaluate("chat.undo()")
        await painted(page, "white")
        await page.evaluate("chat.redo()")
        await painted(page, "red")


async def test_what_a_page_made_final_offers_no_undo(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        undo, redo = (page.get_by_role("button", name=f"{name} changes") for name in ("Undo", "Redo"))
        for number, color in enumerate(["red", "green"], start=1):
            await say(page, color)
            await ended(page, number)
        await page.evaluate("chat.undo()")
        await expect(redo).to_be_visible()
        await page.evaluate("chat.clearUndo()")
        await expect(redo).to_have_count(0)
        await expect(undo).to_have_count(0)
        await page.reload()
        await expect(answers(page)).to_have_count(2)
        await say(page, "blue")
        await ended(page)
        await undo.click()
        await painted(page, "white")  # the page was loaded anew
        await expect(undo).to_have_count(0)


async def test_a_later_page_undoes_what_an_earlier_one_has_kept(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        await say(page, "red")
        await expect(page.get_by_role("button", name="Undo changes")).to_be_visible()
        await page.reload()
        await page.get_by_role("button", name="Undo changes").click()
        await painted(page, "white")
        await page.reload()
        await expect(page.locator(UNDONE)).to_be_visible()
        await page.get_by_role("button", name="Redo changes").click()
        await painted(page, "red")


async def test_a_page_that_never_says_how_to_undo_loads_nothing_for_it(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        loaded = "performance.getEntriesByType('resource').some(({ name }) => name.includes('extras'))"
        await expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
        assert await page.evaluate(loaded) is False
        await say(page, "red")
        await ended(page)
        await expect(page.get_by_role("button", name="Undo changes")).to_be_visible()
        assert await page.evaluate(loaded) is True


async def paint(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    for color in spoken(item).split():
        yield ClientEffectEvent(name="paint", data={"color": color}, replay="latest")
    yield said(thread, "Painted.")


async def test_a_durable_server_undoes_for_every_tab_every_later_page_and_the_model(
    chromium: Browser,
) -> None:
    server = memory_server(paint)
    async with visiting(chromium, chat_site(server, script=PAGE + SCRIPT % "{}")) as page:
        await say(page, "red green")
        await ended(page)
        other = await another_tab(page)
        await page.get_by_role("button", name="Undo changes").click()
        for tab in (page, other):
            await painted(tab, "white")
            await expect(tab.locator(UNDONE)).to_be_visible()
        await other.get_by_role("button", name="Redo changes").click()
        for tab in (page, other):
            await painted(tab, "green")
            await expect(tab.get_by_role("button", name="Undo changes")).to_be_enabled()
        await page.get_by_role("button", name="Undo changes").click()
        await expect(page.get_by_role("button", name="Redo changes")).to_be_enabled()
        await reloaded(page)
        await painted(page, "white")
        await page.get_by_role("button", name="Redo changes").click()
        for tab in (page, other):
            await painted(tab, "green")
        thread_id = page.url.rpartition("#")[2]
        stored = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
    notes = [item.content for item in stored.data if isinstance(item, SDKHiddenContextItem)]
    assert ["undid" in note for note in notes] == [True, False, True, False]


async def test_who_is_elsewhere_when_it_is_undone_stays_there(
    chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held(*_: object) -> None:
        await go.wait()

    go = asyncio.Event()
    server = memory_server(paint)
    monkeypatch.setattr(server, "handle_undo", held)
    async with visiting(chromium, chat_site(server, script=PAGE + SCRIPT % "{}")) as page:
        await say(page, "red")
        await page.get_by_role("button", name="Undo changes").press("Enter")
        await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
        await page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        elsewhere = page.get_by_role("button", name="Show chats")
        await elsewhere.focus()
        go.set()
        await expect(page.get_by_role("button", name="Redo changes")).to_be_enabled()
        await page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        await expect(elsewhere).to_be_focused()
        await page.get_by_role("button", name="Redo changes").press("Enter")
        await painted(page, "red")
        await expect(page.get_by_role("button", name="Undo changes")).to_be_focused()


async def test_an_answer_that_is_undone_and_asked_for_again_is_undone_by_itself(chromium: Browser) -> None:
    colors = iter(["red", "blue"])

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ClientEffectEvent(name="paint", data={"color": next(colors)}, replay="latest")
        yield said(thread, "Painted.")

    options = "{ threadItemActions: { retry: true } }"
    async with visiting(chromium, chat_site(memory_server(respond), script=PAGE + SCRIPT % options)) as page:
        undo, redo = (page.get_by_role("button", name=f"{word} changes") for word in ("Undo", "Redo"))
        await say(page, "Paint it")
        await undo.click()
        await expect(redo).to_be_visible()
        await page.evaluate(LISTEN)
        await page.get_by_role("button", name="Answer again").click()
        await ended(page, 3)
        await painted(page, "blue")
        await expect(answers(page)).to_have_count(1)
        await expect(redo).to_have_count(0)
        assert not [words for words in await received(page) if "Changes" in words]
        await reloaded(page)
        await undo.click()
        await painted(page, "white")
        await redo.click()
        await painted(page, "blue")
        await expect(undo).to_be_visible()
        shown = [event["detail"]["data"]["color"] for event in await events(page, "effect")]
        assert shown == ["blue", "white", "blue"]
