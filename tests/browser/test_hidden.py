"""A chat that is hidden, shown, and made narrower: nothing is kept that was measured where nothing can be."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.host import ELEMENT, LOAD_ELEMENT, SET_OPTIONS, Events, chat_site, html_route, said, spoken
from tests.browser.pages import answers, composer, ended, say, visiting
from tests.server.app import ScriptedServer
from turnstream.types import ThreadMetadata, UserMessageItem

LINES = "\n".join(f"line {number}" for number in range(4))
LONG = "A paragraph of the answer.\n\n" * 40

# How the chat is hidden, and how it is shown and hidden again.
HIDDEN: dict[str, tuple[str, str, str]] = {
    "parent": ('<div id="box" hidden>CHAT</div>', "box.hidden = false", "box.hidden = true"),
    "dialog": ('<dialog id="box">CHAT</dialog>', "box.showModal()", "box.close()"),
    "popover": ('<div id="box" popover>CHAT</div>', "box.showPopover()", "box.hidePopover()"),
    "details": (
        '<details id="box"><summary>Help</summary>CHAT</details>',
        "box.open = true",
        "box.open = false",
    ),
    "no width": (
        '<div id="box" style="width: 0; overflow: hidden">CHAT</div>',
        "box.style.width = '400px'",
        "box.style.width = 0",
    ),
}
STYLE = "body { margin: 0 } openai-chatkit { height: 500px; min-width: 0 } dialog, [popover] { width: 400px }"


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, LONG if spoken(item) == "long" else "Short")


def site(box: str) -> Any:
    app = chat_site(ScriptedServer(respond), loads_element=False)
    app.router.routes[-1] = html_route(box.replace("CHAT", ELEMENT) + LOAD_ELEMENT, SET_OPTIONS % "{}", STYLE)
    return app


async def shows_whole_draft(page: Page, lines: int) -> None:
    """Wait until the field is as high as so many lines at least, and cuts none."""
    await page.wait_for_function(
        """([field, lines]) => field.clientHeight >= lines * 20 && field.scrollHeight <= field.clientHeight +
          1""",
        arg=[await composer(page).element_handle(), lines],
    )


def earlier_pages(requests: list[str]) -> int:
    return len([body for body in requests if "items.list" in body and '"after"' in body])


@pytest.mark.parametrize("how", HIDDEN)
async def test_a_chat_that_is_hidden_at_first_is_whole_when_it_is_shown(chromium: Browser, how: str) -> None:
    box, show, hide = HIDDEN[how]
    async with visiting(chromium, site(box)) as page:
        await page.evaluate("text => chat.setComposerValue({ text })", LINES)
        await page.evaluate(show)
        await shows_whole_draft(page, 4)
        await page.evaluate(hide)
        await page.evaluate("chat.setComposerValue({ text: 'one' })")
        await page.evaluate(show)
        await shows_whole_draft(page, 1)
        field = await composer(page).element_handle()
        await page.wait_for_function("field => field.clientHeight > 0 && field.clientHeight < 60", arg=field)


async def test_a_field_follows_the_width_of_its_chat(chromium: Browser) -> None:
    async with visiting(chromium, site('<div id="box" style="width: 800px">CHAT</div>')) as page:
        await composer(page).fill("words that fill a line of the field, " * 3)
        await shows_whole_draft(page, 1)
        await page.evaluate("box.style.width = '260px'")
        await shows_whole_draft(page, 4)


async def test_an_answer_in_a_closed_chat_is_read_from_its_beginning_when_it_opens(chromium: Browser) -> None:
    async with visiting(chromium, site('<div id="box">CHAT</div>')) as page:
        await say(page, "short")
        await ended(page)
        await page.evaluate("box.hidden = true; chat.sendUserMessage({ text: 'long' })")
        await ended(page, 2)
        await page.evaluate("box.hidden = false")
        await page.wait_for_function("""() => {
          const { top, height } = deep('.scroller')[0].getBoundingClientRect();
          const place = deep('article[aria-label=You]').at(-1).getBoundingClientRect().top - top;
          return height > 0 && place >= 0 && place < 40;
        }""")


async def test_a_hidden_chat_keeps_the_place_of_its_reader_and_loads_nothing(chromium: Browser) -> None:
    async with visiting(chromium, site('<div id="box">CHAT</div>')) as page:
        for times in range(1, 13):
            await say(page, "long")
            await ended(page, times)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.post_data or ""))
        await page.reload()
        await expect(answers(page)).to_have_count(0)
        await page.evaluate("chat.showHistory()")
        await page.locator("nav.history .thread-open").click()
        await expect(answers(page).last).to_be_visible()
        scroller = page.get_by_role("region", name="Conversation")
        await scroller.evaluate("node => { node.scrollTop = node.scrollHeight / 2; }")
        await scroller.evaluate(
            "node => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        place = await scroller.evaluate("node => node.scrollTop")
        before = earlier_pages(requests)
        await page.evaluate("box.hidden = true")
        for frame_title in "one", "two":
            await page.evaluate(
                "title => chat.setOptions({ api: { url: '/chatkit' }, frameTitle: title })", frame_title
            )
            await page.evaluate(
                "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
        await page.evaluate("box.hidden = false")
        await page.wait_for_function(
            "([node, place]) => Math.abs(node.scrollTop - place) < 2",
            arg=[await scroller.element_handle(), place],
        )
        assert earlier_pages(requests) == before
