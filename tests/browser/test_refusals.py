"""What becomes of a message that the server will never take: it is in the field again, with the reason in
words.
"""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.host import Events, chat_site, said, spoken
from tests.browser.pages import answers, composer, ended, say, visiting
from tests.browser.test_announcements import LISTEN, received
from tests.server.app import ScriptedServer
from turnstream.types import ThreadMetadata, UserMessageItem

PROMPTS = "{ locale: 'de', startScreen: { prompts: [{ label: 'Los', prompt: 'go on' }] } }"
WORDS = {
    403: "Dazu sind Sie nicht berechtigt.",
    404: "Der Server hat diese Unterhaltung nicht gefunden.",
    413: "Die Nachricht ist zu groß.",
    422: "Der Server hat die Anfrage abgelehnt.",
}


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, f"You said: {spoken(item)[:40]}")


async def refuse(page: Page, status: int) -> None:
    """Let the server refuse each message from here on."""

    async def answer(route: Route) -> None:
        if '"threads.' in (route.request.post_data or "") and "input" in (route.request.post_data or ""):
            body = {"error": {"code": "invalid_request", "message": "thread thr_1: no"}}
            await route.fulfill(status=status, json=body)
        else:
            await route.continue_()

    await page.route("**/chatkit", answer)


@pytest.mark.parametrize("status", WORDS)
async def test_the_text_comes_back_and_nothing_offers_a_retry(chromium: Browser, status: int) -> None:
    site = chat_site(ScriptedServer(respond), PROMPTS)
    async with visiting(chromium, site, errors=[f"status of {status}"]) as page:
        field = page.locator("textarea#message")
        await field.fill("eins")
        await field.press("Enter")
        await ended(page)
        await refuse(page, status)
        await page.evaluate(LISTEN)
        await field.fill("zwei Worte")
        await field.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text(WORDS[status])
        await expect(field).to_have_value("zwei Worte")
        await expect(page.get_by_text("thr_1")).to_have_count(0)
        await expect(page.get_by_role("button", name="Wiederholen")).to_have_count(0)
        assert not [words for words in await received(page) if "vollständig" in words]
        again = page.get_by_role("alert").get_by_role("button")
        await expect(again).to_have_count(1 if status == 404 else 0)
        if status == 404:
            await page.unroute_all()
            await again.click()
            await expect(field).to_have_value("zwei Worte")
            await field.press("Enter")
            await expect(page.get_by_text("You said: zwei Worte")).to_be_visible()


async def test_a_prompt_that_is_refused_is_in_the_field(chromium: Browser) -> None:
    async with visiting(
        chromium, chat_site(ScriptedServer(respond), PROMPTS), errors=["status of 403"]
    ) as page:
        await refuse(page, 403)
        await page.get_by_role("button", name="Los").click()
        await expect(page.get_by_role("alert")).to_contain_text(WORDS[403])
        await expect(page.locator("textarea#message")).to_have_value("go on")


async def test_what_is_too_long_is_not_sent(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(ScriptedServer(respond))) as page:
        sent: list[str] = []
        page.on(
            "request",
            lambda request: sent.append(request.post_data or "") if request.method == "POST" else None,
        )
        await say(page, "é" * 140_000)
        await expect(page.get_by_role("alert")).to_contain_text("The message is too large.")
        assert len(await composer(page).input_value()) == 140_000
        assert [body for body in sent if "threads.create" in body] == []
        await say(page, "short")
        await expect(answers(page)).to_have_text(["You said: short"])
