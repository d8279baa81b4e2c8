"""A served app in Chromium, which must not ask another host for anything nor report an error."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Route,
    WebError,
    expect,
)
from playwright.async_api import TimeoutError as PlaywrightTimeout
from starlette.types import ASGIApp

from tests.browser.conftest import PATIENCE_MS
from tests.http.serving import listening

__all__ = [
    "Watch",
    "answers",
    "browsing",
    "composer",
    "ended",
    "events",
    "names",
    "progress",
    "requests",
    "say",
    "visiting",
]

RECORDER = Path(__file__).with_name("recorder.js")

# Looking in every frame makes the browser paint 60 a second, which costs 0.1 CPU seconds a second.
POLL_MS = 50


@dataclass
class Watch:
    """What a browser context did that no page should do."""

    foreign: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])

    async def begin(self, context: BrowserContext, *urls: str) -> None:
        known = "|".join(re.escape(url) for url in urls)
        await context.route(re.compile(f"^(?!({known})/)"), self._refuse)
        context.on("console", self._note_message)
        context.on("weberror", self._note_error)

    def check(self, expected: Sequence[str]) -> None:
        assert self.foreign == []
        unexpected = [
            error for error in self.errors if not any(re.search(pattern, error) for pattern in expected)
        ]
        assert unexpected == []
        for pattern in expected:
            assert any(re.search(pattern, error) for error in self.errors), f"no error says {pattern!r}"

    async def _refuse(self, route: Route) -> None:
        self.foreign.append(route.request.url)
        await route.abort()

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _note_error(self, error: WebError) -> None:
        self.errors.append(str(error.error))


@asynccontextmanager
async def browsing(
    chromium: Browser,
    url: str,
    *also: str,
    errors: Sequence[str] = (),
    is_recorded: bool = True,
    **context_options: Any,
) -> AsyncGenerator[BrowserContext]:
    """Yield a fresh browser profile at home on `url`, whose pages keep what the chat tells them.

    Pages may ask the servers `also` too. Without `is_recorded` nothing in a page listens to the chat but what
    the page itself does.

    Raises:
        AssertionError: at the end, when the browser wanted something from another host, when a page reported
            an error that no pattern of `errors` matches, or none that a pattern does.
    """
    watch = Watch()
    context = await chromium.new_context(base_url=url, **context_options)
    context.set_default_timeout(PATIENCE_MS)
    await watch.begin(context, url, *also)
    if is_recorded:
        await context.add_init_script(path=RECORDER)
    try:
        yield context
    except BaseException as exc:
        exc.add_note(f"{watch}")
        raise
    finally:
        await context.close()
    watch.check(errors)


@asynccontextmanager
async def visiting(
    chromium: Browser, app: ASGIApp, *, path: str = "/", errors: Sequence[str] = (), **options: Any
) -> AsyncGenerator[Page]:
    """Serve `app` and yield a page of a fresh profile that shows `path` of it; for `options` see
    `browsing`.
    """
    async with listening(app) as url, browsing(chromium, url, errors=errors, **options) as context:
        page = await context.new_page()
        await page.goto(path)
        yield page


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message", exact=True)


def answers(page: Page) -> Locator:
    return page.get_by_role("article", name="Assistant")


def progress(page: Page) -> Locator:
    """The line that says what the assistant does."""
    return page.locator(".progress-text")


async def say(page: Page, text: str) -> None:
    """Write `text` and press Enter."""
    await composer(page).fill(text)
    await composer(page).press("Enter")


async def ended(page: Page, times: int = 1) -> None:
    """Wait until the page was told `times` times that a response is over, and the chat takes the next
    message.
    """
    try:
        await page.wait_for_function(
            "times => seen.filter(({ name }) => name === 'response.end').length === times",
            arg=times,
            polling=POLL_MS,
        )
    except PlaywrightTimeout as exc:
        exc.add_note(f"the page was told: {await names(page)}")
        raise
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)


async def events(page: Page, *wanted: str) -> list[dict[str, Any]]:
    """Return what the chat told the page so far, in order, but for the log of requests: everything, or the
    events of these names.
    """
    seen: list[dict[str, Any]] = await page.evaluate("seen")
    others = [event for event in seen if not _is_request(event)]
    return [event for event in others if not wanted or event["name"] in wanted]


async def requests(page: Page) -> list[dict[str, Any]]:
    """Return the data of each request that the chat logged."""
    seen: list[dict[str, Any]] = await page.evaluate("seen")
    return [event["detail"]["data"] for event in seen if _is_request(event)]


def _is_request(event: dict[str, Any]) -> bool:
    return event["name"] == "log" and event["detail"]["name"] == "request"


async def names(page: Page) -> list[str]:
    return [event["name"] for event in await events(page)]
