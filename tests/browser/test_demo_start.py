"""The demos' start page and sources, and what every page of the site keeps to."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.browser.demos import demo
from tests.browser.pages import browsing, composer, say, visiting
from tests.browser.states import AXE, PROBES, probe
from tests.browser.strict import POLICY, ended, listen, violations
from tests.http.serving import listening

APPS = ("map", "claim", "colony", "companion", "travel")
SAID = {
    "map": "Plan a walk along the Thames",
    "claim": "My bike was stolen in Camden on Tuesday, it cost 640 pounds",
    "colony": "Prepare for a dust storm",
    "companion": "feed her",
    "travel": "What does Copenhagen cost?",
}
CALM: dict[str, Any] = {"reduced_motion": "reduce"}
# The chat, where a page has one, has the colours that the page has.
IS_DARK = """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  .then(() => deep('turnstream-chat-view').every(({ options }) => options.theme.colorScheme === 'dark'))"""
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    **CALM,
}


def strictly(app: ASGIApp) -> ASGIApp:
    """Serve every page of `app` under the policy of the strict page."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["content-security-policy"] = POLICY
            await send(message)

        await app(scope, receive, send_with_policy)

    return serve


async def test_each_card_leads_to_an_app_and_to_its_source(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), **CALM) as page:
        await expect(page.get_by_text("Model: offline script")).to_be_visible()
        for title in ("City map", "Claim form", "Colony", "Companion", "Travel desk"):
            card = page.get_by_role("article").filter(has=page.get_by_role("heading", name=title))
            await expect(card.locator("img")).to_have_js_property("complete", True)
            assert await card.locator("img").evaluate("image => image.naturalWidth") == 960
            await card.get_by_role("link", name=title, exact=True).click()
            await expect(composer(page)).to_be_visible()
            await page.get_by_role("link", name="Source").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text(f"Source of the {title} demo")
            await page.get_by_role("link", name="Back to the app").click()
            await page.get_by_role("link", name="All demos").click()


@pytest.mark.parametrize("app", APPS)
async def test_an_app_offers_nothing_before_it_can_answer(
    chromium: Browser, tmp_path: Path, app: str
) -> None:
    held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
    async with visiting(chromium, demo(tmp_path), **CALM) as page:
        await page.route(f"**/{app}/{app}.js", lambda route: held.set_result(route))
        await page.goto(f"/{app}/", wait_until="commit")
        script = await held
        assert await page.evaluate("document.querySelector('main').inert")
        await script.continue_()
        await page.wait_for_function("!document.querySelector('main').inert")


@pytest.mark.parametrize("app", APPS)
async def test_an_app_keeps_a_strict_policy(chromium: Browser, tmp_path: Path, app: str) -> None:
    async with listening(strictly(demo(tmp_path))) as url, browsing(chromium, url, **CALM) as context:
        await listen(context)
        page = await context.new_page()
        await page.goto(f"/{app}/")
        await say(page, SAID[app])
        await ended(page)
        assert await violations(page) == []
        for path in ("/", f"/{app}/source/"):
            await page.goto(path)
            await expect(page.get_by_role("heading", level=1)).to_be_visible()
            assert await violations(page) == []


async def broken_rules(page: Page) -> list[str]:
    """What breaks a rule in light; and in dark, which differs in colours only, what cannot be read."""
    found = [f"{page.url}: {complaint}" for complaint in await probe(page, "axe")]
    await page.emulate_media(color_scheme="dark")
    await page.wait_for_function(IS_DARK)
    found += [f"{page.url} in dark: {complaint}" for complaint in await probe(page, "contrast")]
    await page.emulate_media(color_scheme="light")
    return found


async def test_no_page_breaks_a_rule(chromium: Browser, tmp_path: Path) -> None:
    found: list[str] = []
    async with (
        listening(demo(tmp_path)) as url,
        browsing(chromium, url, color_scheme="light", **CALM) as context,
    ):
        await context.add_init_script(path=AXE)
        await context.add_init_script(path=PROBES)
        page = await context.new_page()
        for path in ("/", "/map/source/"):
            await page.goto(path)
            found += await broken_rules(page)
        for app in APPS:
            await page.goto(f"/{app}/")
            await expect(composer(page)).to_be_visible()
            found += await broken_rules(page)
            await say(page, SAID[app])
            await ended(page)
            found += await broken_rules(page)
    assert found == []


async def test_no_page_scrolls_sideways_on_a_phone(chromium: Browser, tmp_path: Path) -> None:
    async with visiting(chromium, demo(tmp_path), **PHONE) as page:
        for path in ("/", "/map/source/", *(f"/{app}/" for app in APPS)):
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert width == 390, path
