"""Widgets wherever the wire has them: several in one answer, restored, locked, in a preview, on paper."""

from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.host import Events, chat_site, said, spoken
from tests.browser.pages import answers, ended, say, visiting
from turnstream.server import stream_widget
from turnstream.types import ClosedStatus, LockedStatus, ThreadMetadata, UserMessageItem
from turnstream.widgets import (
    ActionConfig,
    Button,
    Card,
    Chart,
    Input,
    LineSeries,
    ListView,
    ListViewItem,
    Text,
)

KEEP = "{ persist: true }"
TAGS = """{ entities: { showComposerMenu: true,
  onTagSearch: async () => [{ id: 'm', title: 'Mole', interactive: true }],
  onRequestPreview: async () => ({ preview: { type: 'Card', size: 'sm', children: [
    { type: 'Title', value: 'Mole Antonelliana' }, { type: 'acme.Stars', count: 4 },
    { type: 'Button', label: 'Visit', onClickAction: { type: 'visit' } }] } }) },
  widgets: { components: { 'acme.Stars': ({ count }) => document.createTextNode('★'.repeat(count)) } } }"""


def form(title: str) -> Card:
    go = ActionConfig(type="go")
    return Card(
        asForm=True,
        children=[Text(value=title), Input(name="name", placeholder=f"Name for {title}")],
        confirm={"label": f"Send {title}", "action": go},
    )


def stops() -> ListView:
    return ListView(
        limit=2,
        children=[
            ListViewItem(key=name, onClickAction=ActionConfig(type="go"), children=[Text(value=name)])
            for name in ("Venice", "Udine", "Trieste")
        ],
    )


async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    match spoken(item):
        case "several":
            async for event in stream_widget(thread, form("one")):
                yield event
            yield said(thread, "Between them.")
            for widget in (form("two"), stops()):
                async for event in stream_widget(thread, widget):
                    yield event
        case "lock":
            async for event in stream_widget(thread, form("one")):
                yield event
            thread.status = LockedStatus(reason="Under review")
        case "close":
            async for event in stream_widget(thread, stops()):
                yield event
            thread.status = ClosedStatus(reason="Solved")
        case _:
            chart = Chart(
                data=[{"day": "Mon", "n": 3}, {"day": "Tue", "n": 5}],
                series=[LineSeries(label="Trains", dataKey="n")],
                xAxis="day",
            )
            press = Button(label="Press", onClickAction=ActionConfig(type="go"))
            async for event in stream_widget(thread, Card(children=[chart, press])):
                yield event


async def test_several_stand_in_one_answer_in_their_order_also_after_a_reload(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(respond, KEEP)) as page:
        await say(page, "several")
        await ended(page)
        wanted = ["one", "Between them.", "two", "Venice"]
        await expect(answers(page)).to_contain_text(wanted)
        await page.get_by_placeholder("Name for two").fill("Ada")
        await page.get_by_role("button", name="Show 1 more").click()
        await expect(page.get_by_role("listitem")).to_contain_text(["Venice", "Udine", "Trieste"])
        await page.reload()
        await expect(answers(page)).to_contain_text(wanted)
        await expect(page.get_by_placeholder("Name for two")).to_have_value("")
        await expect(page.get_by_role("button", name="Send two")).to_be_enabled()


async def test_a_locked_and_a_closed_thread_show_widgets_that_nobody_can_use(chromium: Browser) -> None:
    for word, name in (("lock", "Send one"), ("close", "Show 1 more")):
        async with visiting(chromium, chat_site(respond, KEEP)) as page:
            await say(page, word)
            await ended(page)
            await expect(page.locator(".widget")).to_have_js_property("inert", True)
            await page.reload()
            button = page.locator(".widget button", has_text=name)
            await expect(button).to_be_visible()
            await expect(page.locator(".widget")).to_have_js_property("inert", True)
            await button.evaluate("button => button.focus()")
            focused = "button => button.getRootNode().activeElement === button"
            assert not await button.evaluate(focused)


async def test_a_preview_is_a_widget_to_look_at(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(respond, TAGS)) as page:
        await page.get_by_role("button", name="Mention something").click()
        await expect(page.get_by_role("option", name="Mole")).to_be_visible()
        await page.keyboard.press("Enter")
        await page.keyboard.type("please")
        await page.keyboard.press("Enter")
        await ended(page)
        await page.get_by_role("article", name="You").get_by_role("button", name="Mole").hover()
        preview = page.get_by_role("tooltip")
        await expect(preview).to_contain_text("Mole Antonelliana★★★★Visit")
        assert await preview.locator(".widget").evaluate("({ inert }) => inert")


async def test_on_paper_a_chart_stays_and_what_is_pressed_goes(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(respond, "{ theme: 'dark' }")) as page:
        await say(page, "chart")
        await expect(page.get_by_role("img", name="Chart: Trains")).to_be_visible()
        await ended(page)
        await page.emulate_media(media="print")
        await expect(page.get_by_role("img", name="Chart: Trains")).to_be_visible()
        await expect(page.get_by_role("button")).to_have_count(0)
        card = page.locator(".w-card")
        assert await card.evaluate("card => getComputedStyle(card).breakInside") == "avoid"
        assert await card.evaluate("card => getComputedStyle(card).color") == "rgb(0, 0, 0)"
