"""MCP Apps in frames, on a page with a strict policy: what they learn and what they may ask."""

import asyncio
import json
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.frames import BODY, RPC, resource
from tests.browser.frames.pages import (
    CONSENT,
    FRAMES,
    INPUT,
    RESULT,
    asked,
    asking,
    changes,
    logged,
    press,
    seen,
    showing,
    view,
    weather,
)
from tests.browser.pages import browsing
from tests.browser.states import AXE, PROBES, probe
from tests.browser.strict import POLICY, ended, listen, until, violations
from tests.browser.test_widget_alone import site
from tests.http.serving import listening
from turnstream.widgets import Card, Frame, Text


async def test_a_view_learns_its_place_and_its_call(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())])) as page:
        [context] = await seen(page, "context")
        assert {name: context[name] for name in ("theme", "locale", "displayMode", "platform")} == {
            "theme": "light",
            "locale": "en-US",
            "displayMode": "inline",
            "platform": "web",
        }
        assert context["toolInfo"]["tool"]["name"] == "get_weather"
        box = await page.locator("iframe").bounding_box()
        assert box is not None
        assert context["containerDimensions"] == {"width": box["width"], "maxHeight": 640}
        assert await seen(page, "input") == [INPUT]
        assert await seen(page, "result") == [RESULT]
        assert await violations(page) == []


SAVE = {"name": "save", "arguments": {"draft": "seat 12A"}}
HEIGHT = "deep('iframe')[0].clientHeight"
SOURCE = {"uri": "ui://weather/view", "title": "Weather in Lisbon", "tool": "get_weather"}


async def test_what_a_view_asks_for_reaches_the_page(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())])) as page:
        await press(page, "call")
        [result] = await seen(page, "called")
        assert result == {
            "content": [{"type": "text", "text": "24 °C"}],
            "structuredContent": {"now": 24},
        }
        await press(page, "link")
        await press(page, "say")
        assert await seen(page, "opened") == [{}]
        assert await seen(page, "said") == [{}]
        assert await asked(page, 3) == [
            ["call", {"name": "refresh", "arguments": {"city": "Rome"}}, SOURCE],
            ["link", "https://weather.example/lisbon", "get_weather"],
            ["message", [{"type": "text", "text": "And tomorrow?"}], "ui://weather/view"],
        ]
        await press(page, "log")
        assert await logged(page, "frame.log") == ['warning: {"late":true}']


async def test_without_consent_calls_and_messages_are_refused(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())]), frames="{}") as page:
        await press(page, "call")
        await press(page, "say")
        [called], [said] = await seen(page, "called"), await seen(page, "said")
        assert (called["code"], said["code"]) == (-32000, -32000)
        assert "The page does not call tools for frames." in called["message"]
        assert "The page takes no messages of frames." in said["message"]
        refused = await logged(page, "frame.refused")
        assert any("`widgets.frames.callTool`" in message for message in refused)


async def test_what_the_page_throws_stays_in_the_page(chromium: Browser) -> None:
    throws = "{ callTool: async () => { throw new Error('secret'); }, openLink: () => false }"
    async with showing(chromium, Card(children=[weather(resource())]), frames=throws) as page:
        await press(page, "call")
        await press(page, "link")
        [called], [opened] = await seen(page, "called"), await seen(page, "opened")
        assert "The page has refused this." in called["message"]
        assert "secret" not in called["message"]
        assert "The page does not open this link." in opened["message"]
        await until(page, "() => seen.some(({ name }) => name === 'error')")


async def test_the_person_is_asked_about_a_link(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())]), frames="{}") as page:
        await page.context.route("https://weather.example/*", lambda route: route.fulfill(body="Sun"))
        await press(page, "script")
        [script] = await seen(page, "opened")
        assert "Only addresses of http and https open." in script["message"]
        await press(page, "link")
        dialog = page.get_by_role("dialog", name="Open this link?")
        await expect(dialog.locator(".link-address")).to_have_text("https://weather.example/lisbon")
        await dialog.get_by_role("button", name="Cancel").click()
        denied = (await seen(page, "opened", 2))[1]
        assert "The person does not open this link." in denied["message"]
        await press(page, "link")
        async with page.expect_popup() as popup:
            await dialog.get_by_role("button", name="Open", exact=True).click()
        assert (await seen(page, "opened", 3))[2] == {}
        await expect((await popup.value).get_by_text("Sun")).to_be_visible()


async def test_a_frame_and_its_question_break_no_rule(chromium: Browser) -> None:
    card = Card(children=[weather(resource())])
    async with showing(chromium, card, frames="{}", reduced_motion="reduce") as page:
        await page.evaluate(AXE.read_text())
        await page.evaluate(PROBES.read_text())
        await seen(page, "result")
        found = await probe(page, "axe")
        await press(page, "link")
        await expect(page.get_by_role("dialog", name="Open this link?")).to_be_visible()
        found += await probe(page, "axe")
    assert found == []


async def test_the_height_follows_the_view_up_to_its_limit(chromium: Browser) -> None:
    frame = weather(resource(), height=100, maxHeight=2000)
    async with showing(chromium, Card(children=[frame])) as page:
        await seen(page, "result")
        await press(page, "grow")
        await until(page, f"() => 300 < {HEIGHT} && {HEIGHT} < 2000")
        await press(page, "burst")
        await until(page, f"() => {HEIGHT} === 2000")


async def test_the_view_follows_the_theme_and_the_width(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())])) as page:
        await seen(page, "result")
        options = f"{{ api: {{ url: '/chatkit' }}, theme: 'dark', widgets: {{ frames: {CONSENT} }} }}"
        await page.evaluate(f"chat.setOptions({options})")
        assert (await seen(page, "changed"))[0] == {"theme": "dark"}
        await page.set_viewport_size({"width": 400, "height": 700})
        width = await page.evaluate("deep('iframe')[0].clientWidth")
        assert width < 400
        changes = view(page).locator('[data-name="changed"]')
        await expect(changes.last).to_contain_text(f'"width":{width}')


async def test_a_new_result_reaches_the_view_that_is_shown(chromium: Browser) -> None:
    newer: dict[str, Any] = {"content": [], "structuredContent": {"hours": [22]}}
    states = asyncio.Queue[Frame | None]()
    states.put_nowait(weather(resource(), id="weather"))
    async with asking(chromium, changes(states)) as page:
        await seen(page, "result")
        await page.evaluate("deep('iframe')[0].dataset.mark = 'same'")
        states.put_nowait(weather(resource(), id="weather", result=newer))
        assert await seen(page, "result", 2) == [RESULT, newer]
        assert await seen(page, "input") == [INPUT]
        assert await page.evaluate("deep('iframe').map((one) => one.dataset.mark)") == ["same"]
        states.put_nowait(None)
        await ended(page)


async def test_another_resource_is_another_frame_and_the_old_one_is_told(chromium: Browser) -> None:
    states = asyncio.Queue[Frame | None]()
    states.put_nowait(weather(resource(), id="weather"))
    async with asking(chromium, changes(states)) as page:
        await seen(page, "result")
        states.put_nowait(weather(resource(body="<h1>Other</h1>" + BODY), id="weather"))
        states.put_nowait(None)
        assert await asked(page, 1) == [["call", SAVE, SOURCE]]
        await until(page, "() => deep('iframe').length === 1")
        await expect(view(page).get_by_role("heading", name="Other")).to_be_visible()
        await ended(page)


async def test_a_view_is_told_when_its_thread_is_left(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())])) as page:
        await seen(page, "result")
        await page.evaluate("chat.setThreadId(null)")
        assert await asked(page, 1) == [["call", SAVE, SOURCE]]
        await until(page, "() => deep('iframe').length === 0")


async def test_a_view_that_does_not_answer_is_not_waited_for(chromium: Browser) -> None:
    mute = resource(code=RPC + "document.body.append('ready');")
    async with showing(chromium, Card(children=[weather(mute)])) as page:
        await expect(view(page).get_by_text("ready")).to_be_visible()
        await page.evaluate("chat.setThreadId(null)")
        await until(page, "() => deep('iframe').length === 0")


async def test_a_frame_is_there_after_a_reload_and_when_its_thread_is_opened_again(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())]), persist=True) as page:
        await seen(page, "result")
        await page.reload()
        assert await seen(page, "result") == [RESULT]
        thread = await page.evaluate("seen.find(({ name }) => name === 'thread.change').detail.threadId")
        await page.evaluate("chat.setThreadId(null)")
        await until(page, "() => deep('iframe').length === 0")
        await page.evaluate("thread => chat.setThreadId(thread)", thread)
        assert await seen(page, "result") == [RESULT]
        assert await seen(page, "input") == [INPUT]


async def test_in_a_locked_thread_nothing_can_be_used(chromium: Browser) -> None:
    calls = "setInterval(() => void send('tools/call', { name: 'refresh' }), 100);"
    answers = (
        "addEventListener('message', ({ data }) => data.error && (out.textContent = data.error.message));"
    )
    code = f"{RPC} {answers} {calls}"
    read = resource(code=code, body='<p id="out">-</p>')
    async with showing(chromium, Card(children=[weather(read)]), is_locked=True) as page:
        out = view(page).locator("#out")
        await expect(out).to_contain_text("refused while the widget cannot be used")
        assert await page.evaluate("deep('iframe')[0].closest('[inert]') !== null")


async def test_a_page_without_the_option_shows_a_line_instead(chromium: Browser) -> None:
    async with showing(
        chromium, Card(children=[Text(value="Now"), weather(resource())]), frames=None
    ) as page:
        await expect(page.get_by_text("This part cannot be shown.")).to_be_visible()
        assert await logged(page, "frame.off") == [
            "The page does not show frames. Set the option `widgets.frames`."
        ]
        assert await page.evaluate("deep('iframe').length") == 0
        loaded = await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert any("/chunks/widgets-" in name for name in loaded)
        assert not any("/chunks/frames-" in name or "frame.html" in name for name in loaded)


async def test_a_page_whose_policy_has_no_frames_is_told_so(chromium: Browser) -> None:
    errors = ["frame-src|default-src"]
    async with showing(chromium, Card(children=[weather(resource())]), policy=POLICY, errors=errors) as page:
        [message] = await logged(page, "frame.unavailable")
        assert "/chatkit/frame.html. See that the server has it" in message
        await expect(page.get_by_text("This part cannot be shown.")).to_be_visible()
        assert await page.evaluate("deep('iframe').length") == 0


async def test_an_invalid_option_is_an_error_that_names_it(chromium: Browser) -> None:
    async with showing(
        chromium, Card(children=[weather(resource())]), frames="{ src: 'javascript:1' }"
    ) as page:
        await expect(page.get_by_text("This part cannot be shown.")).to_be_visible()
        errors = await page.evaluate(
            "seen.filter(({ name }) => name === 'error').map(({ detail }) => detail.error.message)"
        )
        assert len(errors) == 1
        assert "widgets.frames.src" in errors[0]


async def test_a_widget_alone_shows_frames_too(chromium: Browser) -> None:
    widget = json.dumps(weather(resource()).model_dump(mode="json", exclude_none=True))
    script = f"""
    globalThis.asked = [];
    await import('/files/turnstream-widget.js');
    alone.setOptions({{ locale: 'de', theme: 'dark', widgets: {{ frames: {CONSENT} }} }});
    alone.widget = {widget};
    """
    body = '<turnstream-widget id="alone"></turnstream-widget>'
    async with listening(site(body, script, FRAMES)) as url, browsing(chromium, url) as context:
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        [shown] = await seen(page, "context")
        assert (shown["theme"], shown["locale"]) == ("dark", "de")
        assert await seen(page, "result") == [RESULT]
        await press(page, "call")
        assert (await asked(page, 1))[0][1]["name"] == "refresh"
        assert await violations(page) == []
        await page.evaluate("alone.widget = null")
        assert (await asked(page, 2))[1] == ["call", SAVE, SOURCE]
