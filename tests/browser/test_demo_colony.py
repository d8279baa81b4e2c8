"""The colony in a browser: time, what the model changes, and how it is taken back."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.demos import (
    Pace,
    app_state,
    break_off,
    demo,
    expect_locks,
    reloaded_in_between,
    stop,
    watch_lock,
)
from tests.browser.pages import answers, ended, events, names, say, visiting
from turnstream.demos import scripted
from turnstream.demos.colony import tools

STORM = "Prepare for a dust storm"
LOOK = """() => sample(() => ({
  paused: document.body.classList.contains('paused'),
  minutes: Number(document.body.dataset.minutes),
  toasts: document.querySelectorAll('#toasts p').length,
}))"""
COUNT_TOASTS = """() => {
  globalThis.toasts = 0;
  const count = (changes) => { for (const { addedNodes } of changes) toasts += addedNodes.length; };
  new MutationObserver(count).observe(document.getElementById('toasts'), { childList: true });
}"""


async def passing(page: Page) -> None:
    """Wait until time passes."""
    await page.wait_for_function(
        "before => !document.body.classList.contains('paused') && Number(document.body.dataset.minutes) > "
        "before + 2",
        arg=await page.evaluate("Number(document.body.dataset.minutes)"),
    )


async def entity(page: Page, entity_id: str) -> dict[str, Any]:
    return (await app_state(page))["entities"][entity_id]


async def test_time_stands_still_while_the_model_acts(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        await passing(page)
        await page.evaluate(LOOK)
        await say(page, STORM)
        await ended(page)
        await passing(page)
        frames = await page.evaluate("samples")
        paused = [frame for frame in frames if frame["paused"]]
        assert len({frame["minutes"] for frame in paused}) == 1
        assert max(frame["toasts"] for frame in frames) == 1
        assert await entity(page, "workshop") == {"name": "Workshop", "on": False, "level": 50}
        assert (await entity(page, "solar"))["level"] == 20
        assert (await entity(page, "tove"))["task"] == "habitat"
        turn = [name for name in await names(page) if name.startswith("response.")]
        assert turn == ["response.start", "response.end"]


async def test_the_colony_is_free_and_goes_on_however_an_answer_ends(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Pace(monkeypatch, scripted, is_open=True)
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        await watch_lock(page, "#colony")
        await say(page, "Send Mei to the greenhouse")
        await ended(page)
        await passing(page)
        await break_off(page)
        await ended(page, 2)
        await passing(page)
        await stop(page, words)
        await ended(page, 3)
        await passing(page)
        await expect_locks(page, 3)


async def test_a_reload_in_the_middle_ends_in_the_same_colony(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace, when = Pace(monkeypatch, tools), "!appState().entities.rover.on"
    async with reloaded_in_between(
        chromium, demo(tmp_path), pace, path="/colony/", said=STORM, pauses=3, when=when
    ) as (state, page):
        assert await app_state(page) == state
        await watch_lock(page, "#colony")
        await expect_locks(page, 0)
        await passing(page)


async def test_a_toast_is_not_shown_again_after_a_reload(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        await page.evaluate(COUNT_TOASTS)
        await say(page, STORM)
        await ended(page)
        assert await page.evaluate("toasts") == 1
        await page.context.add_init_script(f"addEventListener('DOMContentLoaded', {COUNT_TOASTS})")
        await page.reload()
        await expect(answers(page)).to_contain_text("We're ready")
        await passing(page)
        assert await page.evaluate("toasts") == 0


async def test_the_model_asks_how_things_stand_and_what_was_picked(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        await page.get_by_role("button", name="Rover", exact=False).click()
        await page.get_by_role("switch", name="On").uncheck()
        await say(page, "What did I pick?")
        await ended(page)
        await expect(answers(page)).to_have_text("You picked the Rover. It is switched off.")
        await say(page, "How is the colony?")
        await ended(page, 2)
        await expect(answers(page).last).to_contain_text("Sol 213")
        await expect(answers(page).last).to_contain_text("Switched off: Rover.")
        await expect(answers(page).last.get_by_role("row", name="Oxygen")).to_contain_text("%")


async def test_a_module_is_picked_in_the_picture(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        box = await page.locator("#scene").bounding_box()
        assert box is not None
        await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 120)
        await expect(page.get_by_role("button", name="Habitat 80 %")).to_have_attribute(
            "aria-pressed", "true"
        )


async def test_the_base_outlives_a_reload(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        await page.get_by_role("button", name="Greenhouse").first.click()
        await page.get_by_role("slider", name="Level").fill("35")
        await say(page, "Call the rover Rosalind")
        await ended(page)
        state, minutes = await app_state(page), await page.evaluate("Number(document.body.dataset.minutes)")
        await page.reload()
        await passing(page)
        assert await app_state(page) == state
        assert state["entities"]["rover"]["name"] == "Rosalind"
        assert state["entities"]["greenhouse"]["level"] == 35
        assert await page.evaluate("Number(document.body.dataset.minutes)") >= minutes


async def test_the_same_steps_give_the_same_base(chromium: Browser, tmp_path: Path) -> None:
    run = """async () => {
      const { newBase, step } = await import('./simulation.js');
      const bases = [newBase(3), newBase(3), newBase(4)];
      for (const base of bases) for (let minute = 0; minute < 6000; minute += 1) step(base);
      return bases.map((base) => JSON.stringify(base));
    }"""
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        one, same, other = await page.evaluate(run)
        assert one == same
        assert one != other


async def test_the_button_of_the_page_takes_the_last_turn_back(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/colony/") as page:
        before = await app_state(page)
        await say(page, "Send Mei to the greenhouse")
        await ended(page)
        sent = await app_state(page)
        await say(page, STORM)
        await ended(page, 2)
        await page.get_by_role("button", name="Undo the last changes").click()
        await page.wait_for_function("state => JSON.stringify(appState()) === state", arg=_json(sent))
        await page.get_by_role("button", name="Undo the last changes").click()
        await page.wait_for_function("state => JSON.stringify(appState()) === state", arg=_json(before))
        await page.reload()
        await passing(page)
        assert await app_state(page) == before
        assert await events(page, "error") == []


def _json(state: dict[str, Any]) -> str:
    """As `JSON.stringify` writes it."""
    return json.dumps(state, separators=(",", ":"), ensure_ascii=False)
