"""What a response has changed in the page is taken back and made again. The server is one without durable turns."""

import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route

from tests.browser.durable import SCRIPT
from tests.browser.host import ELEMENT, LOAD_ELEMENT, html_route
from tests.browser.pages import ended, events, say, visiting
from tests.browser.test_announcements import LISTEN, told
from turnstream.http.element import element_files

with warnings.catch_warnings():
    # Its widget classes warn as soon as they are subclassed, which their own module does.
    warnings.simplefilter("ignore", DeprecationWarning)
    from chatkit import types
    from chatkit.server import ChatKitServer, StreamingResult

    from bench.official_store import MemoryStore

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

    routes = [Route("/chatkit", endpoint, methods=["POST"]), Mount("/chatkit", element_files(None))]
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
        await expect(page.get_by_text("Changes undone").first).to_be_visible()
        await painted(page, "green")
        await expect(redo).to_be_focused()
        await undo.click()
        await expect(page.locator(".turn-foot").get_by_text("Changes undone")).to_have_count(2)
        await painted(page, "white")
        await expect(undo).to_have_count(0)
        await redo.click()
        await redo.click()
        await expect(redo).to_have_count(0)
        await painted(page, "blue")
        words = ["Changes undone", "Changes undone", "Changes made again", "Changes made again"]
        assert [word.strip() for word in await told(page)] == words
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


async def test_a_later_page_undoes_what_an_earlier_one_has_kept(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        await say(page, "red")
        await expect(page.get_by_role("button", name="Undo changes")).to_be_visible()
        await page.reload()
        await page.get_by_role("button", name="Undo changes").click()
        await painted(page, "white")
        await page.reload()
        await expect(page.get_by_text("Changes undone")).to_be_visible()
        await page.get_by_role("button", name="Redo changes").click()
        await painted(page, "red")


async def test_a_page_that_never_says_how_to_undo_loads_nothing_for_it(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        loaded = "performance.getEntriesByType('resource').some(({ name }) => name.includes('host_page'))"
        await expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
        assert await page.evaluate(loaded) is False
        await say(page, "red")
        await ended(page)
        await expect(page.get_by_role("button", name="Undo changes")).to_be_visible()
        assert await page.evaluate(loaded) is True
