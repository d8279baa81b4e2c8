"""Tools that run in the page while its turn goes on: once, whatever tabs and reloads there are, and with an
end.
"""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.durable import TURN, durable_site, event_names, reloaded
from tests.browser.host import Events, said
from tests.browser.pages import answers, browsing, composer, ended, events, say, visiting
from tests.http.serving import listening
from tests.server.app import client_call
from tests.server.durable import MakeServer, Server, memory_server, sqlite_server
from turnstream.server import ClientToolError
from turnstream.types import ThreadMetadata, UserMessageItem

# Notes each run where all tabs see it, and answers when the test says `answerNow()`.
ANSWERED_LATER = """{ onClientTool: async ({ name, params }) => {
  localStorage.setItem('runs', `${localStorage.getItem('runs') ?? ''}${name} `);
  const told = await new Promise((resolve) => { globalThis.answerNow = resolve; });
  return { name, params, told: told ?? null };
} }"""

RUNS = "localStorage.getItem('runs') ?? ''"
IS_RUNNING = "globalThis.answerNow !== undefined"


class Asking:
    """Asks the page for all `names` at once, and says what it was told."""

    def __init__(self, make: MakeServer, *names: str) -> None:
        self.names = names
        self.server: Server = make(self.respond)

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        answers = await asyncio.gather(*(self._ask(name) for name in self.names))
        yield said(thread, f"Told `{json.dumps(answers)}`")

    async def _ask(self, name: str) -> Any:
        try:
            return await self.server.call_client(name, {"of": name})
        except ClientToolError as error:
            return f"{error.code}: {error}"


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


async def another_tab(page: Page, context: BrowserContext | None = None) -> Page:
    tab = await (context or page.context).new_page()
    await tab.goto(page.url)
    await expect(tab.get_by_role("button", name="Stop")).to_be_visible()
    return tab


async def test_a_tool_runs_once_over_all_tabs(chromium: Browser, make: MakeServer) -> None:
    asking = Asking(make, "look")
    async with visiting(chromium, durable_site(asking.server, ANSWERED_LATER)) as page:
        await say(page, "hi")
        await page.wait_for_function(IS_RUNNING)
        tab = await another_tab(page)
        await reloaded(tab)
        await expect(tab.get_by_role("button", name="Stop")).to_be_visible()
        await page.evaluate("answerNow('seen')")
        await asyncio.gather(ended(page), ended(tab))
        for each in (page, tab):
            await expect(answers(each)).to_contain_text(
                'Told [{"name": "look", "params": {"of": "look"}, "told": "seen"}]'
            )
            assert await event_names(each, *TURN, "error") == TURN
        assert await page.evaluate(RUNS) == "look "


async def test_a_tool_runs_once_over_two_browsers(chromium: Browser) -> None:
    asking = Asking(memory_server, "look")
    async with (
        listening(durable_site(asking.server, ANSWERED_LATER)) as url,
        browsing(chromium, url) as one,
        browsing(chromium, url) as other,
    ):
        page = await one.new_page()
        await page.goto("/")
        await say(page, "hi")
        await page.wait_for_function(IS_RUNNING)
        elsewhere = await another_tab(page, other)
        async with other.expect_event("requestfinished", is_claim):
            await reloaded(elsewhere)
        await page.evaluate("answerNow()")
        await asyncio.gather(ended(page), ended(elsewhere))
        await expect(answers(elsewhere)).to_contain_text('"name": "look"')
        assert await elsewhere.evaluate(RUNS) == ""
        assert await page.evaluate(RUNS) == "look "


def is_claim(request: Request) -> bool:
    return "turns.claim_call" in (request.post_data or "")


async def test_a_page_that_is_loaded_again_while_its_tool_runs_tells_the_model(
    chromium: Browser, make: MakeServer
) -> None:
    asking = Asking(make, "look")
    async with visiting(chromium, durable_site(asking.server, ANSWERED_LATER)) as page:
        await say(page, "hi")
        await page.wait_for_function(IS_RUNNING)
        await reloaded(page)
        await ended(page)
        await expect(answers(page)).to_contain_text(
            "page_gone: The page was loaded again while the tool ran."
        )
        assert await page.evaluate(RUNS) == "look "
        assert await event_names(page, *TURN, "error") == TURN
        await expect(composer(page)).to_be_enabled()


async def test_a_page_that_is_loaded_again_while_it_claims_runs_the_tool(
    chromium: Browser, make: MakeServer
) -> None:
    asking = Asking(make, "look")
    granted = asyncio.Event()

    async def lose_answer(route: Route) -> None:
        if granted.is_set() or not is_claim(route.request):
            await route.fallback()
        else:
            await route.fetch()
            granted.set()  # and no answer

    async with visiting(chromium, durable_site(asking.server, ANSWERED_LATER)) as page:
        await page.route("**/chatkit", lose_answer)
        await say(page, "hi")
        await granted.wait()
        await reloaded(page)
        await page.wait_for_function(IS_RUNNING)
        await page.evaluate("answerNow()")
        await ended(page)
        await expect(answers(page)).to_contain_text('"name": "look"')
        assert await page.evaluate(RUNS) == "look "


async def test_several_tools_run_side_by_side(chromium: Browser, make: MakeServer) -> None:
    options = """{ onClientTool: async ({ name }) => {
      globalThis.waiting ??= {};
      return new Promise((resolve) => { waiting[name] = () => resolve({ name }); });
    } }"""
    asking = Asking(make, "first", "second", "third")
    async with visiting(chromium, durable_site(asking.server, options)) as page:
        await say(page, "hi")
        await page.wait_for_function("Object.keys(globalThis.waiting ?? {}).length === 3")
        for name in ("third", "first", "second"):
            await page.evaluate("name => waiting[name]()", name)
        await ended(page)
        await expect(answers(page)).to_contain_text(
            'Told [{"name": "first"}, {"name": "second"}, {"name": "third"}]'
        )
        assert await event_names(page, *TURN, "error") == TURN


async def test_a_page_without_a_handler_says_so_at_once(chromium: Browser) -> None:
    asking = Asking(memory_server, "look", "listen")
    async with visiting(chromium, durable_site(asking.server)) as page:
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_contain_text(
            'client_tool_error: The client tool \\"look\\" has no handler'
        )
        await expect(answers(page)).to_contain_text(
            'client_tool_error: The client tool \\"listen\\" has no handler'
        )
        codes = [event["detail"]["error"]["code"] for event in await events(page, "error")]
        assert codes == ["client_tool", "client_tool"]


async def test_a_turn_that_waits_for_a_tool_can_be_stopped_from_another_tab(chromium: Browser) -> None:
    asking = Asking(memory_server, "look")
    async with visiting(chromium, durable_site(asking.server, ANSWERED_LATER)) as page:
        await say(page, "hi")
        await page.wait_for_function(IS_RUNNING)
        tab = await another_tab(page)
        await tab.get_by_role("button", name="Stop").click()
        await asyncio.gather(ended(page), ended(tab))
        await page.evaluate("answerNow()")
        for each in (page, tab):
            await expect(each.get_by_text("Stopped", exact=True)).to_be_visible()
            await expect(composer(each)).to_be_enabled()
            assert await event_names(each, "error") == []


async def test_a_turn_that_ends_with_a_call_goes_on_in_every_tab(chromium: Browser, make: MakeServer) -> None:
    """The official form: the stream ends with the call, and its answer begins another one."""

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield client_call(thread) if item is not None else said(thread, "Thank you")

    async with visiting(chromium, durable_site(make(respond), ANSWERED_LATER)) as page:
        await say(page, "hi")
        await page.wait_for_function(IS_RUNNING)
        tab = await page.context.new_page()
        await tab.goto(page.url)
        await expect(tab.get_by_role("article", name="You")).to_have_count(1)
        await page.evaluate("answerNow()")
        await ended(page)
        for each in (page, tab):
            await expect(answers(each)).to_have_text("Thank you")
            await expect(each.get_by_role("button", name="Stop")).to_have_count(0)
        assert await event_names(page, *TURN, "error") == TURN
        assert await page.evaluate(RUNS) == "get_selection "
