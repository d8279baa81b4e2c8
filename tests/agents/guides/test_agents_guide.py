"""The server of docs/agents.md runs as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest
from agents import OpenAIChatCompletionsModel
from openai import AsyncOpenAI

from tests.agents.conversation import summary
from tests.agents.guides.seats import STEPS
from tests.agents.openai_agents.replayed import ReplayedModel, call, message, run_of
from tests.agents.openai_agents.running import dump, final_items, stored_context
from tests.agents.reading import FAR_OFF_S, answer, pending_calls
from tests.agents.servers.conversation_server import ModelServer
from tests.server.app import user_input
from tests.server.durable import fetch, open_stream
from turnstream.agents import TitleAgent, stream_agent_response
from turnstream.eventlog import MemoryEventLog
from turnstream.store import MemoryStore

GUIDE = (Path(__file__).parents[3] / "docs/agents.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)


async def ask(instructions: str, text: str) -> str:
    return "A Seat by the Window"


async def test_the_example_asks_the_page_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ModelServer(STEPS).running() as model:
        names: dict[str, Any] = {"__name__": "guide"}
        exec(SNIPPETS[0], names)
        client = AsyncOpenAI(base_url=model.base_url, api_key="none", timeout=FAR_OFF_S)
        names["agent"].model = OpenAIChatCompletionsModel("m", client)
        names["titles"] = TitleAgent(ask)
        server = names["Seats"](MemoryStore[Any](), log=MemoryEventLog())
        reading = await open_stream(server, "threads.create", input=user_input("Where do I sit?"))
        (asked,) = await pending_calls(reading)
        assert asked["arguments"] == {"seats": ["12A", "14C"]}
        await answer(server, asked, result="14C")
        await reading.rest()
        await client.close()
    assert summary(reading.events) == [
        "user",
        "Looking at flight LH 1",
        "call pick_seat",
        "message",
        "You sit at 14C.",
        "message done",
    ]
    thread = await fetch(server, "threads.get_by_id", thread_id=reading.events[0]["thread"]["id"])
    assert thread["title"] == "A Seat by the Window"


async def test_a_tool_lets_another_agent_answer_in_a_context_of_its_own() -> None:
    names: dict[str, Any] = {"__name__": "guide"}
    for snippet in SNIPPETS:
        exec(snippet, names)
    names["agent"].model = ReplayedModel([message("12A is free.")])
    of = await stored_context()
    model = ReplayedModel([call("ask_expert", '{"question": "Which seat?"}')], [message("Take it.")])
    events, raised = await dump(stream_agent_response(of, run_of(of, model, tools=[names["ask_expert"]])))
    assert raised is None
    assert [item["content"][0]["text"] for item in final_items(events)] == ["12A is free.", "Take it."]
    assert model.heard[1][-1]["output"] == "12A is free."
