"""What the element loads, and when: text chat is one module, everything else comes when it is shown."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Request, Route, expect

from tests.browser.host import Events, chat_site, echo, said, spoken
from tests.browser.pages import answers, browsing, composer, ended, events, say, visiting
from tests.http.serving import listening
from turnstream.types import ThreadMetadata, UserMessageItem


def watch(page: Page) -> list[str]:
    """The names of the scripts that the page loads, without their hashes."""
    loaded: list[str] = []

    def note(request: Request) -> None:
        found = re.search(r"/chatkit/(?:chunks/)?([\w-]+?)(?:-[\w-]{8})?\.js$", request.url)
        if found is not None:
            loaded.append(found[1])

    page.on("request", note)
    return loaded


async def formulas(thread: ThreadMetadata, item: UserMessageItem | None, context: object) -> Events:
    yield said(thread, {"code": "```python\nprint(1)\n```", "math": "So $a^2 + b^2 = c^2$."}[spoken(item)])


async def test_text_chat_is_one_module(chromium: Browser) -> None:
    async with listening(chat_site(echo)) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        loaded = watch(page)
        await page.goto("/")
        await say(page, "**Hello** there")
        await ended(page)
        await expect(answers(page)).to_contain_text("You said: Hello there")
        assert loaded == ["chatkit"]
        await page.get_by_role("button", name="Show chats").click()
        await expect(page.get_by_role("navigation").get_by_role("listitem")).to_have_count(1)
    assert set(loaded[1:]) == {"extras", "drawings"}


async def test_colours_and_formulas_come_with_the_first_that_is_shown(chromium: Browser) -> None:
    async with listening(chat_site(formulas)) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        loaded = watch(page)
        await page.goto("/")
        await say(page, "code")
        await ended(page)
        await expect(answers(page).locator(".hljs-built_in")).to_have_text("print")
        assert "highlight" in loaded
        assert "math" not in loaded
        await say(page, "math")
        await ended(page, 2)
        await expect(answers(page).locator("math")).to_be_visible()
        assert loaded.count("highlight") == loaded.count("math") == 1


async def test_a_part_that_cannot_be_had_is_told_and_comes_later(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(echo), errors=["ERR_FAILED"]) as page:
        await page.clock.install()
        await page.route("**/chunks/extras-*", lambda route: route.abort())
        await expect(composer(page)).to_be_visible()
        await page.get_by_role("button", name="Show chats").click()
        await page.wait_for_function(
            "seen.some(({ name, detail }) => name === 'log' && detail.name === 'part.failed')"
        )
        received = [event["detail"]["data"]["part"] for event in await events(page, "log")]
        assert received == ["extras"]
        await page.unroute("**/chunks/extras-*")
        await say(page, "Hello")
        await ended(page)
        await page.clock.fast_forward(3_100)  # As long as a part is not asked for again.
        await say(page, "Hello again")
        await ended(page, 2)
        await expect(page.get_by_role("navigation").get_by_role("listitem")).to_have_count(1)


@pytest.mark.parametrize("width", [400, 1100])
async def test_a_button_that_is_pressed_while_the_list_arrives_does_what_it_says(
    chromium: Browser, width: int
) -> None:
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
    async with visiting(chromium, chat_site(echo), viewport={"width": width, "height": 700}) as page:
        await page.route("**/chunks/extras-*", lambda route: held.set_result(route))
        await page.get_by_role("button", name="Show chats").click()
        close = page.get_by_role("navigation", name="Chats").get_by_role("button", name="Close chats")
        await close.hover()
        place = await close.bounding_box()
        await page.mouse.down()
        await (await held).continue_()
        await expect(page.get_by_text("No chats yet")).to_be_visible()
        assert await close.bounding_box() == place
        await page.mouse.up()
        await expect(close).to_have_count(0)
