"""Nothing that is read or pressed moves away: what stands where, measured in the browser."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.host import Events, chat_site, said, spoken
from tests.browser.pages import ended, say, visiting
from tests.browser.states import build_states, show, showing
from tests.server.app import added, delta, done
from turnstream.types import ClientEffectEvent, ThreadMetadata, UserMessageItem

PAGE = """
chat.addEventListener('chatkit.effect', ({ detail: { data, undoWith } }) => undoWith({ data }));
chat.setOptions({ api: { url: '/chatkit' }, threadItemActions: { feedback: true, retry: true } });
"""
# Where everything stands below the items of the turn that can be undone, its own button included.
PLACES = """() => deep('.turn:has(.changes) :is(.changes, .changes button, .turn-foot, .turn-foot button)')
  .map((node) => Object.values(node.getBoundingClientRect().toJSON()).join())"""
DEEP = """globalThis.deep = (selector) => [
  ...document.querySelector('#chat').shadowRoot.querySelector('turnstream-chat-view').shadowRoot.querySelectorAll(selector),
]"""
VIEW = "document.querySelector('turnstream-chat-view').shadowRoot"
# Above each of the last turns; to ask of an earlier one would lay out what is skipped as long as nobody sees
# it.
ROOM = f"""() => [...{VIEW}.querySelectorAll('.turn + .turn')].slice(-3).map((turn) => {{
  const above = [...turn.previousElementSibling.querySelectorAll('article')].at(-1);
  return turn.querySelector('article').getBoundingClientRect().top - above.getBoundingClientRect().bottom;
}})"""
TOP = """() => {
  const { top } = deep('.scroller')[0].getBoundingClientRect();
  return deep('.turn').at(-1).getBoundingClientRect().top - top;
}"""


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_states(tmp_path_factory.mktemp("states"))


async def box(locator: Locator) -> dict[str, float]:
    found = await locator.bounding_box()
    assert found is not None
    return {name: found[name] for name in ("x", "y", "width", "height")}


async def test_nothing_moves_when_changes_are_undone_and_made_again(chromium: Browser) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ClientEffectEvent(name="paint", data={"color": "red"})
        yield said(thread, "Painted.")

    site = chat_site(respond, script=PAGE)
    async with visiting(
        chromium, site, viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    ) as page:
        await page.evaluate(DEEP)
        undo, redo = (
            page.get_by_role("button", name=f"{word} changes", exact=True) for word in ("Undo", "Redo")
        )
        await say(page, "Paint it")
        await ended(page)
        for width in (390, 280):
            await page.set_viewport_size({"width": width, "height": 844})
            await expect(undo).to_be_enabled()
            before = await page.evaluate(PLACES)
            assert before != []
            await undo.click()
            await expect(redo).to_be_enabled()
            assert await page.evaluate(PLACES) == before
            await redo.click()
            await expect(undo).to_be_enabled()
            assert await page.evaluate(PLACES) == before


async def test_icons_have_names_that_are_seen_by_mouse_and_keyboard(chromium: Browser, states: Path) -> None:
    async with showing(chromium, states, viewport={"width": 280, "height": 560}) as page:
        await show(page, "long-end")
        tip = page.locator(".tip")
        for name in ("Copy answer", "Answer again", "Show chats", "New chat"):
            await page.get_by_role("button", name=name).focus()
            await page.keyboard.press("Shift+Tab")
            await page.keyboard.press("Tab")  # focus that comes by keyboard
            await expect(tip).to_have_text(name)
            at = await box(tip)
            assert at["x"] >= 0 <= at["y"]
            assert at["x"] + at["width"] <= 280
        await page.keyboard.press("Escape")
        await expect(tip).to_have_count(0)
        await page.get_by_role("button", name="Good answer").hover()
        await expect(tip).to_have_text("Good answer")
        await page.mouse.move(1, 300)
        await expect(tip).to_have_count(0)


async def test_turns_stand_near_each_other(chromium: Browser, states: Path) -> None:
    async with showing(chromium, states) as page:
        await show(page, "ten-thousand-end")
        rooms = await page.evaluate(ROOM)
        assert len(rooms) == 3
        assert all(28 <= room <= 36 for room in rooms)


async def test_waiting_says_a_word(chromium: Browser, states: Path) -> None:
    async with showing(chromium, states, reduced_motion="reduce") as page:
        await show(page, "first-token")
        foot = page.locator(".turn-foot")
        await expect(foot.get_by_text("Thinking…")).to_be_visible()
        height = (await box(foot))["height"]
        await show(page, "progress")
        assert (await box(foot))["height"] == height


async def is_at_top(page: Page) -> None:
    """Waits until the last message is at the top of what is in sight."""
    await page.wait_for_function(f"Math.abs(({TOP})() - 12) <= 1")


async def test_the_beginning_of_a_long_answer_stays_in_sight_until_the_reader_goes_on(
    chromium: Browser,
) -> None:
    more = asyncio.Event()

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if spoken(item) != "Long, please":
            yield said(thread, "Short.")
            return
        text = "\n\n".join(f"Paragraph {at} with some words in it." for at in range(60))
        yield added(thread)
        yield delta(text)
        await more.wait()
        yield delta("\n\nThe end.")
        yield done(thread, f"{text}\n\nThe end.")

    viewport = {"width": 390, "height": 844}
    async with visiting(chromium, chat_site(respond), viewport=viewport, reduced_motion="reduce") as page:
        await page.evaluate(DEEP)
        for times in range(1, 4):
            await say(page, f"Hello {times}")
            await ended(page, times)
        await is_at_top(page)
        await say(page, "Long, please")
        await expect(page.get_by_text("Paragraph 59")).to_be_attached()
        await is_at_top(page)
        await expect(page.get_by_role("button", name="Jump to the latest message")).to_be_visible()
        await page.get_by_role("button", name="Jump to the latest message").click()
        more.set()
        await ended(page, 4)
        await expect(page.get_by_text("The end.")).to_be_in_viewport()  # who has gone on follows
