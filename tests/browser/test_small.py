"""Small hosts: nothing overlaps, everything has a name, and the field can be used."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.states import build_states, show, showing

# Buttons that lie on each other, and chips that show less than their names.
CROWDED = """() => {
  const root = document.querySelector('turnstream-chat-view').shadowRoot;
  const shown = [...root.querySelectorAll('.composer button, header button')]
    .filter((node) => node.checkVisibility());
  const boxes = shown.map((node) => [node, node.getBoundingClientRect()]);
  const nameOf = (node) => node.getAttribute('aria-label') ?? node.textContent;
  const isCut = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1;
  const over = boxes.flatMap(([one, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1)
    .filter(([, b]) => a.top < b.bottom - 1 && b.top < a.bottom - 1)
    .map(([other]) => `${nameOf(one)} over ${nameOf(other)}`));
  const out = boxes.filter(([, { left, right, bottom }]) =>
    left < 0 || right > innerWidth || bottom > innerHeight);
  return [...over, ...out.map(([node]) => `${nameOf(node)} is out of sight`),
    ...[...root.querySelectorAll('.chip span')].filter(isCut).map((node) => `${node.textContent} is cut`)];
}"""


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_states(tmp_path_factory.mktemp("states"))


async def test_nothing_overlaps_and_everything_has_a_name(chromium: Browser, states: Path) -> None:
    async with showing(chromium, states, reduced_motion="reduce") as page:
        for state, width, height in (
            ("start-tools", 220, 480),
            ("start-tools", 280, 480),
            ("start-tools", 500, 480),
            ("long-end", 220, 480),
            ("long-end", 280, 180),
            ("start-tools", 320, 180),
        ):
            await page.set_viewport_size({"width": width, "height": height})
            await show(page, state)
            await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
            assert await page.evaluate(CROWDED) == [], (state, width, height)


async def test_the_list_of_chats_has_times_and_the_focus_and_no_veil(chromium: Browser, states: Path) -> None:
    async with showing(
        chromium, states, viewport={"width": 480, "height": 700}, reduced_motion="reduce"
    ) as page:
        await show(page, "history")
        await expect(
            page.get_by_role("button", name="Cycling from Vienna to Trieste", exact=True)
        ).to_be_focused()
        rows = page.locator(".thread-row")
        await expect(rows.locator("time")).to_have_count(await rows.count())
        await expect(page.locator(".scrim")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
