"""The servers of docs/frameworks.md run as they stand there."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.agents.conversation import summary
from tests.agents.guides.seats import STEPS
from tests.agents.reading import answer, pending_calls
from tests.agents.servers.conversation_server import ModelServer
from tests.server.app import user_input
from tests.server.durable import open_stream
from turnstream.eventlog import MemoryEventLog
from turnstream.store import MemoryStore

GUIDE = (Path(__file__).parents[3] / "docs/frameworks.md").read_text("utf-8")

SNIPPETS = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=["pydantic_ai", "langgraph"])
async def test_an_example_asks_the_page_and_answers(snippet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ModelServer(STEPS).running() as model:
        monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        names: dict[str, Any] = {"__name__": "guide"}
        exec(snippet, names)
        server = names["Seats"](MemoryStore[Any](), log=MemoryEventLog())
        reading = await open_stream(server, "threads.create", input=user_input("Where do I sit?"))
        (call,) = await pending_calls(reading)
        assert call["arguments"] == {"seats": ["12A", "14C"]}
        await answer(server, call, result="14C")
        await reading.rest()
    assert summary(reading.events) == [
        "user",
        "Looking at flight LH 1",
        "call pick_seat",
        "message",
        "You sit at 14C.",
        "message done",
    ]
