"""A tool that asks the user with a widget, on every bridge."""

from typing import Any

import pytest

from tests.agents.bridges import OF_CHAT_COMPLETIONS, serve
from tests.agents.conversation import Call, Step
from tests.agents.reading import FAR_OFF_S
from tests.agents.servers.conversation_server import ModelServer
from tests.server.app import user_input
from tests.server.durable import Reading, fetch, open_stream
from turnstream.agents.core import ToolFunctionError, WidgetTool, widget_tool
from turnstream.agents.openai_agents import tools as sdk_tools
from turnstream.widgets import ActionConfig, Button, Card, Text

every_bridge = pytest.mark.parametrize("bridge", OF_CHAT_COMPLETIONS)


def seat_card(seats: list[str]) -> Card:
    actions = [ActionConfig(type="seat.pick", payload={"seat": seat}) for seat in seats]
    return Card(children=[Button(label="Pick", onClickAction=action) for action in actions])


def choose_seat(timeout_s: float | None = FAR_OFF_S) -> WidgetTool:
    @widget_tool(timeout_s=timeout_s)
    async def choose_seat(seats: list[str]) -> Card:
        """Let the user choose a seat."""
        return seat_card(seats)

    return choose_seat


STEPS = [Step(calls=(Call("call_1", "choose_seat", {"seats": ["1A", "1B"]}),)), Step(text="Good.")]


async def asked(reading: Reading) -> dict[str, Any]:
    await reading.until("turnstream.call_waiting")
    return next(event["item"] for event in reading.events if event.get("item", {}).get("type") == "widget")


@every_bridge
async def test_the_model_gets_the_action_that_answers_the_widget(bridge: str) -> None:
    async with ModelServer(STEPS).running() as model:
        server = serve(OF_CHAT_COMPLETIONS[bridge](model.base_url, FAR_OFF_S, [choose_seat()]))
        reading = await open_stream(server, "threads.create", input=user_input("Where do I sit?"))
        item = await asked(reading)
        action = {"type": "seat.pick", "payload": {"seat": "1B"}}
        place = {"thread_id": item["thread_id"], "item_id": item["id"]}
        assert await fetch(server, "threads.custom_action", **place, action=action) == {"status": "accepted"}
        assert (await reading.rest())[-1]["status"] == "completed"
    (offered,) = [tool["function"] for tool in model.requests[0]["tools"]]
    assert (offered["name"], offered["description"]) == ("choose_seat", "Let the user choose a seat.")
    assert list(offered["parameters"]["properties"]) == ["seats"]
    assert model.requests[1]["messages"][-1]["content"] == '{"type":"seat.pick","payload":{"seat":"1B"}}'


@every_bridge
async def test_the_model_is_told_that_nobody_answered(bridge: str) -> None:
    async with ModelServer(STEPS).running() as model:
        server = serve(OF_CHAT_COMPLETIONS[bridge](model.base_url, FAR_OFF_S, [choose_seat(0.01)]))
        reading = await open_stream(server, "threads.create", input=user_input("Where do I sit?"))
        assert (await reading.rest())[-1]["status"] == "completed"
    assert model.requests[1]["messages"][-1]["content"] == (
        "The user did not answer choose_seat (expired): The user did not answer in time."
    )


@every_bridge
@pytest.mark.parametrize(
    ("returned", "words"),
    [("12A", "returned str: return a widget"), (Card(children=[Text(value="Hi")]), "needs a widget with an")],
)
async def test_a_tool_without_a_question_is_a_mistake_of_the_app(
    bridge: str, returned: Any, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    @widget_tool
    def choose_seat(seats: list[str]) -> Any:
        """Let the user choose a seat."""
        return returned

    async with ModelServer(STEPS).running() as model:
        server = serve(OF_CHAT_COMPLETIONS[bridge](model.base_url, FAR_OFF_S, [choose_seat]))
        reading = await open_stream(server, "threads.create", input=user_input("Where do I sit?"))
        assert (await reading.rest())[-1]["status"] == "failed"
    assert words in caplog.text
    assert ToolFunctionError.__name__ in caplog.text


def test_the_agents_sdk_gets_a_tool_of_its_own() -> None:
    (tool,) = sdk_tools([choose_seat()])
    assert tool.name == "choose_seat"
