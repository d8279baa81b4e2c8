"""The bridge against a server that somebody else wrote."""

from typing import Any

import pytest

from tests.agents.chat_completions.running import new_context, read, without_noise
from tests.agents.servers.model_server import ModelServer
from turnstream.agents import AgentContext
from turnstream.agents.chat_completions import ChatModel, function_tool, stream_chat_response
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode


@function_tool
async def look(context: AgentContext[Any], what: str) -> str:
    """Look at something."""
    return f"saw {what}"


async def ask(
    server: ModelServer, words: str | list[dict[str, Any]], of: AgentContext[Any] | None = None
) -> Any:
    context = of or await new_context()
    async with ChatModel("m", base_url=server.base_url, api_key="none", max_retries=0) as model:
        messages = [{"role": "user", "content": words}]
        seen, error = await read(stream_chat_response(context, model, messages, tools=[look]))
    return without_noise(seen), error


async def test_the_text_is_whole(model_server: ModelServer) -> None:
    seen, error = await ask(model_server, "say hello")
    assert error is None
    assert "".join(line.removeprefix("text_delta ") for line in seen) == "Hello from the model."


async def test_two_calls_in_one_step(model_server: ModelServer) -> None:
    seen, error = await ask(model_server, "look up both, for the chat-completions bridge")
    assert (seen, error) == (["text_delta Trees and rivers."], None)
    *_, request = model_server.requests("look up both, for the chat-completions bridge")
    assert [(m["tool_call_id"], m["content"]) for m in request["messages"] if m["role"] == "tool"] == [
        ("call_trees", "saw trees"),
        ("call_rivers", "saw rivers"),
    ]


async def test_text_before_a_call(model_server: ModelServer) -> None:
    seen, error = await ask(model_server, "look first")
    assert (seen, error) == (["text_delta Let me look. ", "text_delta There they are."], None)


async def test_a_thought_before_the_answer(model_server: ModelServer) -> None:
    seen, error = await ask(model_server, "think first")
    assert error is None
    assert seen[0].startswith("task added Compare")
    assert seen[-2:] == ["task updated Compare both, then decide.", "text_delta The second one."]


async def test_what_was_used(model_server: ModelServer) -> None:
    context = await new_context()
    await ask(model_server, "count tokens", context)
    usage = context.usage
    assert (usage.requests, usage.unreported_requests, usage.input_tokens, usage.output_tokens) == (
        1,
        0,
        11,
        3,
    )


async def test_a_picture_with_the_question(model_server: ModelServer) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    seen, error = await ask(model_server, [{"type": "text", "text": "what is in the picture"}, picture])
    assert (seen, error) == (["text_delta A red square."], None)


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("too many questions", ModelErrorCode.RATE_LIMITED),
        ("too long", ModelErrorCode.CONTEXT_LENGTH),
        ("wrong key", ModelErrorCode.UNAUTHORIZED),
        ("wrong model", ModelErrorCode.NOT_FOUND),
        ("fall over", ModelErrorCode.OVERLOADED),
        ("be cut off", ModelErrorCode.CUT),
        ("say what is filtered", ModelErrorCode.CONTENT_FILTER),
    ],
)
async def test_errors(model_server: ModelServer, words: str, cause: ModelErrorCode) -> None:
    _, error = await ask(model_server, words)
    assert isinstance(error, ModelError)
    assert error.cause is cause
    assert error.retry_after_s == (60.0 if cause is ModelErrorCode.RATE_LIMITED else None)
