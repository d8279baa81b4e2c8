"""The demo in a browser: its threads, their titles, and what survives a reload."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, Response, expect
from starlette.applications import Starlette

from tests.browser.pages import answers, composer, ended, events, say, visiting
from turnstream.demos.app import create_demo


def demo(data: Path) -> Starlette:
    return create_demo(data, token_delay_s=0, reading_s=0)


def title(page: Page, text: str) -> Locator:
    return page.get_by_role("heading", name=text, exact=True)


def chats(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Chats")


def listed(page: Page, text: str) -> Locator:
    return chats(page).get_by_role("button", name=text, exact=True)


async def show_chats(page: Page) -> None:
    await page.get_by_role("button", name="Show chats").click()


async def act(page: Page, thread: str, action: str) -> None:
    """Pick `action` from the menu of a listed thread."""
    await page.get_by_role("button", name=f"More actions for this chat: {thread}").click()
    await page.get_by_role("menuitem", name=action).click()


async def test_a_reload_shows_the_same_thread(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "feed her")
        await ended(page)
        answer = await answers(page).inner_text()
        await page.reload()
        await expect(answers(page)).to_have_text(answer)
        await expect(page.get_by_role("article", name="You")).to_have_text("feed her")
        await expect(title(page, "A snack in the garden")).to_be_visible()
        assert await events(page, "effect", "response.start") == []


async def test_a_made_title_appears_in_header_and_history_without_a_reload(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await show_chats(page)
        await expect(page.get_by_text("No chats yet")).to_be_visible()
        # On this width the list lies over the chat, which goes on behind it.
        await page.evaluate("document.getElementById('chat').sendUserMessage({ text: 'feed her' })")
        await ended(page)
        await expect(listed(page, "A snack in the garden")).to_be_visible()
        await chats(page).get_by_role("button", name="Close chats").click()
        await expect(title(page, "A snack in the garden")).to_be_visible()


async def test_the_history_opens_another_thread_and_a_new_chat_begins_empty(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "feed her")
        await ended(page)
        await page.get_by_role("button", name="New chat").click()
        await expect(title(page, "What should we do with her today?")).to_be_visible()
        await expect(answers(page)).to_have_count(0)
        await say(page, "play with her now")
        await ended(page, 2)
        await show_chats(page)
        await expect(listed(page, "Games on the lawn")).to_have_attribute("aria-current", "true")
        await listed(page, "A snack in the garden").click()
        await expect(answers(page)).to_contain_text("the whole apple")
        await expect(chats(page)).to_have_count(0)
        changes = [event["detail"]["threadId"] for event in await events(page, "thread.change")]
        assert [changes[0] is None, changes[1], changes[-1]] == [False, None, changes[0]]
        await page.reload()
        await expect(answers(page)).to_contain_text("the whole apple")


async def test_a_thread_is_renamed_in_the_list_the_header_and_the_store(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "feed her")
        await ended(page)
        await show_chats(page)
        await act(page, "A snack in the garden", "Rename")
        await page.get_by_role("textbox", name="New title").fill("Lunch <b>at</b> noon")
        await page.keyboard.press("Enter")
        await expect(listed(page, "Lunch <b>at</b> noon")).to_be_visible()
        await expect(title(page, "Lunch <b>at</b> noon")).to_be_attached()
        await page.reload()
        await expect(title(page, "Lunch <b>at</b> noon")).to_be_visible()


async def test_a_deleted_thread_can_be_taken_back_and_is_gone_after_that(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "feed her")
        await ended(page)
        await show_chats(page)
        await act(page, "A snack in the garden", "Delete")
        await expect(listed(page, "A snack in the garden")).to_have_count(0)
        await page.get_by_role("button", name="Undo: A snack in the garden").click()
        await expect(listed(page, "A snack in the garden")).to_be_visible()
        await act(page, "A snack in the garden", "Delete")
        async with page.expect_response(is_deletion):
            await chats(page).get_by_role("button", name="Close chats").click()
        await expect(title(page, "What should we do with her today?")).to_be_visible()
        await page.reload()
        await show_chats(page)
        await expect(page.get_by_text("No chats yet")).to_be_visible()
        await expect(composer(page)).to_be_enabled()


@pytest.mark.parametrize("closes", [True, False], ids=["after the list was closed", "while the list is open"])
async def test_a_page_that_is_left_takes_no_deletion_back(
    chromium: Browser, tmp_path: Path, closes: bool
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "feed her")
        await ended(page)
        await show_chats(page)
        await act(page, "A snack in the garden", "Delete")
        await expect(listed(page, "A snack in the garden")).to_have_count(0)
        if closes:
            await chats(page).get_by_role("button", name="Close chats").click()
        url = page.url
        await page.goto("about:blank")
        while await threads_of(page, url):  # noqa: ASYNC110 - the server tells nobody that it is done
            await asyncio.sleep(0.1)


def is_deletion(response: Response) -> bool:
    return '"threads.delete"' in (response.request.post_data or "")


async def threads_of(page: Page, url: str) -> list[Any]:
    """Return the threads of the page's visitor."""
    answer = await page.request.post(f"{url}chatkit", data={"type": "threads.list", "params": {"limit": 20}})
    assert answer.ok, await answer.text()
    return (await answer.json())["data"]
