"""Links whose words hide where they lead, or that could carry words out, are named and open when the person
says so.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from anyio import sleep_forever
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.browser.host import Events, chat_site, said
from tests.browser.pages import answers, browsing, ended, say, visiting
from tests.http.serving import listening
from turnstream.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    URLSource,
    UserMessageItem,
)

SECRET = "what-was-said-" * 20
ANSWER = f"""[Plain](https://plain.example/a), [bank.example](https://evil.example/login), [More](https://evil.example/?q={SECRET}),
[Homograph](https://bаnk.example/) and <https://bank.example@evil.example>."""


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, ANSWER)
    source = URLSource(
        title="https://bank.example/rates", url="https://evil.example/rates", attribution="Bank"
    )
    content = AssistantMessageContent(text="Rates are low.", annotations=[Annotation(source=source, index=5)])
    made: dict[str, Any] = {"id": "msg_source", "thread_id": thread.id, "created_at": thread.created_at}
    yield ThreadItemDoneEvent(item=AssistantMessageItem(**made, content=[content]))


class Visit:
    """A page with the answer, and what it asked other hosts for."""

    def __init__(self, page: Page, opened: list[str]) -> None:
        self.page = page
        self.opened = opened
        self.dialog = page.get_by_role("dialog")

    def link(self, name: str) -> Locator:
        return answers(self.page).get_by_role("link", name=name)

    async def press(self, button: str) -> None:
        await self.dialog.get_by_role("button", name=button).click()
        await expect(self.dialog).to_have_count(0)


@asynccontextmanager
async def answered(chromium: Browser) -> AsyncGenerator[Visit]:
    opened: list[str] = []

    async def note(route: Route) -> None:
        opened.append(route.request.url)
        await route.fulfill(body="There", content_type="text/plain")

    async with listening(chat_site(respond)) as url, browsing(chromium, url) as context:
        await context.route(lambda address: ".example" in address, note)
        page = await context.new_page()
        await page.goto("/")
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_count(2)
        await expect(answers(page).first).to_contain_text("bank.example (evil.example)")
        yield Visit(page, opened)


async def test_a_plain_link_opens_at_once(chromium: Browser) -> None:
    async with answered(chromium) as visit:
        async with visit.page.expect_popup() as popup:
            await visit.link("Plain").click()
        assert (await popup.value).url == "https://plain.example/a"
        await expect(visit.link("Plain")).to_have_attribute("title", "plain.example")
        await expect(visit.link("Plain")).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(
    ("name", "reason", "target"),
    [
        ("bank.example (evil.example)", "names bank.example", "evil.example"),
        ("More", "may contain text", "evil.example"),
        ("Homograph", "look like another", "xn--bnk-6cd.example"),
        ("https://bank.example@evil.example", "look like another", "evil.example"),
    ],
)
async def test_a_doubtful_link_says_where_it_leads_and_asks(
    chromium: Browser, name: str, reason: str, target: str
) -> None:
    async with answered(chromium) as visit:
        link = visit.link(name)
        await link.click()
        await expect(visit.dialog).to_have_accessible_name("Open this link?")
        await expect(visit.dialog).to_contain_text(reason)
        await expect(visit.dialog.locator(".link-target")).to_have_text(target)
        await expect(visit.dialog.get_by_role("group")).to_have_text(await link.evaluate("link => link.href"))
        await expect(visit.dialog.get_by_role("button", name="Cancel")).to_be_focused()
        await visit.press("Cancel")
        await expect(link).to_be_focused()
        assert visit.opened == []
        await link.click()
        async with visit.page.expect_popup() as popup:
            await visit.press("Open")
        assert (await popup.value).url == await link.evaluate("link => link.href")
        assert await (await popup.value).evaluate("[opener, document.referrer]") == [None, ""]


async def test_no_way_to_open_a_doubtful_link_passes_the_question_by(chromium: Browser) -> None:
    async with answered(chromium) as visit:
        link = visit.link("bank.example (evil.example)")
        for way in ("click", "middle", "Control", "Shift", "Enter", "drag"):
            match way:
                case "click":
                    await link.click()
                case "middle":
                    await link.click(button="middle")
                case "Control" | "Shift":
                    await link.click(modifiers=[way])
                case "Enter":
                    await link.press("Enter")
                case _:
                    await link.drag_to(answers(visit.page).last)
            await expect(visit.dialog, way).to_be_visible()
            await visit.page.keyboard.press("Escape")
            await expect(visit.dialog).to_have_count(0)
        assert visit.opened == []
        assert len(visit.page.context.pages) == 1


async def test_a_link_asks_again_at_once_after_the_question_was_closed(chromium: Browser) -> None:
    async with answered(chromium) as visit:
        link = visit.link("More")
        await link.click()
        # The browser fires `close` later.
        await visit.dialog.evaluate("""(dialog) => {
          dialog.close();
          const links = [...dialog.getRootNode().querySelectorAll('article a')];
          links.find(({ textContent }) => textContent === 'More').click();
        }""")
        await expect(visit.dialog).to_contain_text("may contain text")
        await expect(visit.dialog).to_have_accessible_name("Open this link?")
        await visit.press("Cancel")
        await expect(visit.dialog).to_have_count(0)


async def test_sources_and_their_marks_ask_too(chromium: Browser) -> None:
    async with answered(chromium) as visit:
        await visit.link("1").click()
        await expect(visit.dialog).to_contain_text("names bank.example")
        await visit.press("Cancel")
        await visit.page.get_by_text("1 source").click()
        source = visit.link("rates Bank")
        await source.hover()
        await expect(visit.page.get_by_role("tooltip")).to_contain_text("Bank · evil.example")
        await source.click()
        await expect(visit.dialog.locator(".link-target")).to_have_text("evil.example")
        await visit.press("Cancel")
        assert visit.opened == []


async def test_escape_closes_the_question_and_leaves_the_answer_running(chromium: Browser) -> None:
    async def endless(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, ANSWER)
        await sleep_forever()

    async with visiting(chromium, chat_site(endless)) as page:
        await say(page, "hi")
        await answers(page).get_by_role("link", name="More").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
        await page.get_by_role("button", name="Stop", exact=True).click()
        await ended(page)
