"""The element and the demos in Firefox and in WebKit: what a person does first, in each."""

from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from tests.browser.durable import Model, durable_site
from tests.browser.frames import RPC
from tests.browser.host import Events, chat_site, said
from tests.browser.test_charts import respond as chart
from tests.browser.test_files import PNG, SHOWN, STRATEGIES
from tests.browser.test_files import site as files_site
from tests.browser.test_widgets import OURS, make_app
from tests.engines.engine import Engine
from tests.engines.firefox import firefox
from tests.engines.webkit import webkit
from tests.http.serving import listening
from tests.server.durable import memory_server
from turnstream.demos.app import create_demo
from turnstream.server import ChatKitServer, stream_widget
from turnstream.types import ThreadMetadata, UserMessageItem
from turnstream.widgets import Card, Frame

START = {"firefox": firefox, "webkit": webkit}
PROGRAMS = {"firefox": ["firefox-esr"], "webkit": ["WebKitWebDriver", "Xvfb"]}
ENGINES = [
    pytest.param(name, marks=pytest.mark.needs(*programs), id=name) for name, programs in PROGRAMS.items()
]
FIELD = "deep('#message')[0]"
ANSWERS = "deep('article[aria-label=Assistant]')"
STOP = "deep('button[aria-label=Stop]')[0]"
IS_IDLE = f"{ANSWERS}.length && !{STOP}"
MARKDOWN = """# Title

A **bold** word, `code`, ~~gone~~ and $x^2$.

| a | b |
|---|---|
| 1 | 2 |

```python
print("copied")
```

- one
- two
"""


FRAME = Frame(
    title="Weather",
    uri="ui://weather/view",
    html=f"""<!doctype html><p>21 °C</p><script type="module">{RPC}
      send('ui/notifications/size-changed', {{ height: 321 }}, false);
      send('tools/call', {{ name: 'refresh', arguments: {{}} }});
    </script>""",
)


CHOICE = "deep('input[type=file]')[0]"
CHOOSE = f"""(() => {{
  const chosen = new DataTransfer();
  const bytes = Uint8Array.from(atob('{b64encode(PNG).decode()}'), (one) => one.charCodeAt(0));
  chosen.items.add(new File([bytes], 'damage.png', {{ type: 'image/png' }}));
  {CHOICE}.files = chosen.files;
  {CHOICE}.dispatchEvent(new Event('change', {{ bubbles: true }}));
}})()"""
"""Chooses a picture, as a person does in the dialog of the system, which no script opens."""


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=ENGINES)
async def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Engine]:
    """One window for all tests of an engine; each opens a site of its own in it."""
    async with START[request.param](tmp_path_factory.mktemp(request.param)) as engine:
        yield engine


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key the demos answer from their scripts."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@asynccontextmanager
async def showing(engine: Engine, app: ASGIApp, path: str = "/") -> AsyncGenerator[str]:
    """Serve `app`, and show it until the block ends."""
    async with listening(app) as url:
        await engine.open(url + path)
        await engine.until(FIELD)
        yield url
        await engine.open("about:blank")


async def say(engine: Engine, text: str) -> None:
    """Click into the field, type, and press Enter."""
    await engine.click(FIELD)
    await engine.type(text)
    await engine.until(f"{FIELD}.value === {text!r}")
    await engine.press("Enter")


async def markdown(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield said(thread, MARKDOWN)


async def test_an_answer_streams_and_outlives_a_reload(engine: Engine) -> None:
    model = Model(["Once ", "upon ", "a ", "time."])
    async with showing(engine, durable_site(memory_server(model.respond))):
        await say(engine, "a story")
        await model.say(2)
        await engine.until(f"{ANSWERS}[0]?.textContent.trim() === 'Once upon'")
        address = await engine.run("location.href")
        await engine.open("about:blank")
        await engine.open(address)
        await engine.until(f"{ANSWERS}[0]?.textContent.trim() === 'Once upon'")
        await model.say()
        await engine.until(f"{ANSWERS}[0]?.textContent.trim() === 'Once upon a time.'")
        await engine.until(IS_IDLE)


async def test_markdown_is_shown_as_what_it_is(engine: Engine) -> None:
    async with showing(engine, chat_site(markdown)):
        await say(engine, "show it")
        await engine.until(IS_IDLE)
        await engine.until(f"{ANSWERS}[0].querySelector('math')")
        names = ["h3", "strong", "del", "td", "pre", "li"]
        shown = await engine.run(f"{names}.map((name) => {ANSWERS}[0].querySelectorAll(name).length)")
        assert shown == [1, 1, 1, 2, 1, 2]


@pytest.mark.parametrize(("button", "copied"), [("Copy answer", MARKDOWN), ("Copy", 'print("copied")\n')])
async def test_the_first_copy_after_a_load_copies(engine: Engine, button: str, copied: str) -> None:
    async with showing(engine, chat_site(markdown)):
        await say(engine, "show it")
        await engine.until(IS_IDLE)
        await engine.click(f"named({button!r})")
        await engine.until("named('Copied')")
        await engine.click(FIELD)
        await engine.press("Control", "v")
        await engine.until(f"{FIELD}.value.trim() !== ''")
        pasted = await engine.run(f"{FIELD}.value")
        assert pasted.replace("\r\n", "\n").strip() == copied.strip()


async def test_a_form_is_filled_in_and_sent(engine: Engine) -> None:
    async with showing(engine, chat_site(make_app(OURS))):
        await say(engine, "form")
        await engine.until(f"{IS_IDLE} && named('Book')")
        await engine.click("deep('.widget input.w-field')[0]")
        await engine.type("Ann")
        await engine.click("deep('.w-select')[0]")
        await engine.click("deep('[role=option]').find((node) => node.textContent.includes('Middle'))")
        await engine.until("deep('.w-select')[0].textContent === 'Middle' && deep('.w-popup')[0].hidden")
        await engine.click("named('Book')")
        payload = '{"flight": "OS 561", "meal": true, "passenger": {"name": "Ann"}, "seat": "12B"}'
        await engine.until(f"{ANSWERS}.at(-1).textContent.trim() === {f'flight.book {payload}'!r}")


async def test_a_chart_is_drawn(engine: Engine) -> None:
    async with showing(engine, chat_site(chart)):
        await say(engine, "show me")
        await engine.until("deep('.w-chart-bar').length")
        widths = await engine.run("deep('.w-chart-bar').map((bar) => bar.getBBox().width > 100)")
        assert widths == [True]


async def test_a_frame_is_shown_and_follows_its_height(engine: Engine) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        async for event in stream_widget(thread, Card(children=[FRAME])):
            yield event

    call = "async ({ name }) => ((globalThis.called = name), { content: [] })"
    async with showing(engine, chat_site(respond, f"{{ widgets: {{ frames: {{ callTool: {call} }} }} }}")):
        await say(engine, "show it")
        await engine.until("deep('.w-frame iframe')[0]?.offsetHeight === 321")
        await engine.until("globalThis.called === 'refresh'")
        assert await engine.run("deep('.w-frame iframe')[0].sandbox.contains('allow-same-origin')") is False


async def test_a_picture_is_sent_and_shown(engine: Engine, tmp_path: Path) -> None:
    async with showing(engine, files_site(tmp_path, STRATEGIES["in two steps"])):
        await engine.until(CHOICE)
        await engine.run(CHOOSE)
        await engine.until("named('Remove damage.png')")
        # Before that, Enter says what is missing, and sends nothing.
        await engine.until("named('Send')?.disabled === false")
        await say(engine, "Look")
        await engine.until(IS_IDLE)
        await engine.until(SHOWN)


async def test_the_composer_grows_breaks_lines_and_stops(engine: Engine) -> None:
    model = Model(["One ", "two."])
    async with showing(engine, durable_site(memory_server(model.respond))):
        height = await engine.run(f"{FIELD}.offsetHeight")
        await engine.click(FIELD)
        for line in range(4):
            await engine.type(f"line {line}")
            await engine.press("Shift", "Enter")
        assert await engine.run(f"{FIELD}.value") == "line 0\nline 1\nline 2\nline 3\n"
        await engine.until(f"{FIELD}.offsetHeight > {3 * height}")
        await engine.press("Enter")
        await engine.until(f"{FIELD}.value === '' && {FIELD}.offsetHeight === {height}")
        await model.say(1)
        await engine.until(f"{ANSWERS}[0]?.textContent.trim() === 'One'")
        await engine.press("Escape")
        await engine.until(f"{IS_IDLE} && deep('.stopped').length === 1")


async def test_a_tool_asks_the_page_after_the_person_agreed(engine: Engine) -> None:
    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        color = await server.call_client("pick", {"of": "colors"}, confirm="Pick a color?")
        yield said(thread, f"You picked {color}.")

    server: ChatKitServer[Any] = memory_server(respond)
    async with showing(engine, durable_site(server, "{ onClientTool: async () => 'blue' }")):
        await say(engine, "pick one")
        await engine.click("named('Allow')")
        await engine.until(f"{ANSWERS}.at(-1)?.textContent.trim() === 'You picked blue.'")


@pytest.mark.parametrize(
    ("path", "text", "done"),
    [
        ("/map/", "Plan a walk along the Thames", "document.querySelectorAll('#map .pin').length === 8"),
        (
            "/claim/",
            "My bike was stolen in Camden on Tuesday",
            "document.getElementById('item').value === 'bike'",
        ),
        ("/colony/", "Send Mei to the greenhouse", "appState().entities.mei.task === 'greenhouse'"),
        (
            "/companion/",
            "feed her",
            "document.getElementById('energy').getAttribute('aria-valuenow') === '92'",
        ),
        ("/travel/", "What does Vienna cost?", "deep('.w-chart svg').length > 0"),
    ],
)
async def test_a_demo_answers_and_its_app_follows(
    engine: Engine, tmp_path: Path, path: str, text: str, done: str
) -> None:
    async with showing(engine, create_demo(tmp_path, token_delay_s=0, reading_s=0), path):
        await engine.until("!document.querySelector('main').inert")
        await say(engine, text)
        await engine.until(done)
        await engine.until(IS_IDLE)
