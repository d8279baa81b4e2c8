"""The chat without a mouse: everything can be reached, in the order of sight, and the focus is never lost."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.host import chat_site, echo
from tests.browser.pages import ended, say, visiting
from tests.browser.states import PROBES, build_states, focused, show, showing

OPTIONS = """{
  header: { leftAction: { icon: 'home', onClick() {} }, rightAction: { icon: 'settings-cog', onClick() {} } },
  threadItemActions: { feedback: true, retry: true },
  entities: { showComposerMenu: true, onTagSearch: async () => [] },
  composer: {
    attachments: { enabled: true }, dictation: { enabled: true },
    tools: [{ id: 'maps', label: 'Maps', icon: 'globe', pinned: true }], models: [{ id: 'fast',
      label: 'Fast' }],
  },
  disclaimer: { text: 'Answers can be [wrong](https://example.com/wrong)' },
}"""

# From top to bottom, and in a line from its start to its end.
IN_ORDER = """
    home, Show chats, New chat, settings cog, Conversation, Copy message, Copy answer, Good answer,
      Bad answer,
    Answer again, Message, Attach files, Choose a tool, Mention something, Maps, Model: Fast, Dictate, Send,
      wrong
"""

# What has the focus, or the frame of the message field, says so.
IS_MARKED = """() => {
  const node = probes.innermost();
  const { outlineStyle, outlineWidth } = getComputedStyle(node);
  if (node.id !== 'message') return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  const frame = node.closest('.composer');
  const marked = getComputedStyle(frame).borderColor;
  node.blur();
  const plain = getComputedStyle(frame).borderColor;
  node.focus();
  return marked !== plain;
}"""


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_states(tmp_path_factory.mktemp("states"))


async def test_tab_goes_through_the_chat_as_it_is_read_and_shows_where_it_is(chromium: Browser) -> None:
    order = [name.strip() for name in IN_ORDER.split(",")]
    async with visiting(chromium, chat_site(echo, OPTIONS), reduced_motion="reduce") as page:
        await page.evaluate(PROBES.read_text())
        await say(page, "hi")
        await ended(page)
        await expect(page.get_by_role("button", name="Dictate")).to_be_visible()
        await page.keyboard.type("half a thought")
        await page.evaluate("probes.innermost().blur()")
        await page.mouse.click(1, 1)
        reached: list[str] = []
        for _ in order:
            await page.keyboard.press("Tab")
            reached.append(await focused(page))
            assert await page.evaluate(IS_MARKED), f"{reached[-1]} does not show that it has the focus"
        assert reached == order
        assert sorted(await page.evaluate("probes.focusable()")) == sorted(order)
        await page.keyboard.press("Shift+Tab")
        assert await focused(page) == "Send"


# By state of the development page: the button that is pressed, or Escape, and what has the focus then.
HEIRS = {
    "tool-menu": ("Escape", "Choose a tool"),
    "model-menu": ("Escape", "Model: Swift"),
    "row-menu": ("Escape", "More actions for this chat: Refund for order 20418"),
    "rename": ("Escape", "More actions for this chat: Refund for order 20418"),
    "shortcuts": ("Escape", "Cycling from Vienna to Trieste"),
    "history": ("Close chats", "Show chats"),
    "suggestions": ("Escape", "Message"),
    "commands": ("Escape", "Message"),
    "delete": ("Undo", "More actions for this chat: Refund for order 20418"),
    "notices": ("Dismiss", "Dismiss"),
    "quote": ("Remove the quote", "Message"),
    "attachments": ("Remove photo-of-the-desk.png", "Message"),
    "attachments-failed": ("Remove photo-of-the-desk.png", "Message"),
    "question": ("Allow", "Message"),
    "error": ("Retry", "Message"),
    "streaming": ("Stop", "Message"),
    "structured-input": ("Skip all", "Message"),
}


@pytest.mark.parametrize("width", [1100, 400])
async def test_what_closes_gives_the_focus_to_what_stands_nearest(
    chromium: Browser, states: Path, width: int
) -> None:
    wrong: list[str] = []
    size = {"width": width, "height": 760}
    async with showing(chromium, states, viewport=size, reduced_motion="reduce") as page:
        for state, (act, heir) in HEIRS.items():
            await show(page, state)
            before = await focused(page)
            if act == "Escape":
                await page.keyboard.press(act)
            else:
                await page.get_by_role("button", name=act).first.press("Enter")
            await resolved(page)
            after = await focused(page)
            if after != heir:
                wrong.append(f"{state}, {act}: from {before} to {after}, not to {heir}")
    assert not wrong, "\n" + "\n".join(wrong)


async def resolved(page: Page) -> None:
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("draft", ["and then?", ""])
async def test_after_a_stop_the_focus_stays_where_the_next_message_is_sent(
    chromium: Browser, states: Path, draft: str
) -> None:
    async with showing(chromium, states, reduced_motion="reduce") as page:
        await show(page, "streaming")
        await page.get_by_role("button", name="Stop").focus()
        await page.evaluate("text => view.setComposerValue({ text })", draft)
        await page.keyboard.press("Enter")
        await resolved(page)
        assert await focused(page) == ("Send" if draft else "Message")
