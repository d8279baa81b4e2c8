"""The tools of references/streaming-patterns.md do what the page says, on every bridge."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.agents.bridges import OF_CHAT_COMPLETIONS, serve
from tests.agents.conversation import Call, Step, summary
from tests.agents.reading import FAR_OFF_S, answer, pending_calls
from tests.agents.servers.conversation_server import ModelServer
from tests.server.app import user_input
from tests.server.durable import Server, fetch, open_stream

PAGE = (Path(__file__).parents[2] / "references/streaming-patterns.md").read_text("utf-8")
SNIPPETS = re.findall(r'```python title="tools\.py"\n(.+?)```', PAGE, re.DOTALL)

every_bridge = pytest.mark.parametrize("bridge", OF_CHAT_COMPLETIONS)


def tool_called(name: str) -> Any:
    """The tool of the page with this name."""
    (source,) = [snippet for snippet in SNIPPETS if f"def {name}(" in snippet]
    names: dict[str, Any] = {"__name__": "patterns"}
    exec(source, names)
    return names[name]


def serving(bridge: str, model: ModelServer, name: str) -> Server:
    return serve(OF_CHAT_COMPLETIONS[bridge](model.base_url, FAR_OFF_S, [tool_called(name)]))


def steps(name: str, arguments: dict[str, Any]) -> list[Step]:
    return [Step(calls=(Call("call_1", name, arguments),)), Step(text="Done.")]


@every_bridge
async def test_a_tool_reports_progress(bridge: str) -> None:
    async with ModelServer(steps("search", {"query": "sleep"})).running() as model:
        server = serving(bridge, model, "search")
        reading = await open_stream(server, "threads.create", input=user_input("Search"))
        await reading.rest()
    assert summary(reading.events) == [
        "user",
        "Searching for sleep…",
        "Found 1 conversations…",
        "message",
        "Done.",
        "message done",
    ]


@every_bridge
async def test_the_model_asks_the_page(bridge: str) -> None:
    async with ModelServer(steps("get_selected_items", {"kind": "tree"})).running() as model:
        server = serving(bridge, model, "get_selected_items")
        reading = await open_stream(server, "threads.create", input=user_input("Which?"))
        (call,) = await pending_calls(reading)
        assert call["arguments"] == {"kind": "tree"}
        await answer(server, call, result=["oak", "birch"])
        await reading.rest()
    assert model.requests[1]["messages"][-1]["content"] == '["oak", "birch"]'


@every_bridge
async def test_the_model_names_the_thread(bridge: str) -> None:
    async with ModelServer(steps("name_thread", {"title": "Three Days in Lisbon"})).running() as model:
        server = serving(bridge, model, "name_thread")
        reading = await open_stream(server, "threads.create", input=user_input("Plan a trip"))
        await reading.rest()
    titles = [event["thread"]["title"] for event in reading.events if event["type"] == "thread.updated"]
    assert titles == ["Three Days in Lisbon"]
    thread = await fetch(server, "threads.get_by_id", thread_id=reading.events[0]["thread"]["id"])
    assert thread["title"] == "Three Days in Lisbon"
