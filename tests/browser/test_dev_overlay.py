"""The list of findings for developers, which the attribute `dev` puts into the chat."""

from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.host import Events, chat_site, said, spoken
from tests.browser.pages import browsing, composer, ended, say, visiting
from tests.browser.states import AXE, PROBES, axe, focused, probe
from tests.browser.strict import listen, strict_site, violations
from tests.http.serving import listening
from turnstream.types import ClientEffectEvent, ThreadMetadata, UserMessageItem

PHONE: dict[str, Any] = {
    "viewport": {"width": 320, "height": 640},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}
SLOW = """
chat.addEventListener('chatkit.effect', () => {{
  const until = performance.now() + 60;
  while (performance.now() < until);
}});
chat.setOptions({{ api: {{ url: '/chatkit' }}, persist: true, locks: [], theme: '{theme}' }});
"""


async def paint(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    for word in spoken(item).split():
        yield ClientEffectEvent(name=word)
    yield said(thread, "Painted")


def badge(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True)


async def test_only_the_attribute_shows_it(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(paint, script=SLOW.format(theme="light"))) as page:
        await say(page, "red")
        await ended(page)
        assert await page.locator(".badge").count() == 0
        await page.evaluate("chat.setAttribute('dev', '')")
        await expect(badge(page, "1 finding")).to_be_visible()
        await page.evaluate("chat.removeAttribute('dev')")
        await expect(page.locator(".badge")).to_have_count(0)
        assert await page.evaluate("getComputedStyle(chat).position") == "static"


async def test_it_follows_what_is_found(chromium: Browser) -> None:
    script = "chat.setAttribute('dev', '');" + SLOW.format(theme="light")
    async with visiting(chromium, chat_site(paint, script=script)) as page:
        await expect(badge(page, "No findings")).to_be_visible()
        await badge(page, "No findings").click()
        findings = page.get_by_role("region", name="Findings")
        await expect(findings).to_contain_text("The chat found no problems")
        await say(page, "red red blue")
        await ended(page)
        await expect(badge(page, "2 findings")).to_be_visible()
        (red, blue) = await findings.get_by_role("listitem").all()
        await expect(red).to_contain_text("An effect is slow")
        await expect(red).to_contain_text("2 times")
        await expect(red).to_contain_text('the effect "red"')
        await expect(blue).to_contain_text("once")


# Which timers tick.
TIMERS = """
globalThis.ticking = new Set();
const { setInterval: begin, clearInterval: end } = window;
window.setInterval = (...given) => { const id = begin(...given); ticking.add(id); return id; };
window.clearInterval = (id) => { ticking.delete(id); end(id); };
"""


async def test_it_looks_for_nothing_while_the_chat_is_in_no_page(chromium: Browser) -> None:
    script = TIMERS + "chat.setAttribute('dev', '');" + SLOW.format(theme="light")
    async with visiting(chromium, chat_site(paint, script=script)) as page:
        await expect(badge(page, "No findings")).to_be_visible()
        await page.wait_for_function("ticking.size === 1")
        await page.evaluate("globalThis.old = chat; old.remove()")
        await page.wait_for_function("ticking.size === 0")
        await page.evaluate("old.removeAttribute('dev'); old.setAttribute('dev', '');")
        assert (
            await page.evaluate("new Promise((done) => requestAnimationFrame(() => done(ticking.size)))") == 0
        )
        await page.evaluate("document.body.append(old)")
        await say(page, "red")
        await expect(badge(page, "1 finding")).to_be_visible()
        assert await page.evaluate("ticking.size") == 1


async def test_the_keyboard_opens_and_closes_it(chromium: Browser) -> None:
    script = "chat.setAttribute('dev', '');" + SLOW.format(theme="light")
    async with visiting(chromium, chat_site(paint, script=script)) as page:
        await say(page, "red")
        await ended(page)
        await badge(page, "1 finding").focus()
        await page.keyboard.press("Enter")
        await expect(badge(page, "1 finding")).to_have_attribute("aria-expanded", "true")
        await page.add_script_tag(path=PROBES)
        assert await focused(page) == "Close"
        await page.keyboard.press("Tab")
        assert await focused(page) == "Findings"
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("region", name="Findings")).to_have_count(0)
        assert await focused(page) == "1 finding"
        await composer(page).fill("blue")
        await composer(page).press("Enter")
        await ended(page, 2)
        await expect(badge(page, "2 findings")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_it_breaks_no_rule_and_covers_no_button(chromium: Browser, theme: str) -> None:
    body = '<main style="height: 100%"><openai-chatkit id="chat"></openai-chatkit></main>'
    async with visiting(
        chromium, chat_site(paint, body=body, script=SLOW.format(theme=theme)), **PHONE
    ) as page:
        await say(page, "red")
        await ended(page)
        await page.add_script_tag(path=AXE)
        await page.add_script_tag(path=PROBES)
        before = await axe(page)
        await page.evaluate("chat.setAttribute('dev', '')")
        await badge(page, "1 finding").click()
        await expect(page.get_by_role("region", name="Findings")).to_be_visible()
        assert [complaint for complaint in await axe(page) if complaint.split()[0] not in str(before)] == []
        assert await probe(page, "smallTargets") == []
        assert await probe(page, "sideways") == []
        await page.get_by_role("button", name="Close", exact=True).click()
        await page.get_by_role("button", name="New chat").click()
        await expect(page.get_by_role("heading", name="What can I help with today?")).to_be_visible()


async def test_it_keeps_a_strict_policy(chromium: Browser) -> None:
    site = strict_site(paint, script="chat.setAttribute('dev', '');")
    async with listening(site) as url, browsing(chromium, url) as context:
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        await badge(page, "No findings").click()
        await expect(page.get_by_role("region", name="Findings")).to_contain_text(
            "The chat found no problems"
        )
        assert await violations(page) == []
