"""Widgets in a page: an app in the shape of the official samples, over the published server and over ours."""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, cast
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, Request, expect
from starlette.applications import Starlette

from tests.browser.host import ELEMENT, LOAD_ELEMENT, SET_OPTIONS, chat_site, html_route
from tests.browser.pages import answers, composer, ended, events, say, visiting
from tests.browser.test_official_server import MemoryStore as OfficialStore
from tests.browser.test_official_server import official_site
from tests.official import SERVER, TYPES
from tests.official import chatkit as official
from tests.server.app import ScriptedServer
from turnstream import server as our_server
from turnstream import types as our_types
from turnstream import widgets as our_widgets
from turnstream.store import MemoryStore
from turnstream.widgets import Button, Card, Col, Component, Input, Row, Text

OPTIONS = """{
  widgets: {
    async onAction(action, item) {
      (globalThis.acted ??= []).push([action, item.widget.type]);
      const payload = { ...action.payload, name: 'Mia' };
      if (action.type === 'cat.name') chat.sendCustomAction({ ...action, payload }, item.id);
    },
  },
}"""


@dataclass(frozen=True)
class Kit:
    """The modules of one implementation."""

    server: ModuleType
    types: ModuleType
    widgets: ModuleType
    store: Callable[[], Any]
    site: Callable[[Any], Starlette]


def our_site(server: Any) -> Starlette:
    return chat_site(server, OPTIONS)


def their_site(server: Any) -> Starlette:
    site = official_site(server)
    site.router.routes[-1] = html_route(ELEMENT + LOAD_ELEMENT, SET_OPTIONS % OPTIONS)
    return site


OURS = Kit(our_server, our_types, our_widgets, MemoryStore, our_site)
THEIRS = Kit(SERVER, TYPES, cast("ModuleType", official.widgets), OfficialStore, their_site)


def said(types: Any, thread: Any, text: str) -> Any:
    """An answer of the assistant."""
    content = [types.AssistantMessageContent(text=text)]
    now = datetime.now(UTC)
    item = types.AssistantMessageItem(
        id=f"msg_{uuid4().hex}", thread_id=thread.id, created_at=now, content=content
    )
    return types.ThreadItemDoneEvent(item=item)


def make_app(kit: Kit) -> Any:
    """A server that shows a list, a form, a text that grows and a button of the page, and answers their
    actions."""
    w, t = kit.widgets, kit.types

    def act(kind: str, payload: dict[str, Any] | None = None, **more: Any) -> Any:
        return w.ActionConfig(type=kind, payload=payload, **more)

    def cats(chosen: str | None = None) -> Any:
        return w.ListView(
            children=[
                w.ListViewItem(
                    key=name,
                    onClickAction=act("cat.choose", {"name": name}) if chosen is None else None,
                    children=[w.Text(value=name), *([w.Badge(label="chosen")] if name == chosen else [])],
                )
                for name in ("Mia", "Leo")
            ]
        )

    def form() -> Any:
        label = w.Label(value="Name", fieldName="passenger.name")
        seats = [{"value": "12A", "label": "Window"}, {"value": "12B", "label": "Middle"}]
        return w.Card(
            asForm=True,
            confirm={"label": "Book", "action": act("flight.book", {"flight": "OS 561"})},
            cancel={"label": "Not now", "action": act("flight.cancel")},
            children=[
                label,
                w.Input(name="passenger.name", required=True),
                w.Select(name="seat", options=seats, placeholder="Seat"),
                w.Checkbox(name="meal", label="A meal", defaultChecked=True),
            ],
        )

    async def growing() -> AsyncGenerator[Any]:
        for text in ("The 10:05", "The 10:05 leaves", "The 10:05 leaves Vienna."):
            is_over = text.endswith(".")
            yield w.Card(children=[w.Text(id="t", value=text, streaming=not is_over)])

    class App(kit.server.ChatKitServer):
        def __init__(self) -> None:
            super().__init__(kit.store())  # pyright: ignore[reportUnknownMemberType]

        async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
            text = input_user_message.content[0].text
            client = act("cat.name", {"ask": True}, handler="client")
            shown = {
                "cats": cats,
                "form": form,
                "grow": growing,
                "page": lambda: w.Card(children=[w.Button(label="Name it", onClickAction=client)]),
            }
            async for event in kit.server.stream_widget(thread, shown[text]()):
                yield event

        async def action(self, thread: Any, action: Any, sender: Any, context: Any) -> AsyncIterator[Any]:
            if action.type == "cat.choose":
                name = action.payload["name"]
                changed = sender.model_copy(update={"widget": cats(name)})
                yield t.ThreadItemReplacedEvent(item=changed)
            yield said(t, thread, f"{action.type} {json.dumps(action.payload, sort_keys=True)}")

    return App()


@asynccontextmanager
async def showing(
    chromium: Browser, kit: Kit, text: str
) -> AsyncGenerator[tuple[Page, list[dict[str, Any]]]]:
    """A page in which the app has answered `text`, and the requests that it makes from then on."""
    sent: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.post_data and "custom_action" in request.post_data:
            sent.append(json.loads(request.post_data))

    async with visiting(chromium, kit.site(make_app(kit))) as page:
        page.on("request", note)
        await say(page, text)
        await ended(page)
        await page.locator(".widget").wait_for()
        yield page, sent


def actions(sent: list[dict[str, Any]]) -> list[Any]:
    assert all(one["params"]["item_id"] for one in sent)
    return [(one["type"], one["params"]["action"]) for one in sent]


both = pytest.mark.parametrize("kit", [OURS, THEIRS], ids=["ours", "official"])
pytestmark = pytest.mark.filterwarnings("ignore:Direct usage of named widget classes")


@both
async def test_a_choice_from_a_list_answers_and_uses_the_list_up(chromium: Browser, kit: Kit) -> None:
    async with showing(chromium, kit, "cats") as (page, sent):
        await page.get_by_role("button", name="Leo").click()
        await ended(page, 2)
        assert actions(sent) == [
            ("threads.custom_action", {"type": "cat.choose", "payload": {"name": "Leo"}})
        ]
        await expect(answers(page).last).to_have_text('cat.choose {"name": "Leo"}')
        await expect(page.get_by_role("listitem").last).to_have_text("Leochosen")
        await expect(page.get_by_role("button", name="Mia")).to_have_count(0)


@both
async def test_a_form_is_filled_in_validated_and_sent(chromium: Browser, kit: Kit) -> None:
    async with showing(chromium, kit, "form") as (page, sent):
        await page.get_by_role("button", name="Book").click()
        name = page.get_by_label("Name")
        await expect(name).to_be_focused()  # by the browser, since it is required
        assert sent == []
        await name.fill("Ann")
        await page.get_by_role("combobox", name="Seat").press("Enter")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.get_by_label("A meal").uncheck()
        await page.get_by_role("button", name="Book").press("Enter")
        await ended(page, 2)
        payload = {
            "flight": "OS 561",
            "passenger": {"name": "Ann"},
            "seat": "12B",
            "meal": False,
        }
        assert actions(sent) == [("threads.custom_action", {"type": "flight.book", "payload": payload})]
        await expect(answers(page).last).to_have_text(f"flight.book {json.dumps(payload, sort_keys=True)}")
        await expect(name).to_have_value("Ann")


@both
async def test_a_text_grows_and_is_the_same_after_a_reload(chromium: Browser, kit: Kit) -> None:
    async with showing(chromium, kit, "grow") as (page, _):
        await expect(page.locator(".w-text")).to_have_text("The 10:05 leaves Vienna.")
        (thread,) = await events(page, "thread.change")
        await page.goto("/")
        await page.evaluate("id => chat.setThreadId(id)", thread["detail"]["threadId"])
        await expect(page.locator(".w-text")).to_have_text("The 10:05 leaves Vienna.")
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)


@both
async def test_an_action_of_the_page_comes_back_by_its_own_call(chromium: Browser, kit: Kit) -> None:
    async with showing(chromium, kit, "page") as (page, sent):
        await page.get_by_role("button", name="Name it").click()
        await ended(page, 2)
        assert await page.evaluate("acted") == [[{"type": "cat.name", "payload": {"ask": True}}, "Card"]]
        named = {"type": "cat.name", "payload": {"ask": True, "name": "Mia"}}
        assert actions(sent) == [("threads.custom_action", named)]
        await expect(answers(page).last).to_have_text('cat.name {"ask": true, "name": "Mia"}')


class Plan(Component, name="test.Plan"):
    """Seats of which one is chosen."""

    name: str
    onChooseAction: our_widgets.ActionConfig  # noqa: N815 - the wire is in camel case


PLAN = """{
  widgets: {
    components: {
      'test.Plan': ({ onChooseAction }, { act, setValue }) => {
        const button = document.createElement('button');
        button.textContent = 'Seat 12A';
        button.onclick = () => { setValue('12A'); act(onChooseAction); };
        return button;
      },
    },
  },
  persist: true,
}"""


class Planning(ScriptedServer):
    """Shows a plan of its own making and a switch, and says what was chosen."""

    def __init__(self) -> None:
        super().__init__(self.show)

    async def show(self, thread: Any, message: Any, context: Any) -> AsyncIterator[Any]:
        async for event in our_server.stream_widget(thread, plan("off")):
            yield event

    async def action(self, thread: Any, action: Any, sender: Any, context: Any) -> AsyncIterator[Any]:
        yield said(our_types, thread, f"{action.type} {action.payload}")

    async def sync_action(self, thread: Any, action: Any, sender: Any, context: Any) -> Any:
        return our_types.SyncCustomActionResponse(
            updated_item=sender.model_copy(update={"widget": plan("on")})
        )


def plan(state: str) -> Card:
    choose = our_widgets.ActionConfig(type="seat", payload={"flight": 561})
    switch = our_widgets.ActionConfig(type="switch", streaming=False)
    return Card(
        children=[
            Plan(name="seat", onChooseAction=choose),
            Text(value=f"The light is {state}."),
            Button(label="Switch", onClickAction=switch),
        ]
    )


async def test_a_component_of_the_page_sends_its_value(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(Planning(), PLAN)) as page:
        await say(page, "A plan")
        await ended(page)
        await page.get_by_role("button", name="Seat 12A").click()
        await expect(answers(page).last).to_have_text("seat {'flight': 561, 'seat': '12A'}")


async def test_a_tab_that_does_nothing_sees_an_updated_item(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(Planning(), PLAN)) as page:
        await say(page, "A plan")
        await ended(page)
        other = await page.context.new_page()
        await other.goto("/")
        await expect(other.get_by_text("The light is off.")).to_be_visible()
        await page.bring_to_front()
        await page.get_by_role("button", name="Switch").click()
        await expect(page.get_by_text("The light is on.")).to_be_visible()
        await expect(other.get_by_text("The light is on.")).to_be_visible()


ASK = Card(
    children=[
        Text(value="Which seat?"),
        Col(children=[Input(name="note")]),
        Row(
            children=[
                Button(
                    label=seat, onClickAction=our_widgets.ActionConfig(type="seat", payload={"seat": seat})
                )
                for seat in ("12A", "12B")
            ]
        ),
    ]
)


class Asking(ScriptedServer):
    """Asks for a seat, and says which one it was."""

    def __init__(self) -> None:
        super().__init__(self.ask)

    async def ask(self, thread: Any, message: Any, context: Any) -> AsyncIterator[Any]:
        answer = await self.ask_widget(ASK)
        yield said(our_types, thread, f"{answer.type} {answer.payload}")


async def test_a_turn_waits_for_a_widget_over_a_reload(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(Asking(), "{ persist: true }")) as page:
        await say(page, "A seat")
        await expect(page.get_by_role("button", name="12B")).to_be_enabled()
        await page.reload()
        await page.get_by_role("button", name="12B").click()
        await expect(answers(page).last).to_have_text("seat {'seat': '12B'}")
        await ended(page)
        await page.reload()
        await expect(page.locator(".w-button[data-chosen]")).to_have_text("12B")
        assert await page.locator(".widget").evaluate("node => node.inert")


class Interview(ScriptedServer):
    """Asks two questions, each higher than the thread."""

    def __init__(self) -> None:
        super().__init__(self.ask)

    async def ask(self, thread: Any, message: Any, context: Any) -> AsyncIterator[Any]:
        for number in ("one", "two"):
            go_on = our_widgets.ActionConfig(type="go_on", payload={"number": number})
            lines = [Text(value=f"Line {line} of {number}") for line in range(40)]
            await self.ask_widget(
                Card(children=[*lines, Button(label=f"After {number}", onClickAction=go_on)])
            )
        yield said(our_types, thread, "That is all.")


async def test_the_question_after_an_answer_begins_in_sight(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(Interview(), "{}")) as page:
        await say(page, "Ask me")
        await page.get_by_role("button", name="After one").click()
        await page.get_by_text("Line 0 of two").wait_for()
        await page.wait_for_function(
            """() => {
              const [scroller] = deep('#scroller');
              const { top } = deep('.widget').at(-1).getBoundingClientRect();
              return Math.abs(top - scroller.getBoundingClientRect().top - 12) < 2;
            }"""
        )


async def test_nothing_says_that_the_assistant_thinks_while_it_waits_for_a_person(chromium: Browser) -> None:
    async with visiting(chromium, chat_site(Asking(), "{}")) as page:
        await say(page, "A seat")
        await page.get_by_role("button", name="12B").wait_for()
        await expect(page.locator(".turn-foot > .working-label")).to_have_css("visibility", "hidden")


async def test_a_message_goes_before_the_answer_to_a_widget(chromium: Browser) -> None:
    async def respond(thread: Any, message: Any, context: Any) -> AsyncIterator[Any]:
        if message.content[0].text == "A seat":
            await server.ask_widget(ASK)
        yield said(our_types, thread, f"You said: {message.content[0].text}")

    server = ScriptedServer(respond)
    async with visiting(chromium, chat_site(server, "{ persist: true }")) as page:
        await say(page, "A seat")
        await page.get_by_role("button", name="12B").wait_for()
        await expect(page.get_by_role("button", name="Stop")).to_be_enabled()
        await composer(page).fill("Never mind")
        await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(answers(page).last).to_have_text("You said: Never mind")
        await expect(composer(page)).to_have_value("")
        assert await page.locator(".widget").evaluate("node => node.inert")
        await page.reload()
        closed = re.compile("Which seat.*This can no longer be answered")
        await expect(answers(page)).to_have_text([closed, "You said: Never mind"])
        assert await page.locator(".widget").evaluate("node => node.inert")
