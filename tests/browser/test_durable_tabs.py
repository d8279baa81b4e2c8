"""One thread in several tabs, and in several browsers: all show the same turn, and all may act on it."""

import asyncio
import time
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.durable import TURN, Model, OpenRequests, durable_site, event_names, markup, reloaded
from tests.browser.host import Events, chat_site, said, spoken
from tests.browser.pages import answers, browsing, composer, ended, say, visiting
from tests.http.serving import listening
from tests.server.durable import memory_server
from turnstream.types import ThreadMetadata, UserMessageItem

TOKENS = ["Once ", "upon ", "a ", "time"]
BUSY = "409"

# As a tab behind another one: Chromium without a window keeps every page visible.
HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


async def another_tab(page: Page) -> Page:
    tab = await page.context.new_page()
    await tab.goto(page.url)
    await tab.wait_for_function("seen.some(({ name }) => name === 'thread.load.end')")
    return tab


async def visit(context: BrowserContext, address: str = "/") -> Page:
    page = await context.new_page()
    await page.goto(address)
    return page


async def all_alike(*pages: Page) -> None:
    """Every page shows the same turns, or soon does: what one has seen another may still be about to show."""
    give_up_at = time.monotonic() + PATIENCE_MS / 1000
    while True:
        first, *others = [await markup(page.locator(".turns")) for page in pages]
        if all(other == first for other in others):
            return
        assert time.monotonic() < give_up_at, f"{first}\n\nis not\n\n{others}"
        await pages[0].wait_for_timeout(100)


async def test_a_second_tab_shows_the_running_turn_live_and_ends_with_it(chromium: Browser) -> None:
    model = Model(TOKENS)
    async with visiting(chromium, durable_site(memory_server(model.respond))) as page:
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        tab = await another_tab(page)
        await expect(answers(tab)).to_have_text("Once")
        await expect(tab.get_by_role("button", name="Stop")).to_be_visible()
        await model.say(3)
        await expect(answers(tab)).to_have_text("Once upon a")
        await expect(answers(page)).to_have_text("Once upon a")
        await model.say()
        await asyncio.gather(ended(page), ended(tab))
        assert await event_names(page, *TURN) == await event_names(tab, *TURN) == TURN
        await all_alike(page, tab)
        await say(tab, "again")
        await ended(tab, 2)
        await expect(answers(page)).to_have_count(2)  # it may have been over before this tab looked
        await all_alike(page, tab)
        assert model.calls == 2


async def test_a_turn_that_begins_in_one_tab_appears_in_an_open_other_one(chromium: Browser) -> None:
    model = Model(TOKENS)
    async with visiting(chromium, durable_site(memory_server(model.respond))) as page:
        await model.say()
        await say(page, "first")
        await ended(page)
        tab = await another_tab(page)
        await model.say(2)
        await say(page, "second")
        await expect(answers(tab).last).to_have_text("Once upon")
        await composer(tab).fill("while it runs")
        await composer(tab).press("Enter")
        await expect(composer(tab)).to_have_value("while it runs")
        await tab.get_by_role("button", name="Stop").click()
        await asyncio.gather(ended(page, 2), ended(tab))
        for each in (page, tab):
            await expect(answers(each).last).to_have_text("Once upon")
            await expect(each.get_by_text("Stopped", exact=True)).to_be_visible()
        await all_alike(page, tab)
        await model.say()
        await composer(tab).press("Enter")
        await ended(tab, 2)
        await expect(page.get_by_role("article", name="You").last).to_have_text("while it runs")


async def test_a_message_in_a_thread_that_is_busy_elsewhere_is_kept(chromium: Browser) -> None:
    model = Model(TOKENS)
    async with (
        listening(durable_site(memory_server(model.respond))) as url,
        browsing(chromium, url) as one,
        browsing(chromium, url, errors=[BUSY]) as other,
    ):
        page = await visit(one)
        await model.say()
        await say(page, "first")
        await ended(page)
        elsewhere = await visit(other, page.url)
        await expect(answers(elsewhere)).to_have_count(1)
        await model.say(2)
        await say(page, "second")
        await expect(answers(page).last).to_have_text("Once upon")
        await say(elsewhere, "third, from elsewhere")
        await expect(answers(elsewhere).last).to_have_text("Once upon")
        await expect(composer(elsewhere)).to_have_value("third, from elsewhere")
        await expect(elsewhere.get_by_role("article", name="You").last).to_have_text("second")
        await elsewhere.get_by_role("button", name="Stop").click()
        await asyncio.gather(ended(page, 2), ended(elsewhere, 2))
        await all_alike(page, elsewhere)
        await model.say()
        await composer(elsewhere).press("Enter")
        await ended(elsewhere, 3)
        await expect(elsewhere.get_by_role("article", name="You").last).to_have_text("third, from elsewhere")


async def test_a_browser_that_hears_of_nothing_looks_when_it_is_seen_or_loaded_again(
    chromium: Browser,
) -> None:
    model = Model(TOKENS)
    async with (
        listening(durable_site(memory_server(model.respond))) as url,
        browsing(chromium, url) as one,
        browsing(chromium, url) as other,
    ):
        page = await visit(one)
        await model.say()
        await say(page, "first")
        await ended(page)
        elsewhere = await visit(other, page.url)
        await expect(answers(elsewhere)).to_have_count(1)
        await elsewhere.evaluate(HIDE, True)
        await model.say(2)
        await say(page, "second")
        await expect(answers(page).last).to_have_text("Once upon")
        await expect(answers(elsewhere)).to_have_count(1)
        await elsewhere.evaluate(HIDE, False)
        await expect(answers(elsewhere).last).to_have_text("Once upon")
        await reloaded(elsewhere)
        await expect(answers(elsewhere).last).to_have_text("Once upon")
        await model.say()
        await asyncio.gather(ended(page, 2), ended(elsewhere))
        await all_alike(page, elsewhere)
        await elsewhere.evaluate(HIDE, True)
        await say(page, "third")
        await ended(page, 3)
        await elsewhere.evaluate(HIDE, False)
        await expect(answers(elsewhere)).to_have_count(3)
        await all_alike(page, elsewhere)


async def test_idle_tabs_hold_no_connection_and_eight_tabs_are_all_usable(chromium: Browser) -> None:
    """HTTP/1.1 gives six connections per origin, for all tabs together."""

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield said(thread, f"You said: {spoken(item)}")

    requests = OpenRequests(chat_site(memory_server(respond)))
    async with visiting(chromium, requests) as page:
        tabs = [page, *[await visit(page.context) for _ in range(7)]]
        for n, tab in enumerate(tabs):
            await say(tab, f"from tab {n}")
            await ended(tab)
            await expect(answers(tab)).to_have_text(f"You said: from tab {n}")
        await requests.until(0)
        await asyncio.gather(*(say(tab, "all at once") for tab in tabs))
        await asyncio.gather(*(ended(tab, 2) for tab in tabs))
        await requests.until(0)
        before = requests.total
        for tab in tabs:
            await tab.evaluate(HIDE, True)
        await page.evaluate("fetch('/chatkit/health')")
        assert requests.total == before + 1


async def test_hidden_tabs_that_only_watch_leave_the_connections_to_the_others(chromium: Browser) -> None:
    model = Model(TOKENS)
    requests = OpenRequests(durable_site(memory_server(model.respond)))
    async with visiting(chromium, requests) as page:
        await page.context.clock.install()
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        watching: list[Page] = []
        for _ in range(7):
            tab = await another_tab(page)
            await expect(answers(tab)).to_have_text("Once")
            await requests.until(2)
            await tab.evaluate(HIDE, True)
            await tab.clock.fast_forward(31_000)
            await requests.until(1)
            watching.append(tab)
        await model.say(3)
        await expect(answers(page)).to_have_text("Once upon a")
        await watching[3].evaluate(HIDE, False)
        await expect(answers(watching[3])).to_have_text("Once upon a")
        await model.say()
        await ended(page)
        for tab in watching:
            await tab.evaluate(HIDE, False)
            await ended(tab)
        await all_alike(page, *watching)
        await requests.until(0)


async def test_a_page_that_one_goes_back_to_shows_the_turn_as_it_is_by_then(chromium: Browser) -> None:
    model = Model(TOKENS)
    async with visiting(chromium, durable_site(memory_server(model.respond))) as page:
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        await page.goto("/chatkit/health")
        await model.say(3)
        await page.go_back()
        await expect(answers(page)).to_have_text("Once upon a")
        await page.go_forward()
        await page.go_back()
        await expect(answers(page)).to_have_text("Once upon a")
        await model.say()
        await expect(answers(page)).to_have_text("Once upon a time")
        await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        await say(page, "again")
        await expect(answers(page)).to_have_count(2)


async def test_eight_tabs_that_are_opened_at_once_on_a_running_turn_leave_room(chromium: Browser) -> None:
    """As a browser does that restores its tabs: one is seen, and may do anything at once or soon."""
    model = Model(TOKENS)
    requests = OpenRequests(durable_site(memory_server(model.respond)))
    async with visiting(chromium, requests) as page:
        await say(page, "a story")
        await model.say(1)
        await expect(answers(page)).to_have_text("Once")
        address = page.url
        await page.goto("about:blank")
        await requests.until(0)
        await page.context.add_init_script("""
          if (!location.search) Object.defineProperty(document, 'hidden', { configurable: true,
            get: () => true });
        """)
        await page.context.clock.install()
        hidden = [await page.context.new_page() for _ in range(7)]
        seen = page
        loads = [asyncio.create_task(tab.goto(address, wait_until="commit")) for tab in hidden]
        await asyncio.gather(*loads)
        await seen.goto(address.replace("/#", "/?seen#"), wait_until="commit")
        # On a slow machine the first tabs have let go again before the last one is there.
        await requests.until_once(6)
        for tab in hidden:
            await tab.clock.fast_forward(31_000)
        await expect(answers(seen)).to_have_text("Once")
        await model.say(3)
        await expect(answers(seen)).to_have_text("Once upon a")
        await seen.get_by_role("button", name="Stop").click()
        await ended(seen)
        await say(seen, "again")
        await model.say()
        await ended(seen, 2)
        await expect(answers(seen)).to_have_count(2)
