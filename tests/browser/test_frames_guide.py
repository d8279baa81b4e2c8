"""What docs/frames.md shows: an MCP server's tool in a frame, which calls the tool by way of the page."""

import re
from typing import Any

from mcp import types
from playwright.async_api import Browser, expect

from tests.browser.frames import resource
from tests.browser.frames.pages import press, seen
from tests.browser.host import ELEMENT, LOAD_ELEMENT, html_route
from tests.browser.pages import browsing, composer, ended, say
from tests.docs.test_pages import DOCS, python_of
from tests.http.serving import listening
from turnstream.widgets.frame import MAX_HTML_BYTES, Frame

GUIDE = (DOCS / "frames.md").read_text("utf-8")

CALL = """async () => {
  const body = JSON.stringify({ name: 'get_weather', arguments: { city: 'Rome' } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch('/tools/call', { method: 'POST', headers, body });
  return (await answer.json()).structuredContent;
}"""


class Session:
    """An MCP client's session with a server that has one tool and one resource."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.resource = resource()

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        self.calls.append((name, arguments))
        return types.CallToolResult.model_validate(
            {"content": [{"type": "text", "text": "21 °C"}], "structuredContent": {"call": len(self.calls)}}
        )

    async def read_resource(self, uri: str) -> types.ReadResourceResult:
        return types.ReadResourceResult.model_validate({"contents": [{**self.resource, "uri": uri}]})


async def test_the_tool_of_the_guide_is_shown_and_called_by_its_frame(chromium: Browser) -> None:
    session = Session()
    app = python_of("frames.md")["weather_app"](session)
    [script] = re.findall(r"^```js\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    app.router.routes.insert(0, html_route(ELEMENT + LOAD_ELEMENT, script))
    async with listening(app) as url, browsing(chromium, url, errors=["403"]) as context:
        page = await context.new_page()
        await page.goto("/")
        await say(page, "The weather?")
        await ended(page)
        assert await seen(page, "input") == [{"city": "Lisbon"}]
        assert (await seen(page, "result"))[0]["structuredContent"] == {"call": 1}
        await press(page, "say")
        await expect(composer(page)).to_have_value("And tomorrow?")
        await press(page, "call")
        # The view calls `refresh`, which is not among FOR_FRAMES.
        [called] = await seen(page, "called")
        assert "The page has refused this." in called["message"]
        assert await page.evaluate(CALL) == {"call": 2}
    assert session.calls == [("get_weather", {"city": "Lisbon"}), ("get_weather", {"city": "Rome"})]


def test_the_table_has_every_field() -> None:
    table = GUIDE.split("| field |")[1].split("\n\n")[0]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert named == set(Frame.model_fields) - {"type", "key", "id"}


def test_the_numbers_are_those_of_the_code() -> None:
    assert MAX_HTML_BYTES == 1024 * 1024
    assert "above 1 MiB" in GUIDE
