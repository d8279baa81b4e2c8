"""The city map in a browser: what the model puts on it, what it asks of it, and whose map it is."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

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
from tests.browser.pages import answers, ended, events, progress, say, visiting
from turnstream.demos import scripted
from turnstream.demos.map import tools

# The map flies to each place in the first test; elsewhere it jumps, which does not draw it some fifty times.
CALM: dict[str, Any] = {"reduced_motion": "reduce"}
WALK = "Plan a walk along the Thames"


def marker(page: Page, name: str) -> Locator:
    return page.locator("#map").get_by_role("button", name=name)


async def shown(page: Page) -> None:
    await expect(page.locator("#map .borough")).to_have_count(33)


async def test_a_walk_comes_step_by_step_and_says_so(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = Pace(monkeypatch, tools)
    async with visiting(chromium, demo(tmp_path), path="/map/") as page:
        await shown(page)
        await say(page, WALK)
        for line in ("Searching…", "Found 11 places…"):
            await expect(progress(page)).to_have_text(line)
            await expect(page.locator("#map .pin")).to_have_count(0)
            await pace.go_on()
        for number in range(1, 9):
            await expect(progress(page)).to_have_text(f"Placing {number}/8…")
            await expect(page.locator("#map .pin")).to_have_count(number)
            await pace.go_on()
        pace.open()
        await ended(page)
        await expect(progress(page)).to_have_count(0)
        await expect(marker(page, "Tower Bridge, landmark")).to_have_text("7")
        state = await app_state(page)
        tower = next(place for place in state["markers"] if place["id"] == "tower-bridge")
        assert (tower["lat"], tower["lng"]) == (51.5055, -0.0754)


async def test_the_map_waits_for_an_answer_and_is_free_however_it_ends(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Pace(monkeypatch, scripted, is_open=True)
    async with visiting(chromium, demo(tmp_path), path="/map/", **CALM) as page:
        await watch_lock(page, "#map")
        await say(page, "Take me to Greenwich")
        await ended(page)
        await break_off(page)
        await ended(page, 2)
        await stop(page, words)
        await ended(page, 3)
        await expect_locks(page, 3)


async def test_a_reload_in_the_middle_ends_in_the_same_map(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace, when = Pace(monkeypatch, tools), "appState().markers.length === 4"
    async with reloaded_in_between(
        chromium, demo(tmp_path), pace, path="/map/", said=WALK, pauses=5, when=when, **CALM
    ) as (
        state,
        page,
    ):
        await expect(marker(page, "Tower of London, landmark")).to_be_visible()
        assert await app_state(page) == state
        await watch_lock(page, "#map")
        await expect_locks(page, 0)


async def test_the_model_asks_what_was_picked_and_where_the_person_looks(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/map/", **CALM) as page:
        await say(page, "What did I pick?")
        await ended(page)
        await expect(answers(page).last).to_contain_text("You haven't picked anything yet")
        await say(page, "Switch to pick mode")
        await ended(page, 2)
        await expect(page.get_by_role("radio", name="Pick")).to_be_checked()
        await say(page, "Take me to Greenwich")
        await ended(page, 3)
        await page.locator("#map").press("Enter")
        await expect(page.locator("#card")).to_contain_text("Greenwich")
        await say(page, "What did I pick?")
        await ended(page, 4)
        await expect(answers(page).last).to_contain_text("You picked the borough of Greenwich. I know")
        await say(page, "Where am I looking?")
        await ended(page, 5)
        await expect(answers(page).last).to_contain_text("Greenwich is in the middle")


async def test_a_place_is_picked_by_its_marker(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/map/", **CALM) as page:
        await say(page, "Show me markets")
        await ended(page)
        await marker(page, "Camden Market").press("Enter")
        await say(page, "What did I pick?")
        await ended(page, 2)
        await expect(answers(page).last).to_have_text(
            "You picked Camden Market, in Camden. Sixteen stalls in 1974, a thousand today."
        )


async def test_a_distance_is_measured_without_a_mouse(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/map/", **CALM) as page:
        await page.get_by_role("radio", name="Measure").check()
        await page.locator("#map").press("Enter")
        await expect(page.locator("#card")).to_contain_text("Click the next point")
        before = await page.evaluate("document.querySelector('.leaflet-map-pane').style.transform")
        await page.locator("#map").press("ArrowRight")
        await page.wait_for_function(
            "before => document.querySelector('.leaflet-map-pane').style.transform !== before", arg=before
        )
        await page.locator("#map").press("Enter")
        await expect(page.locator("#card")).to_contain_text("km")


async def test_the_map_belongs_to_the_thread(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/map/", **CALM) as page:
        await say(page, WALK)
        await ended(page)
        walk = await app_state(page)
        await page.get_by_role("button", name="New chat").click()
        await expect(page.locator("#map .pin")).to_have_count(0)
        assert await app_state(page) == {"markers": [], "route": [], "mode": "explore", "target": None}
        await say(page, "Show me parks")
        await ended(page, 2)
        assert len((await app_state(page))["markers"]) == 6
        await page.get_by_role("button", name="Show chats").click()
        await page.get_by_role("button", name="A stroll through town", exact=True).click()
        await expect(page.locator("#map .pin")).to_have_count(8)
        assert await app_state(page) == walk


async def test_markers_of_the_last_turn_are_taken_back(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/map/", **CALM) as page:
        await say(page, "Show me parks")
        await ended(page)
        await say(page, "Show me museums")
        await ended(page, 2)
        assert len((await app_state(page))["markers"]) == 14
        await page.evaluate("document.getElementById('chat').undo()")
        await expect(page.locator("#map .pin")).to_have_count(6)
        assert {place["kind"] for place in (await app_state(page))["markers"]} == {"park"}
        await page.reload()
        await expect(page.locator("#map .pin")).to_have_count(6)
        assert await events(page, "error") == []
