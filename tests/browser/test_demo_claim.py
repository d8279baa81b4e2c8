"""The claim form in a browser: who writes into it, what is kept, and that nothing is sent unasked."""

from pathlib import Path

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
from tests.browser.pages import answers, composer, ended, events, say, visiting
from tests.browser.test_pictures import pick, picture
from turnstream.demos import scripted
from turnstream.demos.claim import tools

STOLEN = "My bike was stolen in Camden on Tuesday, it cost 640 pounds"
REST = "Reference ABC12345/26, my name is Priya Raman, priya@example.org"


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#{name}")


async def show(page: Page, step: str) -> None:
    await page.locator("#steps").get_by_role("button", name=step).click()


async def values(page: Page) -> dict[str, str]:
    return (await app_state(page))["values"]


async def test_a_sentence_fills_the_form(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        await say(page, STOLEN)
        await ended(page)
        found = await values(page)
        assert found.pop("date")
        assert found == {
            "kind": "theft",
            "item": "bike",
            "description": STOLEN,
            "place": "Camden",
            "amount": "640",
        }
        await expect(page.get_by_role("radio", name="Stolen")).to_be_checked()
        await expect(field(page, "item")).to_have_accessible_description("Filled in by the assistant")
        await field(page, "item").fill("racing bike")
        await expect(field(page, "item")).to_have_accessible_description("")
        await expect(answers(page)).to_contain_text("I filled in what happened, what it was, the date")


async def test_the_form_waits_for_an_answer_and_is_free_however_it_ends(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Pace(monkeypatch, scripted, is_open=True)
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        await watch_lock(page, "#claim")
        await say(page, STOLEN)
        await ended(page)
        await break_off(page)
        await ended(page, 2)
        await stop(page, words)
        await ended(page, 3)
        await expect_locks(page, 3)


async def test_a_reload_in_the_middle_ends_in_the_same_form(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace, when = Pace(monkeypatch, tools), "appState().values.description"
    async with reloaded_in_between(
        chromium, demo(tmp_path), pace, path="/claim/", said=STOLEN, pauses=3, when=when
    ) as (state, page):
        assert await app_state(page) == state
        await watch_lock(page, "#claim")
        await expect_locks(page, 0)


async def test_what_the_person_wrote_outlives_reload_thread_and_replay(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        await say(page, STOLEN)
        await ended(page)
        await field(page, "item").fill("racing bike, green")
        await show(page, "Contact")
        await field(page, "name").fill("Priya Raman")
        await page.reload()
        await expect(field(page, "name")).to_have_value("Priya Raman")
        await expect(answers(page)).to_contain_text("I filled in")
        await page.get_by_role("button", name="New chat").click()
        await page.get_by_role("button", name="Show chats").click()
        await page.get_by_role("button", name="Something was stolen", exact=True).click()
        await expect(answers(page)).to_contain_text("I filled in")
        found = await values(page)
        assert (found["item"], found["name"], found["place"]) == (
            "racing bike, green",
            "Priya Raman",
            "Camden",
        )


async def test_the_model_reads_the_form_and_flags_what_is_missing(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        await page.get_by_role("radio", name="Damaged").check()
        await field(page, "item").fill("Cello")
        await field(page, "description").fill("The case fell over")
        await say(page, "Check my claim")
        await ended(page)
        await expect(answers(page)).to_contain_text(
            "Still missing: the date, the place, the amount, your name and your email."
        )
        await expect(page.get_by_role("heading", name="When and where?")).to_be_visible()
        await expect(field(page, "place")).to_have_accessible_description("Still missing: the place.")
        await field(page, "place").fill("Leeds")
        await expect(field(page, "place")).to_have_accessible_description("")
        assert set((await app_state(page))["flags"]) == {"date", "amount", "name", "email"}


async def test_a_form_without_the_chat_is_a_form(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        await page.get_by_role("radio", name="Lost").check()
        await field(page, "item").fill("Umbrella")
        await field(page, "description").fill("On the bus")
        await field(page, "item").press("Enter")
        await expect(page.get_by_role("heading", name="When and where?")).to_be_focused()
        await show(page, "Review")
        await page.get_by_role("button", name="Submit claim").click()
        await expect(field(page, "date")).to_have_accessible_description("This field is required.")
        for step, name, value in (
            ("When", "date", "2026-11-20"),
            ("When", "place", "Leeds"),
            ("Cost", "amount", "35"),
            ("Contact", "name", "Sam Ola"),
            ("Contact", "email", "sam@example.org"),
        ):
            await show(page, step)
            await field(page, name).fill(value)
        await show(page, "Review")
        await expect(page.locator("#review")).to_contain_text("20 November 2026")
        await page.get_by_role("button", name="Submit claim").click()
        await expect(page.get_by_text("Claim submitted. Your reference is")).to_be_visible()
        await page.get_by_role("button", name="Start a new claim").click()
        await expect(field(page, "item")).to_have_value("")


async def test_nothing_is_sent_unless_the_person_allows_it(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        for said in (STOLEN, REST):
            await say(page, said)
            await ended(page, 1 + (said == REST))
        question = page.get_by_role("group", name="Submit this claim to the insurer?")
        await say(page, "Submit it")
        await question.get_by_role("button", name="Decline").click()
        await ended(page, 3)
        await expect(answers(page).last).to_contain_text("didn't submit anything")
        assert (await app_state(page))["sent"] is None
        await say(page, "Submit it")
        await question.get_by_role("button", name="Allow").click()
        await ended(page, 4)
        reference = (await app_state(page))["sent"]
        assert reference.startswith("AL-")
        await expect(page.get_by_role("button", name="Undo changes")).to_have_count(0)
        await expect(answers(page).last).to_contain_text(f"Your reference is {reference}")
        await expect(
            page.get_by_text(f"Claim submitted. Your reference is {reference}.", exact=True)
        ).to_be_visible()
        await say(page, "My phone was lost in Leeds")
        await ended(page, 5)
        assert (await values(page))["item"] == "bike"
        await expect(page.get_by_role("button", name="Undo changes")).to_have_count(0)
        await expect(page.locator(".note:not([aria-hidden])")).to_have_count(0)


async def test_a_fill_is_taken_back_and_the_persons_words_return(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        await field(page, "item").fill("racing bike, green")
        await say(page, STOLEN)
        await ended(page)
        assert (await values(page))["item"] == "bike"
        await page.evaluate("document.getElementById('chat').undo()")
        await expect(field(page, "item")).to_have_value("racing bike, green")
        assert await values(page) == {"item": "racing bike, green"}
        await page.reload()
        await expect(answers(page)).to_contain_text("I filled in")
        assert await values(page) == {"item": "racing bike, green"}
        assert await events(page, "error") == []


async def test_a_photo_of_the_damage_goes_on_the_claim(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/") as page:
        photos = page.locator("#photos img")
        await pick(page, picture("front.png"), picture("back.png"))
        await expect(page.locator(".tile")).to_have_count(2)
        await composer(page).fill("My phone fell in Leeds")
        await page.get_by_role("button", name="Send", exact=True).click()
        await ended(page)
        await expect(answers(page)).to_contain_text("I put your 2 photos on the claim.")
        await expect(photos).to_have_count(2)
        assert await photos.evaluate_all("all => Promise.all(all.map((one) => one.decode()))") == [None, None]
        assert (await values(page))["item"] == "phone"
        await page.evaluate("document.getElementById('chat').undo()")
        await expect(photos).to_have_count(0)
        await page.evaluate("document.getElementById('chat').redo()")
        await expect(photos).to_have_count(2)
        await page.reload()
        await expect(photos).to_have_count(2)
        await page.get_by_role("button", name="Remove front.png").click()
        await expect(photos).to_have_count(1)
        await expect(page.get_by_role("button", name="Remove back.png")).to_be_focused()
        await show(page, "Review")
        await expect(page.locator("#review").get_by_role("img", name="back.png")).to_be_visible()
        await page.get_by_role("button", name="Start a new claim").click()
        await expect(page.locator("#photos img")).to_have_count(0)


async def test_a_photo_alone_is_asked_about_and_goes_with_its_chat(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/claim/", errors=["404"]) as page:
        await show(page, "Cost")
        await pick(page, picture("front.png"))
        await page.get_by_role("button", name="Send", exact=True).click()
        await ended(page)
        await expect(answers(page)).to_contain_text("What happened?")
        await expect(page.locator("#photos").get_by_role("img", name="front.png")).to_be_visible()
        await page.get_by_role("button", name="Show chats").click()
        await page.get_by_role("button", name="More actions for this chat").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await page.reload()
        await expect(page.locator("#photos li")).to_have_text("front.png×")
