"""The Agents SDK, and the openai client below it, against a model's server that somebody else wrote."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from agents import Model, OpenAIChatCompletionsModel, OpenAIResponsesModel
from openai import AsyncOpenAI

from tests.agents.conversation import summary
from tests.agents.openai_agents.replayed import run_of
from tests.agents.reading import context, read, texts
from tests.agents.servers.model_server import ModelServer
from turnstream.agents import AgentContext, ModelError, ModelErrorCode, function_tool, stream_agent_response

Api = Callable[[str, AsyncOpenAI], Model]

APIS: list[Any] = [OpenAIResponsesModel, OpenAIChatCompletionsModel]


@function_tool
async def look(what: str) -> str:
    """Look at something."""
    return f"saw {what}"


@asynccontextmanager
async def model_of(server: ModelServer, api: Api) -> AsyncGenerator[Model]:
    async with AsyncOpenAI(base_url=server.base_url, api_key="none", max_retries=0) as client:
        yield api("m", client)


async def ask(
    server: ModelServer, api: Api, words: str, of: AgentContext[Any] | None = None
) -> tuple[list[Any], Exception | None]:
    of = of or await context()
    async with model_of(server, api) as model:
        return await read(stream_agent_response(of, run_of(of, model, words, tools=[look])))


@pytest.mark.parametrize("api", APIS)
async def test_text_comes_in_pieces(model_server: ModelServer, api: Api) -> None:
    events, error = await ask(model_server, api, "say hello")
    assert error is None
    assert texts(events) == ["Hello from the model."]
    assert sum(event.type == "thread.item.updated" for event in events) > 5


@pytest.mark.parametrize("api", APIS)
async def test_two_calls_in_one_step(model_server: ModelServer, api: Api) -> None:
    words = f"look up both, by {api.__name__}"
    events, error = await ask(model_server, api, words)
    assert error is None
    assert texts(events) == ["Trees and rivers."]
    said = str(model_server.requests(words)[-1])
    assert "saw trees" in said
    assert "saw rivers" in said


@pytest.mark.parametrize("api", APIS)
async def test_a_thought_before_the_answer(model_server: ModelServer, api: Api) -> None:
    events, error = await ask(model_server, api, "think first")
    assert error is None
    assert summary(events) == [
        "reasoning",
        "thought Compare both, then decide.",
        "message",
        "The second one.",
        "message done",
    ]


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("too many questions", ModelErrorCode.RATE_LIMITED),
        ("too long", ModelErrorCode.CONTEXT_LENGTH),
        ("wrong key", ModelErrorCode.UNAUTHORIZED),
        ("wrong model", ModelErrorCode.NOT_FOUND),
        ("fall over", ModelErrorCode.OVERLOADED),
        ("be cut off", ModelErrorCode.CUT),
    ],
)
async def test_errors(model_server: ModelServer, api: Api, words: str, cause: ModelErrorCode) -> None:
    _, error = await ask(model_server, api, words)
    assert isinstance(error, ModelError)
    assert error.cause is cause
