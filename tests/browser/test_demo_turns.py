"""The demo in a browser: what a response does to the page beside the chat, while it runs and however it
ends.
"""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.demos import Pace, demo
from tests.browser.pages import answers, composer, ended, events, names, progress, say, visiting
from turnstream.demos import scripted
from turnstream.demos.companion import tools

LOOK = """() => sample(() => ({
  paused: document.body.classList.contains('paused'),
  ticks: Number(document.body.dataset.ticks),
  energy: Number(document.getElementById('energy').getAttribute('aria-valuenow')),
  flash: document.getElementById('flash').textContent,
  toast: document.getElementById('toasts').textContent,
}))"""


async def ticking(page: Page) -> None:
    """Wait until the simulation moves."""
    await page.wait_for_function(
        "before => !document.body.classList.contains('paused') && Number(document.body.dataset.ticks) > "
        "before + 2",
        arg=await page.evaluate("Number(document.body.dataset.ticks)"),
    )


async def test_a_response_pauses_the_page_changes_it_and_lets_it_go_on(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await ticking(page)
        await page.evaluate(LOOK)
        await say(page, "feed her")
        await ended(page)
        await ticking(page)

        frames = await page.evaluate("samples")
        paused = [frame for frame in frames if frame["paused"]]
        assert len({frame["ticks"] for frame in paused}) == 1
        assert paused[0]["energy"] < 92
        assert paused[-1]["energy"] == 92
        assert "Crunch!" in {frame["flash"] for frame in paused}
        assert "Fed. Energy is up." in {frame["toast"] for frame in paused}
        assert frames[-1]["ticks"] > paused[-1]["ticks"]
        effects = [event["detail"]["name"] for event in await events(page, "effect")]
        assert effects == ["update_status", "show_notification"]
        turn = [name for name in await names(page) if name.startswith("response.")]
        assert turn == ["response.start", "response.end"]


async def test_the_answer_grows_while_it_is_written(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Pace(monkeypatch, scripted)
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "feed her")
        texts = [""]
        for _ in range(3):
            await words.go_on(2)
            await expect(answers(page)).not_to_have_text(texts[-1])
            texts.append(await answers(page).inner_text())
        words.open()
        await ended(page)
        texts.append(await answers(page).inner_text())
        assert all(after.startswith(before.rstrip()) for before, after in pairwise(texts))
        assert texts[-1].strip().endswith("the tree for the next one.")


async def test_progress_lines_follow_one_another_and_are_gone_with_the_answer(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = Pace(monkeypatch, tools)
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "Search the articles for sleep")
        processed = [f"Processing article {number}/4…" for number in range(1, 5)]
        for line in ("Searching articles…", "Found 4 articles…", *processed):
            await expect(progress(page)).to_have_text(line)
            await pace.go_on()
        pace.open()
        await ended(page)
        await expect(answers(page)).to_contain_text("I read 4 articles about sleep")
        await expect(progress(page)).to_have_count(0)


async def test_the_model_asks_the_page_what_was_picked(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await page.get_by_role("button", name="ball").click()
        await page.get_by_role("button", name="What did I pick?").click()
        await ended(page)
        await expect(answers(page)).to_have_text(
            "You picked the ball. It has been fetched 212 times and lost 14 times."
        )
        turn = [name for name in await names(page) if name.startswith("response.")]
        assert turn == ["response.start", "response.end"]


async def test_a_stopped_story_keeps_its_text_and_frees_the_page(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Pace(monkeypatch, scripted)
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "Tell me a long story")
        await words.go_on(16)
        await expect(answers(page)).to_contain_text("one lantern")
        await page.get_by_role("button", name="Stop").click()
        await ended(page)
        await ticking(page)

        await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
        await expect(answers(page)).to_contain_text("one lantern")
        await expect(answers(page)).not_to_contain_text("sometimes left dark on purpose")
        words.open()
        await say(page, "let her rest")
        await expect(answers(page).last).to_contain_text("A short nap in the sun")


async def test_an_error_says_so_locks_nothing_and_can_be_retried(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await say(page, "break something")
        await ended(page)
        await ticking(page)

        card = page.get_by_role("group", name="Something went wrong")
        await expect(card).to_contain_text(
            "The connection to the assistant was lost in the middle of its answer."
        )
        await expect(answers(page)).to_contain_text("Careful, I'm about to lose")
        assert len(await events(page, "error")) == 1
        await card.get_by_role("button", name="Retry").click()
        await ended(page, 2)
        await expect(card).to_be_visible()  # it breaks again, as it was told to
        await say(page, "play with her")
        await ended(page, 3)
        await expect(card).to_have_count(1)  # it stays with its turn, and offers nothing any more
        await expect(card.get_by_role("button", name="Retry")).to_have_count(0)
        await expect(answers(page).last).to_contain_text("Three rounds of fetch")


async def test_the_page_names_the_model_that_answers(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/") as page:
        await expect(page.get_by_text("Model: offline script")).to_be_visible()


async def test_a_dark_desktop_makes_page_and_chat_dark_without_touching_the_draft(
    chromium: Browser, tmp_path: Path
) -> None:
    async with visiting(chromium, demo(tmp_path), path="/companion/", color_scheme="light") as page:
        await composer(page).fill("half a thought")
        light = await brightness(page)
        await page.emulate_media(color_scheme="dark")
        await page.wait_for_function("deep('turnstream-chat-view')[0].options.theme.colorScheme === 'dark'")
        dark = await brightness(page)
        assert [shade > 200 for shade in light] == [True, True]
        assert [shade < 60 for shade in dark] == [True, True]
        await expect(composer(page)).to_have_value("half a thought")


async def brightness(page: Page) -> list[float]:
    """How bright the garden's page and the chat are painted, of 255."""
    return await page.evaluate("""() => [document.body, deep('turnstream-chat-view')[0]].map((node) => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d');
      canvas.fillStyle = getComputedStyle(node).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      return alpha < 255 ? NaN : (red + green + blue) / 3;
    })""")
