"""The server of docs/agents.md runs as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest
from agents import OpenAIChatCompletionsModel
from openai import AsyncOpenAI

from tests.agents.conversation import told
from tests.agents.conversation_server import ModelServer
from tests.agents.reading import answer, waiting_calls
from tests.agents.test_frameworks_guide import STEPS
from tests.server.app import user_input
from tests.server.durable import fetch, open_stream
from turnstream.agents import TitleAgent
from turnstream.eventlog import MemoryEventLog
from turnstream.store import MemoryStore

GUIDE = (Path(__file__).parents[2] / "docs/agents.md").read_text("utf-8")


async def ask(instructions: str, text: str) -> str:
    return "A Seat by the Window"


async def test_the_example_asks_the_page_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    (snippet,) = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    async with ModelServer(STEPS).running() as model:
        names: dict[str, Any] = {"__name__": "guide"}
        exec(snippet, names)
        client = AsyncOpenAI(base_url=model.base_url, api_key="none")
        names["agent"].model = OpenAIChatCompletionsModel("m", client)
        names["titles"] = TitleAgent(ask)
        server = names["Seats"](MemoryStore[Any](), log=MemoryEventLog())
        reading = await open_stream(server, "threads.create", input=user_input("Where do I sit?"))
        (call,) = await waiting_calls(reading)
        assert call["arguments"] == {"seats": ["12A", "14C"]}
        await answer(server, call, result="14C")
        await reading.rest()
        await client.close()
    assert told(reading.events) == [
        "user",
        "Looking at flight LH 1",
        "call pick_seat",
        "message",
        "You sit at 14C.",
        "message done",
    ]
    thread = await fetch(server, "threads.get_by_id", thread_id=reading.events[0]["thread"]["id"])
    assert thread["title"] == "A Seat by the Window"
