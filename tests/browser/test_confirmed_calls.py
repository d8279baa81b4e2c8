"""Several tools of one step, beside each other; and those that the person is asked about first."""

import asyncio
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.durable import TURN, durable_site, event_names, reloaded
from tests.browser.host import Events, said
from tests.browser.pages import answers, composer, ended, say, visiting
from tests.server.durable import Server, memory_server
from turnstream.server import ClientToolError
from turnstream.turns import client_calls
from turnstream.types import ThreadMetadata, UserMessageItem

RUNNING = """{ onClientTool: async ({ name, params }) => {
  if (params.hangs) await new Promise(() => undefined);
  (globalThis.runs ??= []).push({ name });
  return { name };
} }"""
# Each run waits until all three have begun.
TOGETHER = """{ onClientTool: ({ name }) => new Promise((resolve) => {
  (globalThis.begun ??= []).push(() => resolve({ name }));
  if (begun.length === 3) for (const finish of begun) finish();
}) }"""


class Step:
    """Calls tools of the page together, each with its options, and says what came of them."""

    def __init__(self, **tools: Mapping[str, Any]) -> None:
        self.tools = tools
        self.server: Server = memory_server(self.respond)

    async def respond(self, thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        received = await asyncio.gather(*(self._ask(name, **options) for name, options in self.tools.items()))
        yield said(thread, f"Told `{json.dumps(received)}`")

    async def _ask(self, name: str, *, arguments: dict[str, Any] | None = None, **options: Any) -> Any:
        try:
            return await self.server.call_client(name, arguments, **options)
        except ClientToolError as error:
            return error.code


def question(page: Page, text: str) -> Locator:
    return page.get_by_role("group", name=text)


async def test_tools_of_one_step_run_at_the_same_time(chromium: Browser) -> None:
    step = Step(one={}, two={}, three={})
    async with visiting(chromium, durable_site(step.server, TOGETHER)) as page:
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_text('Told [{"name": "one"}, {"name": "two"}, {"name": "three"}]')
        assert await page.evaluate("begun.length") == 3


async def test_one_is_declined_one_is_late_and_one_answers(chromium: Browser) -> None:
    step = Step(
        remove={"arguments": {"row": 3}, "confirm": "Remove row 3?"},
        wait={"arguments": {"hangs": True}, "timeout_s": 0.4},
        look={},
    )
    async with visiting(chromium, durable_site(step.server, RUNNING)) as page:
        await say(page, "hi")
        await page.wait_for_function("globalThis.runs?.length === 1")  # while the question is open
        await expect(question(page, "Remove row 3?")).to_contain_text("row3")
        await question(page, "Remove row 3?").get_by_role("button", name="Decline").click()
        await ended(page)
        await expect(answers(page)).to_have_text('Told ["declined", "expired", {"name": "look"}]')
        await expect(page.get_by_role("button", name="Allow")).to_have_count(0)
        assert [run["name"] for run in await page.evaluate("runs")] == ["look"]
        assert await event_names(page, *TURN, "error") == TURN
        await expect(page.locator(".decision")).to_have_text(["You declined: Remove row 3?"])
        await reloaded(page)
        await expect(page.locator(".decision")).to_have_text(["You declined: Remove row 3?"])


async def test_the_person_allows_it_with_the_keyboard_in_a_page_that_was_loaded_again(
    chromium: Browser,
) -> None:
    step = Step(remove={"confirm": True})
    async with visiting(chromium, durable_site(step.server, RUNNING)) as page:
        await say(page, "hi")
        await expect(question(page, "Allow “remove”?")).to_be_visible()
        await reloaded(page)
        await question(page, "Allow “remove”?").get_by_role("button", name="Decline").focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await ended(page)
        await expect(answers(page)).to_have_text('Told [{"name": "remove"}]')
        await expect(composer(page)).to_be_focused()


async def test_another_tab_may_be_the_one_that_allows_it(chromium: Browser) -> None:
    step = Step(remove={"confirm": True})
    async with visiting(chromium, durable_site(step.server, RUNNING)) as page:
        await say(page, "hi")
        await expect(question(page, "Allow “remove”?")).to_be_visible()
        tab = await page.context.new_page()
        await tab.goto(page.url)
        await tab.get_by_role("button", name="Allow").click()
        await asyncio.gather(ended(page), ended(tab))
        for each in (page, tab):
            await expect(answers(each)).to_have_text('Told [{"name": "remove"}]')
            await expect(each.get_by_role("button", name="Allow")).to_have_count(0)
            await expect(each.locator(".decision")).to_have_text(["You allowed: remove"])
        assert await page.evaluate("globalThis.runs ?? null") is None


async def test_a_question_goes_when_its_time_is_over_and_at_a_stop(
    chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadlines: list[asyncio.Timeout] = []

    def deadline(_timeout_s: float) -> asyncio.Timeout:
        deadlines.append(asyncio.timeout(None))
        return deadlines[-1]

    monkeypatch.setattr(client_calls, "asyncio", SimpleNamespace(**{**vars(asyncio), "timeout": deadline}))
    step = Step(remove={"confirm": True})
    async with visiting(chromium, durable_site(step.server, RUNNING)) as page:
        await say(page, "hi")
        await expect(question(page, "Allow “remove”?")).to_be_visible()
        deadlines[0].reschedule(asyncio.get_running_loop().time())
        await ended(page)
        await expect(answers(page)).to_have_text('Told ["expired"]')
        await expect(page.get_by_role("button", name="Allow")).to_have_count(0)
        await say(page, "again")
        await expect(question(page, "Allow “remove”?")).to_be_visible()
        await page.get_by_role("button", name="Stop").click()
        await ended(page, times=2)
        await expect(page.get_by_role("button", name="Allow")).to_have_count(0)


async def test_the_page_is_read_undimmed_while_a_question_is_open(chromium: Browser) -> None:
    step = Step(remove_row={"arguments": {"row": 3}, "confirm": True})
    options = f"{{ locks: 'main', ...{RUNNING} }}"
    async with visiting(chromium, durable_site(step.server, options), reduced_motion="reduce") as page:
        await page.evaluate("document.body.insertAdjacentHTML('afterbegin', '<main>Row 3</main>')")
        await say(page, "hi")
        card = question(page, "Allow “remove row”?")
        await expect(card).to_be_visible()
        await expect(card.get_by_text("remove_row")).to_have_count(0)
        main = page.locator("main")
        await expect(main).to_have_attribute("inert", "")
        await expect(main).to_have_css("opacity", "1")
        await card.get_by_role("button", name="Decline").click()
        await ended(page)
        await expect(main).not_to_have_attribute("inert", "")


async def test_a_page_without_a_handler_has_allowed_nothing(chromium: Browser) -> None:
    step = Step(remove={"confirm": "Remove row 3?"})
    async with visiting(chromium, durable_site(step.server, "{}")) as page:
        await say(page, "hi")
        await ended(page)
        await expect(answers(page)).to_have_text('Told ["no_handler"]')
        await expect(page.locator(".decision")).to_have_count(0)
