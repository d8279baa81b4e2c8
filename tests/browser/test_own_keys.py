"""Which keys the page hears of: none that is typed into the chat or used by it, and each shortcut with a
modifier.
"""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.host import ELEMENT, chat_site, echo
from tests.browser.pages import composer, visiting

# A page whose shortcuts spare what its own fields get, as most libraries of hotkeys do.
HOTKEYS = """
globalThis.heard = [];
for (const type of ['keydown', 'keypress', 'keyup']) {
  for (const node of [document, window]) {
    node.addEventListener(type, (event) => {
      if (event.target.matches?.('input, textarea')) return;
      heard.push(`${type} ${event.key}`);
      if (type === 'keydown' && event.key.length === 1) event.preventDefault();
    });
  }
}
"""
SET = f"{HOTKEYS} chat.setOptions({{ api: {{ url: '/chatkit' }}, history: {{ enabled: true }} }});"
WORDS = "is this/that so? jk #1 [x]"


def site(body: str = ELEMENT) -> Any:
    return chat_site(echo, body=body, script=SET)


async def heard(page: Page) -> set[str]:
    return set(await page.evaluate("heard.splice(0)"))


async def test_what_is_typed_into_the_field_is_the_chats(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        await composer(page).click()
        await page.keyboard.type(WORDS)
        await expect(composer(page)).to_have_value(WORDS)
        for key in ("Backspace", "Home", "ArrowLeft", "Delete", "Shift+Enter", "PageDown"):
            await page.keyboard.press(key)
        assert await heard(page) - {"keydown Shift", "keyup Shift"} == set()


async def test_what_is_typed_into_a_new_title_is_the_chats(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        await composer(page).fill("hello")
        await composer(page).press("Enter")
        await page.locator(".history-button").click()
        await page.locator("nav.history [data-menu]").click()
        await page.get_by_role("menuitem", name="Rename").click()
        await heard(page)
        await page.keyboard.type("a/b?")
        await expect(page.locator(".renaming input")).to_have_value("a/b?")
        await page.keyboard.press("Escape")
        assert await heard(page) <= {"keydown Shift", "keyup Shift"}


@pytest.mark.parametrize(
    "shortcut", ["Control+k", "Alt+k", "Meta+k", "Control+Shift+p", "F6", "Escape", "Tab"]
)
async def test_shortcuts_of_the_page_reach_it(chromium: Browser, shortcut: str) -> None:
    async with visiting(chromium, site()) as page:
        await composer(page).click()
        await page.keyboard.press(shortcut)
        key = shortcut.rsplit("+", 1)[-1]
        assert f"keydown {key}".lower() in {name.lower() for name in await heard(page)}


async def test_an_escape_that_the_chat_used_is_not_the_pages(chromium: Browser) -> None:
    async with visiting(chromium, site()) as page:
        await page.locator(".history-button").click()
        await expect(page.locator("[data-close-history]")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator("nav.history")).to_have_count(0)
        assert await heard(page) == set()
        await page.keyboard.press("Escape")
        assert "keydown Escape" in await heard(page)


async def test_a_field_that_the_page_put_into_a_slot_stays_the_pages(chromium: Browser) -> None:
    body = '<openai-chatkit id="chat"><div slot="empty"><input id="own-field"></div></openai-chatkit>'
    async with visiting(chromium, site(body)) as page:
        await page.evaluate(
            "addEventListener('keydown', ({ key, target }) => heard.push(`${target.id} ${key}`), true)"
        )
        await page.evaluate(
            "addEventListener('keydown', ({ key, target }) => heard.push(`late ${target.id} ${key}`))"
        )
        await page.locator("#own-field").press("x")
        assert {"own-field x", "late own-field x"} <= await heard(page)
