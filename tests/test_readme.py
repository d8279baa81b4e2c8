"""The README's server runs as it stands there."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.http.serving import serving
from tests.server.app import parse, stream, types, user_input
from turnstream.agents import function_tool
from turnstream.eventlog import RedisEventLog
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import MemoryStore, SqlStore
from turnstream.types import ProgressUpdateEvent

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


SNIPPETS = re.findall(r"```python\n(.+?)```", README, re.DOTALL)


async def my_model(message: Any) -> AsyncIterator[str]:
    yield f"You said: {message.content[0].text}"


async def test_the_servers_ten_lines_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"my_model": my_model, "__name__": "readme"}
    await asyncio.to_thread(exec, SNIPPETS[0], names)  # an app is made where no event loop runs yet
    async with serving(names["app"]) as client:
        response = await client.post(
            "/chatkit", json={"type": "threads.create", "params": {"input": user_input("hi")}}
        )
    events = [parse(frame + b"\n\n") for frame in response.content.split(b"\n\n")[:-1]]
    assert types(events)[3:5] == ["progress_update", "client_effect"]
    assert events[-1]["item"]["content"][0]["text"] == "You said: hi"


async def test_the_page_is_asked_and_its_answer_is_used() -> None:
    async def model(message: Any, selection: str) -> AsyncIterator[str]:
        yield f"You picked {selection}"

    names: dict[str, Any] = {"my_model": model, "stream_text": stream_text, "ChatKitServer": ChatKitServer}
    exec(f"class Asking(ChatKitServer):\n{SNIPPETS[2]}", names)
    server = names["Asking"](MemoryStore())
    asked = await stream(server, "threads.create", input=user_input("hi"))
    assert asked[-1]["item"]["arguments"] == {"of": "map"}
    received = await stream(
        server, "threads.add_client_tool_output", thread_id=asked[0]["thread"]["id"], result="A1"
    )
    assert received[-1]["item"]["content"][0]["text"] == "You picked A1"


async def test_a_tool_is_a_generator() -> None:
    names: dict[str, Any] = {"function_tool": function_tool, "ProgressUpdateEvent": ProgressUpdateEvent}
    exec(SNIPPETS[1], names)
    assert names["search_articles"].params_json_schema["required"] == ["query"]


async def test_several_processes_need_what_is_written_there() -> None:
    names: dict[str, Any] = {"Support": Support, "SqlStore": SqlStore, "RedisEventLog": RedisEventLog}
    await asyncio.to_thread(exec, SNIPPETS[3], names)
    assert isinstance(names["server"].turns.log, RedisEventLog)


class Support(ChatKitServer[Any]):
    def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
        raise NotImplementedError
