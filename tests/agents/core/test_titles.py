"""Titles by any bridge's model."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a model imports it when it is made: that blocks
import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.agents.conversation import Step
from tests.agents.openai_agents.scripted_model import ScriptedModel
from tests.agents.servers.conversation_server import ModelServer
from tests.server.app import user_input
from tests.server.durable import Server, fetch, open_stream
from turnstream.agents import TitleAgent
from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.scripted import Heard, Say
from turnstream.eventlog import MemoryEventLog
from turnstream.server import stream_text
from turnstream.store import MemoryStore
from turnstream.titles import TITLE_INSTRUCTIONS
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

ANSWER = '"Ein stiller Abend am See im Sommer."'
TITLE = "Ein stiller Abend am See"


def agents_sdk_model() -> Any:
    def decide(heard: Heard) -> Say:
        assert (heard.instructions, heard.text) == (TITLE_INSTRUCTIONS, "Erzähl vom See")
        return Say(ANSWER)

    return ScriptedModel(decide, token_delay_s=0)


def pydantic_ai_model() -> Any:
    def answer(messages: list[Any], info: AgentInfo) -> Any:
        from pydantic_ai.messages import ModelResponse, TextPart

        assert messages[-1].parts[-1].content == "Erzähl vom See"
        assert info.instructions == TITLE_INSTRUCTIONS
        return ModelResponse(parts=[TextPart(ANSWER)])

    return FunctionModel(answer)


def langchain_model() -> Any:
    return GenericFakeChatModel(messages=iter([AIMessage(ANSWER)]))


def function() -> Any:
    async def ask(instructions: str, text: str) -> str:
        assert (instructions, text) == (TITLE_INSTRUCTIONS, "Erzähl vom See")
        return ANSWER

    return ask


@pytest.mark.parametrize("make", [agents_sdk_model, pydantic_ai_model, langchain_model, function])
async def test_any_model_makes_a_title(make: Any) -> None:
    assert await TitleAgent(make()).make_title("Erzähl vom See") == TITLE


async def test_a_model_without_a_framework_makes_a_title() -> None:
    async with (
        ModelServer([Step(text=ANSWER)]).running() as server,
        ChatModel("m", base_url=server.base_url) as model,
    ):
        assert await TitleAgent(model).make_title("Erzähl vom See") == TITLE
    assert [message["content"] for message in server.requests[0]["messages"]] == [
        TITLE_INSTRUCTIONS,
        "Erzähl vom See",
    ]


async def test_an_apps_own_kind_of_model_makes_a_title() -> None:
    class Own(ChatModel):
        async def ask(self, instructions: str, text: str) -> str:
            return ANSWER

    async with Own("m", base_url="http://127.0.0.1:1/v1") as model:
        assert await TitleAgent(model).make_title("Erzähl vom See") == TITLE


async def test_a_message_without_words_has_no_title() -> None:
    async def ask(instructions: str, text: str) -> str:
        raise AssertionError("nobody need be asked")

    assert await TitleAgent(ask).make_title("  ") is None


async def test_a_long_message_is_cut_for_the_model() -> None:
    asked: list[int] = []

    async def ask(instructions: str, text: str) -> str:
        asked.append(len(text))
        return "A Title"

    await TitleAgent(ask).make_title("x" * 100_000)
    assert asked == [2000]


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(TypeError, match=r"TitleAgent needs a model.* not 7"):
        TitleAgent(7)


async def test_a_title_is_made_beside_the_response() -> None:
    may_answer = asyncio.Event()

    async def ask(instructions: str, text: str) -> str:
        await may_answer.wait()
        return ANSWER

    class Titled(Server):
        titles = TitleAgent(ask)

        async def make_title(
            self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
        ) -> str | None:
            return await self.titles.make_title(input_user_message)

    async def respond(*_: Any) -> AsyncIterator[ThreadStreamEvent]:
        async def tokens() -> AsyncIterator[str]:
            yield "Once"
            may_answer.set()
            yield " upon"

        async for event in stream_text(THREAD, tokens()):
            yield event

    server = Titled(MemoryStore(), respond, log=MemoryEventLog())
    reading = await open_stream(server, "threads.create", input=user_input("Erzähl vom See"))
    await reading.rest()
    titles = [event["thread"].get("title") for event in reading.events if event["type"] == "thread.updated"]
    assert titles[-1] == TITLE
    thread = await fetch(server, "threads.get_by_id", thread_id=reading.events[0]["thread"]["id"])
    assert thread["title"] == TITLE


THREAD = ThreadMetadata.model_validate({"id": "thr_1", "created_at": "2026-01-01T00:00:00Z"})


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import turnstream.agents", "agents"),
        ("from turnstream.agents import AgentContext", "agents"),
        ("from turnstream.agents import TitleAgent", "agents"),
        ("import turnstream.server, turnstream.http", "agents"),
    ],
)
def test_nothing_is_loaded_that_was_not_asked_for(statement: str, absent: str) -> None:
    code = f"{statement}\nimport sys\nsys.exit({absent!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_name_that_is_not_there_is_said_as_usual() -> None:
    import turnstream.agents

    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        turnstream.agents.nothing  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
