"""What code for the official package imports beside the server does what it does there."""

import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import agents
import httpx2
import pytest
from agents import Agent, Model, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner
from openai import AsyncOpenAI, InternalServerError

import turnstream
from tests.server.app import call, stream, user_input
from turnstream.agents import StreamingThoughtTracker, ThoughtTask
from turnstream.logger import logger
from turnstream.redaction import logger_of
from turnstream.server import (
    DEFAULT_PAGE_SIZE,
    ChatKitServer,
    agents_sdk_user_agent_override,
    stream_text,
)
from turnstream.store import MemoryStore
from turnstream.version import __version__

QUIET = RunConfig(tracing_disabled=True)


@pytest.mark.parametrize("model_class", [OpenAIChatCompletionsModel, OpenAIResponsesModel])
async def test_the_agents_sdk_names_turnstream_in_the_block_only(model_class: Callable[..., Model]) -> None:
    names: list[str] = []

    def refuse(request: httpx2.Request) -> httpx2.Response:
        names.append(request.headers["user-agent"])
        return httpx2.Response(500)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
    client = AsyncOpenAI(base_url="http://model.test/v1", api_key="none", http_client=http, max_retries=0)
    agent = Agent(name="A", model=model_class("m", client))
    sdk = f"Agents/Python {agents.__version__}"
    with pytest.raises(InternalServerError):
        await Runner.run(agent, "hi", run_config=QUIET)
    with pytest.raises(InternalServerError), agents_sdk_user_agent_override():
        await Runner.run(agent, "hi", run_config=QUIET)
    with pytest.raises(InternalServerError):
        await Runner.run(agent, "hi", run_config=QUIET)
    # The official package, if it ran in this process, has left its name behind.
    before, within, after = names
    assert within == f"{sdk} turnstream/{turnstream.__version__}"
    assert before == after != within
    await client.close()


async def words() -> AsyncIterator[str]:
    yield "Hello."


class Greeter(ChatKitServer[Any]):
    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
        async for event in stream_text(thread, words()):
            yield event


async def test_a_page_has_the_default_size() -> None:
    server = Greeter(MemoryStore())
    for _ in range(DEFAULT_PAGE_SIZE + 1):
        await stream(server, "threads.create", input=user_input("hi"))
    page = await call(server, "threads.list")
    assert (len(page["data"]), page["has_more"]) == (DEFAULT_PAGE_SIZE, True)


def test_the_logger_is_above_all_others(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger.name)
    logger_of("turnstream.server").info("below")
    logger.info("Authorization: Bearer sk-0123456789abcdef")
    assert [record.getMessage() for record in caplog.records] == ["below", "Authorization: Bearer ***"]


def test_the_version_and_the_thought_are_those_that_apps_read() -> None:
    assert __version__ == turnstream.__version__
    thought = StreamingThoughtTracker(item_id="rs_1", index=0, task=ThoughtTask(content="Hm"))
    thought.task.content += "m"
    assert thought.model_dump(exclude={"task": {"status_indicator"}}) == {
        "item_id": "rs_1",
        "index": 0,
        "task": {"type": "thought", "title": None, "content": "Hmm"},
    }
