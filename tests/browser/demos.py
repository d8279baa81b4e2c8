"""The demos in a browser: their site, what an app says of itself, and the lock on it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette

from tests.browser.pages import answers, browsing, ended, say
from tests.http.serving import listening
from turnstream.demos.app import create_demo

__all__ = [
    "Pace",
    "app_state",
    "break_off",
    "demo",
    "expect_locks",
    "reloaded_in_between",
    "stop",
    "watch_lock",
]

LOOK = """(region) => sample(() => {
  const { inert, ariaBusy } = document.querySelector(region);
  return { locked: inert && ariaBusy === 'true' };
})"""


def demo(data: Path, *, token_delay_s: float = 0.01, reading_s: float = 0.01) -> Starlette:
    return create_demo(data, token_delay_s=token_delay_s, reading_s=reading_s)


class Pace:
    """Holds a demo at each pause that `module` makes, its tools' or its script's, until the test lets it go
    on.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: ModuleType, *, is_open: bool = False) -> None:
        self.is_open = is_open
        self._held = asyncio.Queue[asyncio.Future[None]]()
        monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=self._pause))

    async def go_on(self, times: int = 1) -> None:
        """Wait until the demo pauses, and end the pause; so many times."""
        for _ in range(times):
            (await self._held.get()).set_result(None)

    def open(self) -> None:
        """End every pause from now on."""
        self.is_open = True
        while not self._held.empty():
            held = self._held.get_nowait()
            if not held.done():  # the turn was stopped there
                held.set_result(None)

    async def _pause(self, _seconds: float) -> None:
        if not self.is_open:
            held = asyncio.get_running_loop().create_future()
            self._held.put_nowait(held)
            await held


async def app_state(page: Page) -> dict[str, Any]:
    """What the model changed in the app."""
    return await page.evaluate("appState()")


async def watch_lock(page: Page, region: str) -> None:
    """Note from now on, at each change, whether `region` is locked."""
    await page.evaluate(LOOK, region)


async def expect_locks(page: Page, times: int) -> None:
    """It was locked so many times since, and is free now."""
    await page.wait_for_function("samples.at(-1).locked === false")
    locks: list[dict[str, bool]] = await page.evaluate("samples")
    assert [frame["locked"] for frame in locks] == [False, *[True, False] * times]


async def break_off(page: Page) -> None:
    """Let the model lose its connection in the middle of its answer."""
    await say(page, "break something")
    await expect(page.get_by_role("group", name="Something went wrong")).to_be_visible()


async def stop(page: Page, words: Pace) -> None:
    """Ask for a story, and stop it while the script is held by `words`."""
    words.is_open = False
    before = await answers(page).count()
    await say(page, "Tell me a long story")
    await words.go_on(12)
    await expect(answers(page)).to_have_count(before + 1)
    await page.get_by_role("button", name="Stop", exact=True).click()
    await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()
    words.open()


@asynccontextmanager
async def reloaded_in_between(
    chromium: Browser,
    app: Starlette,
    tools: Pace,
    *,
    path: str,
    said: str,
    pauses: int,
    when: str,
    **options: Any,
) -> AsyncGenerator[tuple[dict[str, Any], Page]]:
    """Let two persons say the same, the second of whom reloads the page where the tools made so many
    `pauses`.

    That makes `when` true in the page. Yields the first one's app, and the second one's page when the
    response is over.
    """
    async with (
        listening(app) as url,
        browsing(chromium, url, **options) as one,
        browsing(chromium, url, **options) as other,
    ):

        async def visit(context: BrowserContext) -> Page:
            page = await context.new_page()
            await page.goto(path)
            await say(page, said)
            return page

        tools.is_open = True
        undisturbed = await visit(one)
        await ended(undisturbed)
        tools.is_open = False
        page = await visit(other)
        await tools.go_on(pauses)
        await page.wait_for_function(when)
        await page.reload()
        await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
        tools.open()
        await ended(page)
        yield await app_state(undisturbed), page
