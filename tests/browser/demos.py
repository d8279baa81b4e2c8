"""The demos in a browser: their site, what an app says of itself, and the lock on it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette

from tests.browser.pages import answers, browsing, ended, say
from tests.http.serving import listening
from turnstream.demos.app import create_demo

__all__ = ["app_state", "break_off", "demo", "expect_locks", "reloaded_in_between", "stop", "watch_lock"]

LOOK = """(region) => sample(() => {
  const { inert, ariaBusy } = document.querySelector(region);
  return { locked: inert && ariaBusy === 'true' };
})"""


def demo(data: Path, *, token_delay_s: float = 0.01, reading_s: float = 0.15) -> Starlette:
    return create_demo(data, token_delay_s=token_delay_s, reading_s=reading_s)


async def app_state(page: Page) -> dict[str, Any]:
    """What the model changed in the app."""
    return await page.evaluate("appState()")


async def watch_lock(page: Page, region: str) -> None:
    """Note from now on, frame by frame, whether `region` is locked."""
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


async def stop(page: Page) -> None:
    """Ask for a story, and stop it."""
    await say(page, "Tell me a long story")
    await expect(answers(page).last).to_contain_text(".")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await expect(page.get_by_text("Stopped", exact=True)).to_be_visible()


@asynccontextmanager
async def reloaded_in_between(
    chromium: Browser, app: Starlette, *, path: str, said: str, when: str
) -> AsyncGenerator[tuple[dict[str, Any], Page]]:
    """Let two persons say the same, the second of whom reloads the page as soon as `when` is true there.

    Yields the first one's app, and the second one's page when the response is over there. It must last longer than a
    reload on a busy machine.
    """
    async with listening(app) as url, browsing(chromium, url) as one, browsing(chromium, url) as other:

        async def visit(context: BrowserContext, when: str | None) -> Page:
            page = await context.new_page()
            await page.goto(path)
            await say(page, said)
            if when is not None:
                await page.wait_for_function(when)
                await page.reload()
            await ended(page)
            return page

        undisturbed, page = await asyncio.gather(visit(one, None), visit(other, when))
        yield await app_state(undisturbed), page
