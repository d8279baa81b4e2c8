"""The page on models says what is true."""

import re
from pathlib import Path
from typing import Any

from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.server.app import stream, user_input
from turnstream.agents.chat_completions import ChatModel
from turnstream.agents.core.model_errors import MODEL_ERRORS, ModelErrorCode
from turnstream.store import MemoryStore

PAGE = (Path(__file__).parents[3] / "docs" / "models.md").read_text("utf-8")
SNIPPETS = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
ROWS = {
    code: offered == "yes"
    for code, offered in re.findall(r"^\| `(model_\w+)` \|[^|]+\| (yes|no) \|", PAGE, re.MULTILINE)
}


def test_every_code_is_there_with_its_retry() -> None:
    assert {code.value: words.allow_retry for code, words in MODEL_ERRORS.items()} == ROWS
    assert len(ROWS) == len(ModelErrorCode)


async def test_the_server_on_the_page_answers() -> None:
    replies = [Reply(calls=[("a", "search", '{"query": "reset"}')]), Reply(("Hold the button.",))]
    names: dict[str, Any] = {"__name__": "page"}
    exec(SNIPPETS[0], names)
    async with ScriptedServer(replies) as scripted, ChatModel("m", base_url=scripted.base_url) as model:
        names["model"] = model
        events = await stream(names["Support"](MemoryStore()), "threads.create", input=user_input("hi"))
    assert [event["text"] for event in events if event["type"] == "progress_update"] == [
        "Searching for reset"
    ]
    assert events[-1]["item"]["content"][0]["text"] == "Hold the button."
    assert [tool["function"]["name"] for tool in scripted.requests[0]["tools"]] == ["search", "get_selection"]


def test_every_setting_is_there() -> None:
    settings = set(ChatModel.__init__.__annotations__) - {"name", "return"}
    assert [setting for setting in settings if f"`{setting}`" not in PAGE] == []
