"""docs/agent-builder.md: its exported workflow, changed by its command, answers through its server."""

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from agents import ModelResponse, Usage
from openai.types.responses import ResponseOutputMessage

from tests.agents.openai_agents.replayed import ReplayedModel, call, message, reasoning
from tests.http.serving import serving
from tests.server.app import parse, user_input

PAGE = (Path(__file__).parents[3] / "docs/agent-builder.md").read_text("utf-8")
WORKFLOW, CHAT = re.findall(r"```python title=\S+\n(.+?)```", PAGE, re.DOTALL)
[COMMAND] = re.findall(r"```sh\n(.+?)```", PAGE, re.DOTALL)


class Classifier(ReplayedModel):
    """Answers at once, as an agent that is not streamed is asked."""

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        self.heard.append(kwargs["input"])
        item = message(self.steps.pop(0)[0])[-1]["item"]
        output = [ResponseOutputMessage.model_validate(item)]
        return ModelResponse(output=[*output], usage=Usage(), response_id=None)


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `chat.py` defines, beside the changed `workflow.py`; an app is made where no loop runs."""
    monkeypatch.chdir(tmp_path)
    Path("workflow.py").write_text(WORKFLOW, "utf-8")
    subprocess.run(["sh", "-c", COMMAND], check=True, timeout=600)
    workflow = ModuleType("workflow")
    exec(Path("workflow.py").read_text("utf-8"), workflow.__dict__)
    monkeypatch.setitem(sys.modules, "workflow", workflow)
    chat: dict[str, Any] = {"__name__": "chat"}
    exec(CHAT, chat)
    return {**chat, "workflow": workflow}


async def test_the_exported_workflow_streams(names: dict[str, Any]) -> None:
    workflow = names["workflow"]
    triage = workflow.triage.model = Classifier(['{"intent": "orders"}'], ['{"intent": "other"}'])
    orders = workflow.orders.model = ReplayedModel(
        [reasoning("An order."), call("find_order", '{"order_id": "7"}')], [message("It left yesterday.")]
    )
    general = workflow.general.model = ReplayedModel([message("You're welcome.")])
    async with serving(names["app"]) as client:
        first = await client.post("/chatkit", json=asks("threads.create", "Where is order 7?"))
        events = [parse(frame + b"\n\n") for frame in first.content.split(b"\n\n")[:-1]]
        thread_id = events[0]["thread"]["id"]
        await client.post("/chatkit", json=asks("threads.add_user_message", "Thanks", thread_id=thread_id))
        items = await client.post(
            "/chatkit", json={"type": "items.list", "params": {"thread_id": thread_id, "order": "asc"}}
        )
    deltas = [each["update"].get("delta") for each in events if each["type"] == "thread.item.updated"]
    assert [delta for delta in deltas if delta] == ["It", " left", " yesterday."]
    shown = [(item["type"], text_of(item)) for item in items.json()["data"]]
    assert shown == [
        ("user_message", "Where is order 7?"),
        ("workflow", "An order."),
        ("assistant_message", "It left yesterday."),
        ("user_message", "Thanks"),
        ("assistant_message", "You're welcome."),
    ]
    assert orders.heard[1][-1]["output"] == "Order 7 left the warehouse yesterday."
    conversation = ["Where is order 7?", "It left yesterday.", "Thanks"]
    assert [words_of(said) for said in general.heard[0]] == conversation
    assert [words_of(said) for said in triage.heard[1]] == conversation


def asks(operation: str, text: str, **params: Any) -> dict[str, Any]:
    return {"type": operation, "params": {**params, "input": user_input(text)}}


def text_of(item: dict[str, Any]) -> str:
    if item["type"] == "workflow":
        return item["workflow"]["tasks"][0]["content"]
    return item["content"][0]["text"]


def words_of(said: dict[str, Any]) -> str:
    content = said["content"]
    return content if isinstance(content, str) else content[0]["text"]
