"""`<turnstream-widget>`: one widget without a chat, in a page with a strict policy."""

import json
import re
from typing import Any

from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from tests.browser.pages import browsing
from tests.browser.strict import POLICY, listen, until, violations
from tests.docs.test_pages import DOCS, python_of
from tests.http.serving import listening
from turnstream.http import element_files
from turnstream.widgets import ActionConfig, Button, Card, Form, Image, Input, Markdown, Text, Title

LOAD = '<script type="module" src="/files/turnstream-widget.js"></script>'
SEAT = Card(
    children=[
        Title(value="Seat"),
        Form(
            onSubmitAction=ActionConfig(type="seat.book", payload={"flight": 7}),
            children=[Input(name="seat.row", defaultValue="12"), Button(label="Book", submit=True)],
        ),
        Button(label="Look", onClickAction=ActionConfig(type="look", handler="client")),
    ]
)
WATCH = """
globalThis.acted = [];
globalThis.fired = [];
for (const name of ['error', 'log'])
  alone.addEventListener(`chatkit.${name}`, ({ detail }) =>
    fired.push(detail.name ?? String(detail.error.message)));
"""


def json_of(widget: Any) -> str:
    return json.dumps(widget.model_dump(mode="json", exclude_none=True))


def site(body: str, script: str, policy: str | None = POLICY) -> Starlette:
    """The page of `body`, with the module `script`; the element's files are at `/files`."""
    html = f"<!doctype html><html lang=en><title>Page</title><link rel=icon href='data:,'>{body}"
    headers = {} if policy is None else {"content-security-policy": policy}

    async def page(request: Request) -> Response:
        return Response(
            f'{html}<script type="module" src="/page.js"></script>', media_type="text/html", headers=headers
        )

    async def code(request: Request) -> Response:
        return Response(script, media_type="text/javascript", headers=headers)

    return Starlette(routes=[Route("/", page), Route("/page.js", code), Mount("/files", element_files())])


async def test_the_guides_snippet_runs(chromium: Browser) -> None:
    guide = (DOCS / "widgets.md").read_text("utf-8")
    [snippet] = re.findall(r"^```html\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)

    async def page_of_guide(request: Request) -> Response:
        return Response(f"<!doctype html><link rel=icon href='data:,'>{snippet}", media_type="text/html")

    app = Starlette(routes=[Route("/", page_of_guide), Mount("/chatkit", element_files())])
    async with listening(app) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto("/")
        async with page.expect_console_message() as said:
            await page.get_by_role("button", name="Take 12A").click()
        assert (await said.value).text.startswith("seat.take")


async def test_the_form_of_the_guide_sends_what_the_guide_says(chromium: Browser) -> None:
    guide = (DOCS / "actions.md").read_text("utf-8")
    [said] = re.findall(r"^Save sends `(.*)`\.$", guide, re.MULTILINE)
    passenger = python_of("actions.md")["passenger"]
    body = f'{LOAD}<turnstream-widget id="alone">{declared(passenger(7, ["12A"]))}</turnstream-widget>'
    script = f"""{WATCH} await customElements.whenDefined('turnstream-widget');
    alone.setOptions({{ widgets: {{ onAction: async (action) => void acted.push(action) }} }});"""
    async with listening(site(body, script)) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto("/")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
        assert await page.evaluate("acted") == []
        await page.keyboard.type("Ada")
        await page.get_by_role("checkbox", name="A vegetarian meal").check()
        await page.get_by_role("button", name="Save").click()
        await until(page, "() => acted.length === 1")
        assert await page.evaluate("acted") == [json.loads(said)]


def declared(widget: Any) -> str:
    return f'<script type="application/json">{json_of(widget)}</script>'


async def test_a_widget_stands_in_the_page_and_its_actions_reach_the_page(chromium: Browser) -> None:
    body = f'{LOAD}<turnstream-widget id="alone">{declared(SEAT)}</turnstream-widget>'
    script = f"""{WATCH}
    await customElements.whenDefined('turnstream-widget');
    alone.setOptions({{ widgets: {{ async onAction(action, {{ id, widget }}) {{
      acted.push([action, id, widget.type]);
    }} }} }});
    """
    async with listening(site(body, script)) as url, browsing(chromium, url) as context:
        await listen(context)
        page = await context.new_page()
        await page.goto("/")
        await expect(page.get_by_role("heading", name="Seat")).to_be_visible()
        await page.get_by_role("textbox").fill("14")
        await page.get_by_role("button", name="Book").click()
        await page.get_by_role("button", name="Look").click()
        await until(page, "() => acted.length === 2")
        assert await page.evaluate("acted") == [
            [{"type": "seat.book", "payload": {"flight": 7, "seat": {"row": "14"}}}, "alone", "Card"],
            [{"type": "look"}, "alone", "Card"],
        ]
        assert await page.evaluate("fired") == []
        assert await violations(page) == []


async def test_a_widget_is_set_before_the_element_loads_and_morphed_later(chromium: Browser) -> None:
    script = f"""{WATCH}
    const card = (text) => ({{ type: 'Card', children: [
      {{ type: 'Text', value: text }}, {{ type: 'Input', name: 'note' }}] }});
    alone.widget = card('before');
    await import('/files/turnstream-widget.js');
    globalThis.show = (text) => (alone.widget = text === null ? null : card(text));
    """
    body = '<turnstream-widget id="alone"></turnstream-widget>'
    async with listening(site(body, script)) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto("/")
        await expect(page.get_by_text("before")).to_be_visible()
        await page.get_by_role("textbox").fill("typed")
        await page.evaluate("show('after')")
        await expect(page.get_by_text("after")).to_be_visible()
        await expect(page.get_by_role("textbox")).to_have_value("typed")
        await page.evaluate("show(null)")
        await expect(page.get_by_role("textbox")).to_have_count(0)


async def test_options_change_language_direction_and_colours(chromium: Browser) -> None:
    card = declared(Card(children=[Text(value="x")]))
    body = f'{LOAD}<turnstream-widget id="alone">{card}</turnstream-widget>'
    script = f"{WATCH} await customElements.whenDefined('turnstream-widget');"
    colour = "() => getComputedStyle(alone.shadowRoot.querySelector('.w-card')).backgroundColor"
    async with listening(site(body, script)) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto("/")
        await expect(page.get_by_text("x")).to_be_visible()
        assert await page.evaluate(colour) == "rgb(255, 255, 255)"
        await page.evaluate("alone.setOptions({ theme: 'dark', locale: 'ar' })")
        await until(page, "() => alone.shadowRoot.querySelector('[dir=rtl][lang=ar]') !== null")
        assert await page.evaluate(colour) == "rgb(27, 27, 27)"
        surface = "{ color: { surface: { background: '#fff8e7', foreground: '#ffeecc' } } }"
        await page.evaluate(f"alone.setOptions({{ theme: {surface} }})")
        await until(page, f"() => ({colour})() === 'rgb(255, 238, 204)'")


async def test_what_is_wrong_is_said_and_the_widget_stays(chromium: Browser) -> None:
    press = ActionConfig(type="press")
    card = Card(
        children=[
            Button(label="Press", onClickAction=press),
            Image(src="https://cdn.example/a.png", alt="Far away"),
            Markdown(value="![](https://cdn.example/b.png)"),
        ]
    )
    bad = '<turnstream-widget id="other"><script type="application/json">{oops</script></turnstream-widget>'
    body = f'<turnstream-widget id="alone">{declared(card)}</turnstream-widget>{bad}'
    script = f"""{WATCH}
    other.addEventListener('chatkit.error', ({{ detail }}) => fired.push(detail.error.message));
    await import('/files/turnstream-widget.js');
    """
    requests: list[str] = []
    async with listening(site(body, script)) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        await page.goto("/")
        await page.get_by_role("button", name="Press").click()
        await page.evaluate("alone.widget = 'Card'; alone.setOptions({ locale: 7 })")
        await expect(page.get_by_role("button", name="Press")).to_be_visible()
        fired = await page.evaluate("fired")
    assert any("is not valid JSON" in one for one in fired)
    assert 'The option "widget" must be an object with a "type", or null.' in fired
    assert 'The option "locale" must be a language tag such as "de-DE".' in fired
    assert {"widget.image_blocked", "widget.action_unhandled"} <= set(fired)
    assert [one for one in requests if "cdn.example" in one] == []
