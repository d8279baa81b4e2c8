"""Charts in a chat, from the classes of Python: their chunk, their values, and the table if it is missing."""

from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from tests.browser.host import Events
from tests.browser.pages import browsing, say
from tests.browser.strict import ended, listen, strict_site, violations
from tests.http.serving import listening
from turnstream.server import stream_widget
from turnstream.types import ThreadMetadata, UserMessageItem
from turnstream.widgets import AreaSeries, BarSeries, Card, Chart, LineSeries

CHART = Chart(
    data=[{"day": "Mon", "sold": 12, "plan": 9.5}, {"day": "Tue", "sold": 4, "plan": 11}],
    series=[
        BarSeries(label="Sold", dataKey="sold", color="green"),
        AreaSeries(label="Plan", dataKey="plan", curveType="natural"),
        LineSeries(label="Also sold", dataKey="sold", color={"light": "#a02050", "dark": "#f090b0"}),
    ],
    xAxis="day",
    showYAxis=True,
)


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    async for event in stream_widget(thread, Card(children=[CHART])):
        yield event


async def visit(page: Page) -> None:
    await page.goto("/")
    await say(page, "show me")
    await ended(page)


async def test_a_chart_is_drawn_under_a_strict_policy_and_read_by_keyboard(chromium: Browser) -> None:
    async with listening(strict_site(respond)) as url, browsing(chromium, url) as context:
        await listen(context)
        page = await context.new_page()
        await visit(page)
        drawing = page.get_by_role("img", name="Chart: Sold, Plan, Also sold")
        await expect(drawing).to_be_visible()
        fill = await page.locator(".w-chart-bar").evaluate("bar => getComputedStyle(bar).fill")
        stroke = await page.locator(".w-chart-line").last.evaluate("line => getComputedStyle(line).stroke")
        assert fill.startswith("oklch"), fill
        assert stroke == "rgb(160, 32, 80)"
        await drawing.press("ArrowRight")
        await drawing.press("ArrowRight")
        await expect(page.locator(".w-chart-tip")).to_contain_text("Tue")
        await expect(page.locator(".w-chart-spoken")).to_have_text("Tue: Sold 4, Plan 11, Also sold 4")
        await expect(page.get_by_role("row")).to_have_count(3)
        assert await violations(page) == []


async def test_without_its_chunk_a_chart_is_a_table(chromium: Browser) -> None:
    async def refuse(route: Route) -> None:
        await route.abort()

    errors = ("ERR_FAILED",)
    async with (
        listening(strict_site(respond)) as url,
        browsing(chromium, url, errors=errors) as context,
    ):
        await context.route("**/chunks/chart-*.js", refuse)
        page = await context.new_page()
        await visit(page)
        await expect(page.get_by_role("cell", name="9.5")).to_be_visible()
        size = await page.get_by_role("table").bounding_box()
        assert size is not None
        assert size["height"] > 50
