"""An embedded chat takes its height from the page, never from the conversation."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from playwright.async_api import Browser, Page
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.browser.apps.parents import PARENTS, UNSIZED, parent_page
from tests.browser.host import LOAD_ELEMENT, SET_OPTIONS, Events, chat_site, page_html, said
from tests.browser.pages import composer, ended, say, visiting
from turnstream.types import ThreadMetadata, UserMessageItem

VIEWPORT: dict[str, Any] = {"viewport": {"width": 800, "height": 720}}
LISTEN = """
  globalThis.logged = [];
  chat.addEventListener('chatkit.log', ({ detail: { name } }) => name === 'request' || logged.push(name));
"""
SIZE = "[chat.offsetWidth, chat.offsetHeight]"


async def tell_a_lot(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, "A paragraph of the answer.\n\n" * 60)


def site(**markups: str) -> Any:
    """An app with a page for each name of `markups`, which has no height of its own and the chat in that
    markup.
    """
    app = chat_site(tell_a_lot, loads_element=False)

    async def page(request: Request) -> HTMLResponse:
        body = parent_page(markups[request.query_params["parent"]]) + LOAD_ELEMENT
        return HTMLResponse(page_html(LISTEN + SET_OPTIONS % "{}", body, style="body { margin: 0 }"))

    app.router.routes[-1] = Route("/", page)
    return app


@contextmanager
def naming(name: str) -> Generator[None]:
    """Add to what fails in which parent it fails."""
    try:
        yield
    except BaseException as exc:
        exc.add_note(f"in the parent {name!r}")
        raise


async def size(page: Page) -> list[int]:
    return await page.evaluate(SIZE)


async def has_composer_in_view(page: Page) -> bool:
    box = await composer(page).bounding_box()
    outer = await page.locator("openai-chatkit").bounding_box()
    assert box is not None
    assert outer is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= min(outer["y"] + outer["height"], 720)


async def grows(page: Page) -> None:
    """Check that a long answer does not change the size of the chat, nor push the composer out of sight."""
    before = await size(page)
    await say(page, "go on")
    await ended(page)
    assert await size(page) == before
    assert before[0] > 200
    assert 200 < before[1] <= 720
    assert await has_composer_in_view(page)


async def test_the_conversation_does_not_change_the_size(chromium: Browser) -> None:
    async with visiting(chromium, site(**PARENTS), path="/?parent=block", **VIEWPORT) as page:
        for name in PARENTS:
            with naming(name):
                await page.goto(f"/?parent={quote(name)}")
                await composer(page).wait_for()
                await grows(page)
                assert "no_height" not in [
                    finding["code"] for finding in await page.evaluate("chat.inspect()")
                ]


async def test_without_any_height_it_takes_one_and_says_so(chromium: Browser) -> None:
    async with visiting(chromium, site(**UNSIZED), path="/?parent=grid", **VIEWPORT) as page:
        for name in UNSIZED:
            with naming(name):
                await page.goto(f"/?parent={quote(name)}")
                await composer(page).wait_for()
                await page.wait_for_function("logged.includes('guard.no_height')")
                assert (await size(page))[1] >= 300
                await grows(page)


async def test_a_height_that_comes_later_is_taken_and_one_that_goes_is_missed(chromium: Browser) -> None:
    async with visiting(
        chromium, site(panel='<main id="panel">CHAT</main>'), path="/?parent=panel", **VIEWPORT
    ) as page:
        await page.wait_for_function("logged.includes('guard.no_height')")
        default = await size(page)
        for style, height in [
            ("height: 300px", 300),
            ("", default[1]),
            ("display: flex; height: 250px", 250),
            ("height: 0; overflow: hidden", 0),
            ("height: 400px", 400),
        ]:
            await page.evaluate("style => { panel.style.cssText = style; }", style)
            await page.wait_for_function("height => chat.offsetHeight === height", arg=height)


async def test_a_panel_that_shrinks_around_the_default_gets_its_way(chromium: Browser) -> None:
    body = '<main id="page"><h1>Title</h1><div id="panel">CHAT</div></main>'
    async with visiting(chromium, site(panel=body), path="/?parent=panel", **VIEWPORT) as page:
        await page.wait_for_function("logged.includes('guard.no_height')")
        await page.evaluate(
            "document.getElementById('page').style.cssText = 'height: 400px; display: flex; "
            "flex-direction: column';panel.style.flex = 1;"
        )
        await page.wait_for_function("document.getElementById('page').scrollHeight === 400")
        assert await has_composer_in_view(page)
