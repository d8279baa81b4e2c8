"""The travel desk in a browser: a booking from the first click to the itinerary, and what interrupts it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.demos import Pace, app_state, break_off, demo, expect_locks, stop, watch_lock
from tests.browser.pages import answers, browsing, ended, events, say, visiting
from tests.browser.states import AXE, PROBES, probe
from tests.http.serving import listening
from turnstream.demos import scripted

CALM: dict[str, Any] = {"reduced_motion": "reduce"}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
FREE = re.compile(r"^Seat .*, free$")
HAS_SCHEME = """(scheme) => new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(resolve));
}).then(() => deep('turnstream-chat-view').every(({ options }) => options.theme.colorScheme === scheme))"""
OUT_OF_SIGHT = """() => deep('travel-seat-map').some((map) => {
  const { left, right } = map.getBoundingClientRect();
  return left < 0 || right > innerWidth;
})"""


def leg(page: Page, name: str) -> Locator:
    return page.locator(f"#legs [data-leg={name}]")


def seats(page: Page) -> Locator:
    return page.locator("travel-seat-map").last


async def choose(page: Page, flight: str = "TE 204") -> None:
    await page.locator(".w-item").filter(has_text=flight).locator(".w-item-hit").click()


async def fill_in(page: Page) -> None:
    await page.get_by_label("Full name").fill("Nora Lindqvist")
    await page.get_by_label("Email for the ticket").fill("nora@ashandalder.example")
    await page.get_by_role("button", name="Passport valid until").click()
    await page.keyboard.press("PageDown")
    await page.keyboard.press("Enter")


async def continue_to_seats(page: Page, flight: str = "TE 204") -> None:
    """From the list of flights to the seat map."""
    await choose(page, flight)
    await fill_in(page)
    await page.get_by_role("button", name="Continue").click()
    await expect(seats(page)).to_be_visible()


async def confirm_any_seat(page: Page, *, at: int = 0) -> None:
    """Take any seat and book, for the flight `at` this place."""
    await page.get_by_role("button", name="Any seat").nth(at).click()
    await page.get_by_role("button", name="Book for").nth(at).click()


async def test_a_trip_is_booked_over_a_reload_with_a_seat_chosen_by_keyboard(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/travel/", **CALM) as page:
        await page.locator("#places").get_by_role("button", name="Lisbon").click()
        await expect(page.get_by_role("heading", name="Lisbon", exact=True)).to_be_visible()
        await expect(page.locator(".w-chart svg").first).to_be_visible()
        await choose(page)
        await expect(page.locator(".w-item[data-chosen]")).to_contain_text("TE 204")
        await expect(page.locator(".widget").nth(1)).to_have_js_property("inert", True)
        await expect(leg(page, "out")).to_contain_text("Not booked yet")
        await page.get_by_label("Full name").fill("Somebody else")
        await page.reload()
        await expect(page.get_by_label("Full name")).to_have_value("")
        await expect(leg(page, "out")).to_contain_text("Not booked yet")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_label("Full name")).to_be_focused()  # by the browser: it is required
        await fill_in(page)
        await page.get_by_role("button", name="Continue").click()

        await expect(seats(page)).to_be_visible()
        await page.get_by_role("button", name="Take this seat").click()
        first = seats(page).locator("button[tabindex='0']")
        await expect(first).to_be_focused()  # by the browser: a seat is required
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("End")
        await expect(seats(page).locator(":focus")).to_have_attribute("data-seat", "2F")
        await seats(page).get_by_role("button", name=FREE).first.focus()
        seat = await seats(page).locator(":focus").get_attribute("data-seat")
        assert seat is not None
        await page.keyboard.press("Space")
        await expect(seats(page).get_by_role("status")).to_contain_text(f"Seat {seat}")
        await page.get_by_role("button", name="Take this seat").press("Enter")

        booking = page.get_by_role("button", name="Book for")
        await expect(booking).to_be_visible()
        assert (await app_state(page))["out"]["status"] == "chosen"
        await booking.click()
        await ended(page)
        booked = (await app_state(page))["out"]
        assert (booked["status"], booked["seat"], booked["traveller"]) == ("booked", seat, "Nora Lindqvist")
        assert await booking.inner_text() == f"Book for £{booked['price']}"
        await expect(leg(page, "out")).to_contain_text(booked["reference"])
        await expect(answers(page).last).to_contain_text(booked["reference"])
        await expect(page.locator("#spent")).to_have_text(f"£{booked['price']} booked")
        await page.reload()
        await expect(seats(page).locator("[aria-pressed=true]")).to_have_attribute("data-seat", seat)
        assert (await app_state(page))["out"] == booked


async def test_a_preview_shows_a_flight_and_chooses_nothing(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/travel/", **CALM) as page:
        await say(page, "Plan a trip to Copenhagen")
        await (
            page.locator(".w-item")
            .filter(has_text="HX 62")
            .get_by_role("button", name="Preview", exact=True)
            .click()
        )
        await expect(leg(page, "out")).to_contain_text("Preview")
        await expect(leg(page, "out")).to_contain_text("15:40")
        assert (await app_state(page))["out"] is None
        await choose(page, "TE 340")
        await expect(leg(page, "out")).to_contain_text("10:05")
        await expect(leg(page, "out")).to_contain_text("Not booked yet")


async def test_another_tab_answers_and_both_show_the_trip(chromium: Browser, tmp_path: Path) -> None:
    async with (
        listening(demo(tmp_path)) as url,
        browsing(chromium, url, **CALM) as context,
    ):
        page = await context.new_page()
        await page.goto("/travel/")
        await say(page, "Plan a trip to Vienna")
        await expect(page.locator(".w-item")).to_have_count(4)
        other = await context.new_page()
        await other.goto("/travel/")
        await continue_to_seats(other, "HX 40")
        await page.bring_to_front()
        await expect(leg(page, "out")).to_contain_text("HX 40")
        await confirm_any_seat(page)
        await ended(page)
        await expect(leg(page, "out")).to_contain_text("Booked")
        await other.bring_to_front()
        await expect(leg(other, "out")).to_contain_text("Booked")
        assert await app_state(other) == await app_state(page)


async def test_a_stop_books_nothing_and_the_trip_goes_on_from_there(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/travel/", **CALM) as page:
        await say(page, "Plan a trip to Lisbon")
        await choose(page)
        await expect(page.get_by_label("Full name")).to_be_visible()
        await page.get_by_role("button", name="Stop", exact=True).click()
        await ended(page)
        await expect(page.get_by_text("This can no longer be answered.")).to_be_visible()
        await expect(leg(page, "out")).to_contain_text("Not booked yet")
        await say(page, "Go on")
        await expect(page.get_by_label("Full name")).to_have_count(2)
        await expect(page.locator(".w-item")).to_have_count(4)  # no second list
        await page.get_by_role("button", name="Not now").last.click()
        await ended(page, 2)
        await expect(answers(page).last).to_contain_text("Nothing was booked")


async def test_the_way_back_is_booked_and_taken_back(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/travel/", **CALM) as page:
        await say(page, "Plan a trip to Lisbon")
        await continue_to_seats(page)
        await confirm_any_seat(page)
        await ended(page)
        await say(page, "Book the way back")
        await choose(page, "HX 19")
        await expect(page.get_by_label("Full name")).to_have_count(1)  # the traveller is known
        await expect(page.locator("travel-seat-map")).to_have_count(2)
        await confirm_any_seat(page, at=1)
        await ended(page, 2)
        await expect(page.locator("#state")).to_have_text("Booked")
        await page.get_by_role("button", name="Undo changes").click()
        await expect(leg(page, "back")).to_contain_text("No flight chosen yet")
        await expect(page.locator("#state")).to_have_text("One flight booked")
        await page.reload()
        await expect(page.locator("#state")).to_have_text("One flight booked")
        await expect(leg(page, "back")).to_contain_text("No flight chosen yet")
        await say(page, "What is booked?")
        await expect(answers(page).last).to_contain_text("not chosen yet")
        assert await events(page, "error") == []


async def test_the_trip_belongs_to_the_thread(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/travel/", **CALM) as page:
        await say(page, "Plan a trip to Lisbon")
        await choose(page)
        await page.get_by_role("button", name="Not now").click()
        await ended(page)
        trip = await app_state(page)
        await page.get_by_role("button", name="Plan another trip").click()
        await expect(page.get_by_role("heading", name="Where to?")).to_be_visible()
        await expect(page.locator("#legs")).to_be_hidden()
        await say(page, "What does Vienna cost?")
        await ended(page, 2)
        await expect(answers(page).last).to_contain_text("The cheapest day to fly to Vienna")
        await page.get_by_role("button", name="Show chats").click()
        await page.get_by_role("button", name="Three days by the Tagus", exact=True).click()
        await expect(page.get_by_role("heading", name="Lisbon", exact=True)).to_be_visible()
        await expect(leg(page, "out")).to_contain_text("TE 204")
        assert await app_state(page) == trip
        await page.get_by_role("button", name="Show chats").click()
        await page.get_by_role("button", name="A look at the calendar", exact=True).click()
        await expect(page.get_by_role("heading", name="Where to?")).to_be_visible()


async def test_the_places_wait_for_an_answer_and_are_free_however_it_ends(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Pace(monkeypatch, scripted, is_open=True)
    async with visiting(chromium, demo(tmp_path), path="/travel/", **CALM) as page:
        await watch_lock(page, "#places")
        await say(page, "What is there to do in Vienna?")
        await ended(page)
        await break_off(page)
        await ended(page, 2)
        await page.get_by_role("button", name="Retry", exact=True).click()
        await ended(page, 3)
        await stop(page, words)
        await ended(page, 4)
        await expect_locks(page, 4)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
async def test_no_step_breaks_a_rule(chromium: Browser, tmp_path: Path, options: dict[str, Any]) -> None:
    found: list[str] = []

    async def look(page: Page, step: str) -> None:
        found.extend(f"{step}: {complaint}" for complaint in await probe(page, "axe"))
        await page.emulate_media(color_scheme="dark")
        await page.wait_for_function(HAS_SCHEME, arg="dark")
        found.extend(f"{step} in dark: {complaint}" for complaint in await probe(page, "contrast"))
        await page.emulate_media(color_scheme="light")
        await page.wait_for_function(HAS_SCHEME, arg="light")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step

    async with (
        listening(demo(tmp_path)) as url,
        browsing(chromium, url, color_scheme="light", **CALM, **options) as context,
    ):
        await context.add_init_script(path=AXE)
        await context.add_init_script(path=PROBES)
        page = await context.new_page()
        await page.goto("/travel/")
        await say(page, "Plan a trip to Lisbon")
        await expect(page.locator(".w-item")).to_have_count(4)
        await expect(page.locator(".w-chart-svg")).to_have_attribute("aria-label", re.compile("."))
        await look(page, "flights")
        await choose(page)
        await expect(page.get_by_label("Full name")).to_be_visible()
        await look(page, "traveller")
        await fill_in(page)
        await page.get_by_role("button", name="Continue").click()
        await seats(page).get_by_role("button", name=FREE).first.click()
        await look(page, "seats")
        assert not await page.evaluate(OUT_OF_SIGHT)
        await page.get_by_role("button", name="Take this seat").click()
        await expect(page.get_by_role("button", name="Book for")).to_be_visible()
        await look(page, "booking")
        await page.get_by_role("button", name="Book for").click()
        await ended(page)
        await look(page, "booked")
    assert found == []
