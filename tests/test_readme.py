"""The README's server runs as it stands there."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.http.serving import serving
from tests.server.app import parse, types, user_input

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


async def my_model(message: Any) -> AsyncIterator[str]:
    yield f"You said: {message.content[0].text}"


async def test_the_servers_ten_lines_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = re.search(r"```python\n(.+?)```", README, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {"my_model": my_model, "__name__": "readme"}
    await asyncio.to_thread(exec, found.group(1), names)  # an app is made where no event loop runs yet
    async with serving(names["app"]) as client:
        response = await client.post("/chatkit", json={"type": "threads.create", "params": {"input": user_input("hi")}})
    events = [parse(frame + b"\n\n") for frame in response.content.split(b"\n\n")[:-1]]
    assert types(events)[3:5] == ["progress_update", "client_effect"]
    assert events[-1]["item"]["content"][0]["text"] == "You said: hi"
