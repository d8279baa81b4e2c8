"""What a screen reader is told of a turn: its beginning, its questions and its end, never its words as they
come.
"""

import asyncio
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.durable import durable_site
from tests.browser.host import Events, chat_site
from tests.browser.pages import answers, ended, say, visiting
from tests.server.app import added, delta
from tests.server.durable import Server, memory_server
from turnstream.types import ErrorEvent, ProgressUpdateEvent, ThreadMetadata, UserMessageItem

# Every change of a live region, wherever it stands: its words then, or those of what is added with a role of
# its own.
LISTEN = """(() => {
  globalThis.told = [];
  const LIVE = '[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])';
  const hear = (changes) => {
    const regions = changes.flatMap(({ target, addedNodes }) => [
      (target instanceof Element ? target : target.parentElement)?.closest(LIVE),
      ...[...addedNodes].filter((node) => node instanceof Element)
        .flatMap((node) => [node.closest(LIVE), ...node.querySelectorAll(LIVE)]),
    ]);
    for (const region of new Set(regions)) if (region?.textContent.trim())
      told.push(region.textContent.trim());
  };
  const changes = { childList: true, characterData: true, subtree: true };
  const watch = (root) => new MutationObserver(hear).observe(root, changes);
  for (const root of [document, ...deep('*').flatMap(({ shadowRoot }) => shadowRoot ?? [])]) watch(root);
})()"""

BEGINS = "The assistant is answering."


async def received(page: Page) -> list[str]:
    return await page.evaluate("told")


class Working:
    """A turn with progress, a tool that the person is asked about, and two hundred pieces of text."""

    def __init__(self) -> None:
        self.server: Server = memory_server(self.respond)

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for at in range(5):
            yield ProgressUpdateEvent(text=f"Looking into row {at}…", icon="search")
            await asyncio.sleep(0)
        await self.server.call_client("delete_row", {"row": 3}, confirm="Delete row 3?")
        yield added(thread)
        for at in range(200):
            yield delta(f"word{at} ")
            await asyncio.sleep(0.002)  # Over many frames, not in one.


async def test_a_long_turn_is_three_announcements_and_no_token_is_read_out(chromium: Browser) -> None:
    options = "{ onClientTool: () => ({ deleted: true }) }"
    async with visiting(chromium, durable_site(Working().server, options)) as page:
        await page.evaluate(LISTEN)
        await say(page, "go")
        await page.get_by_role("button", name="Allow").click()
        await ended(page)
        await expect(answers(page)).to_contain_text("word199")
        assert await received(page) == [BEGINS, "Delete row 3?", "The answer is complete."]


async def test_an_answer_that_is_stopped_says_so_once(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Once upon")
        await asyncio.Event().wait()

    async with visiting(chromium, chat_site(respond)) as page:
        await page.evaluate(LISTEN)
        await say(page, "a story")
        await expect(answers(page)).to_have_text("Once upon")
        await page.keyboard.press("Escape")
        await ended(page)
        assert await received(page) == [BEGINS, "The answer was stopped."]


async def test_an_error_is_read_out_once_in_its_own_words(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        yield delta("Once upon")
        yield ErrorEvent(message="Out of words", allow_retry=True)

    async with visiting(chromium, chat_site(respond)) as page:
        await page.evaluate(LISTEN)
        await say(page, "a story")
        await ended(page)
        await expect(page.get_by_role("group", name="Something went wrong")).to_be_visible()
        assert await received(page) == [BEGINS, "Out of words"]
