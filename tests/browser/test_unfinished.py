"""A turn that was stopped or failed says so while it is there: after the next message, a reload, in another
tab.
"""

import asyncio
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.durable import SCRIPT, reloaded
from tests.browser.host import Events, chat_site, said, spoken
from tests.browser.pages import answers, browsing, ended, say
from tests.browser.test_durable_tabs import another_tab
from tests.http.serving import listening
from tests.server.app import added, delta
from turnstream.errors import CustomStreamError
from turnstream.types import ThreadMetadata, UserMessageItem

BUSY = "The model is busy."


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    if spoken(item) == "fail":
        raise CustomStreamError(BUSY, allow_retry=True)
    if spoken(item) == "stop":
        yield added(thread)
        yield delta("Half a sentence")
        await asyncio.Event().wait()
    yield said(thread, f"You said: {spoken(item)}")


async def explains(page: Page) -> None:
    """Each of the two turns has its own words, and only what is last could be answered again."""
    stopped, failed = page.locator(".turn").nth(0), page.locator(".turn").nth(1)
    await expect(stopped.get_by_text("Half a sentence")).to_be_visible()
    await expect(stopped.get_by_text("Stopped", exact=True)).to_be_visible()
    await expect(failed.get_by_text(BUSY)).to_be_visible()
    await expect(page.get_by_role("button", name="Retry")).to_have_count(0)


async def test_a_half_sentence_is_explained_later_too(chromium: Browser) -> None:
    async with listening(chat_site(respond, script=SCRIPT % "{}")) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto("/")
        await say(page, "stop")
        await expect(answers(page)).to_have_text("Half a sentence")
        await page.get_by_role("button", name="Stop", exact=True).click()
        await ended(page)
        await say(page, "fail")
        await ended(page, 2)
        await expect(page.get_by_role("button", name="Retry")).to_be_visible()
        await say(page, "go on")
        await ended(page, 3)
        await explains(page)
        await reloaded(page)
        await explains(page)
        await explains(await another_tab(page))
