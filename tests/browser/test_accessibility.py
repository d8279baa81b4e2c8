"""What assistive technology, a keyboard, a finger and a person who asks for calm get, in every state of the
chat.
"""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.browser.states import build_states, probe, show, showing, state_names

# Ten thousand messages look like ten; the rules look at each of them.
TOO_LONG = {"ten-thousand-end", "ten-thousand-start"}
CALM = {"reduced_motion": "reduce"}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True, **CALM}
# Those whose parts lie at one side, or beside each other.
SIDED = [
    "start",
    "start-tools",
    "question",
    "reconnecting",
    "error",
    "not-sent",
    "notices",
    "sources",
    "workflow",
    "quote",
    "structured-input",
    "suggestions",
    "attachments-failed",
    "history",
    "row-menu",
    "delete",
    "rtl",
]

DARKEN = (
    "view.options = { ...view.options, theme: { ...view.options.theme, colorScheme: 'dark' } }; "
    "view.updateComplete"
)


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_states(tmp_path_factory.mktemp("states"))


class Complaints(list[str]):
    """What was found in the states that were looked at."""

    async def note(self, page: Page, state: str, *questions: str) -> None:
        for question in questions:
            self.extend(f"{state}: {complaint}" for complaint in await probe(page, question))

    def check(self) -> None:
        assert not self, "\n" + "\n".join(self)


async def all_states(page: Page) -> list[str]:
    names = [name for name in await state_names(page) if name not in TOO_LONG]
    assert len(names) > 40
    return names


async def test_no_state_breaks_a_rule_in_light_dark_and_forced_colours(
    chromium: Browser, states: Path
) -> None:
    found = Complaints()
    async with showing(chromium, states, **CALM) as page:
        for state in await all_states(page):
            await show(page, state)
            await found.note(page, state, "axe", "moving")
            await page.emulate_media(forced_colors="active", reduced_motion="reduce")
            await found.note(page, f"{state}, forced colours", "contrast", "unseen")
            await page.emulate_media(forced_colors="none", reduced_motion="reduce")
            await page.evaluate(DARKEN)
            await found.note(page, f"{state}, dark", "contrast")
    found.check()


async def test_no_state_breaks_a_rule_or_scrolls_sideways_or_is_too_small_on_a_phone(
    chromium: Browser, states: Path
) -> None:
    found = Complaints()
    async with showing(chromium, states, **PHONE) as page:
        for state in await all_states(page):
            await show(page, state)
            await found.note(page, state, "axe", "sideways", "smallTargets")
    found.check()


async def test_no_state_breaks_a_rule_or_scrolls_sideways_from_right_to_left(
    chromium: Browser, states: Path
) -> None:
    found = Complaints()
    async with showing(chromium, states, **PHONE) as page:
        for state in SIDED:
            await show(page, state, "dir=rtl")
            assert await page.locator(".shell").get_attribute("dir") == "rtl"
            await found.note(page, state, "axe", "sideways")
    found.check()
