"""One endpoint: attempts, watchdogs, connections."""

import asyncio
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.agents.chat_completions.running import HI, chunk, new_context, read, run, without_noise
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from turnstream.agents.chat_completions import ChatModel, stream_chat_response
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode

KEY = "sk-secret-of-the-test"


async def ask(model: ChatModel, **options: Any) -> list[dict[str, Any]]:
    return [chunk async for chunk in model.stream(HI, **options)]


async def test_a_request_carries_the_key_the_headers_and_the_options() -> None:
    async with (
        ScriptedServer([Reply(("ok",))]) as server,
        ChatModel(
            "m",
            base_url=f"{server.base_url}/",
            api_key=KEY,
            headers={"x-org": "1"},
            options={"temperature": 0},
        ) as model,
    ):
        await ask(model, max_tokens=5)
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
        assert server.headers[0]["x-org"] == "1"
        assert (server.requests[0]["temperature"], server.requests[0]["max_tokens"]) == (0, 5)
        assert KEY not in repr(model)


async def test_answers_share_a_connection() -> None:
    async with ScriptedServer([Reply(("ok",))]) as server, ChatModel("m", base_url=server.base_url) as model:
        for _ in range(3):
            await ask(model)
        assert server.connections == 1


async def test_closing_twice_is_closing_once_and_a_closed_model_opens_again() -> None:
    async with ScriptedServer([Reply(("ok",))]) as server:
        model = ChatModel("m", base_url=server.base_url)
        await ask(model)
        await model.close()
        await model.close()
        assert await ask(model) != []
        await model.close()


async def test_what_the_server_asks_for_is_waited_and_told() -> None:
    waits: list[tuple[ModelErrorCode, float]] = []

    async def on_wait(error: ModelError, wait_s: float) -> None:
        waits.append((error.cause, wait_s))

    replies = [Reply(status=429, headers={"retry-after-ms": "30"}), Reply(("ok",))]
    async with ScriptedServer(replies) as server, ChatModel("m", base_url=server.base_url) as model:
        began = time.monotonic()
        await ask(model, on_wait=on_wait)
        assert time.monotonic() - began >= 0.03
    assert waits == [(ModelErrorCode.RATE_LIMITED, 0.03)]


async def test_a_long_wait_is_shown() -> None:
    replies = [Reply(status=503, headers={"retry-after": "1"}), Reply(("ok",))]
    seen, _, error = await run(replies)
    assert (without_noise(seen), error) == (["The assistant is busy. Trying again…", "text_delta ok"], None)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 529])
async def test_what_may_pass_is_asked_again(status: int) -> None:
    replies = [Reply(status=status, headers={"retry-after": "0"}), Reply(("ok",))]
    seen, requests, error = await run(replies)
    assert (without_noise(seen), error, len(requests)) == (["text_delta ok"], None, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_what_will_not_pass_is_not_asked_again(status: int) -> None:
    _, requests, error = await run([Reply(status=status, headers={"retry-after": "0"})])
    assert isinstance(error, ModelError)
    assert (error.status, len(requests)) == (status, 1)


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_the_detail_for_the_log_says_who_was_asked_where(status: int) -> None:
    async with ScriptedServer([Reply(status=status)]) as server:
        async with ChatModel(
            "llama", base_url=f"{server.base_url}/{KEY}", api_key=KEY, max_retries=0
        ) as model:
            with pytest.raises(ModelError) as raised:
                await ask(model)
        assert raised.value.detail.endswith(f" (llama at {server.base_url}/***/chat/completions)")


async def test_an_empty_quota_is_not_asked_again() -> None:
    _, requests, error = await run([Reply(status=429, error={"code": "insufficient_quota"})])
    assert isinstance(error, ModelError)
    assert (error.cause, error.allow_retry, len(requests)) == (ModelErrorCode.RATE_LIMITED, False, 1)


async def test_a_stream_that_is_lost_before_its_first_token_is_asked_again() -> None:
    seen, requests, error = await run([Reply(fault="cut"), Reply(("ok",))])
    assert (without_noise(seen), error, len(requests)) == (["text_delta ok"], None, 2)


async def test_a_stream_that_is_lost_behind_its_first_token_is_not() -> None:
    seen, requests, error = await run([Reply(("o",), "cut"), Reply(("ok",))])
    assert (without_noise(seen), len(requests)) == (["text_delta o"], 1)
    assert seen[-1] == "item.done assistant_message"  # complete before the error
    assert isinstance(error, ModelError)
    assert error.cause is ModelErrorCode.CUT


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ({"message": "Rate limit", "code": 429}, ModelErrorCode.RATE_LIMITED),
        ({"message": "the prompt exceeds the context window"}, ModelErrorCode.CONTEXT_LENGTH),
        ({"message": "worker died", "code": "server_error"}, ModelErrorCode.OVERLOADED),
        ("out of memory", ModelErrorCode.OVERLOADED),
    ],
)
async def test_an_error_inside_the_stream_has_its_cause(error: Any, cause: ModelErrorCode) -> None:
    _, _, raised = await run([Reply(chunks=[chunk({"content": "a"}), {"error": error}])])
    assert isinstance(raised, ModelError)
    assert raised.cause is cause


async def test_a_server_that_does_not_know_stream_options_is_asked_without_and_from_then_on() -> None:
    refusal = Reply(status=400, error={"message": "Unrecognized request argument supplied: stream_options"})
    async with ScriptedServer([refusal, Reply(("ok",))]) as server:
        async with ChatModel("m", base_url=server.base_url, max_retries=0) as model:
            await ask(model)
            await ask(model)
        assert ["stream_options" in request for request in server.requests] == [True, False, False]


async def test_a_redirect_is_not_followed() -> None:
    _, requests, error = await run([Reply(status=307, headers={"location": "http://127.0.0.1:1/v1"})])
    assert isinstance(error, ModelError)
    assert (error.cause, len(requests)) == (ModelErrorCode.BAD_REQUEST, 1)


async def test_comments_are_life() -> None:
    raw = b"data: " + b'{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}' + b"\n\n"
    slow = [b": wait\n\n"] * 8 + [raw]
    async with (
        ScriptedServer([Reply(pieces=slow, pause_s=0.4)]) as server,
        ChatModel("m", base_url=server.base_url, first_byte_timeout_s=3.0, idle_timeout_s=3.0) as model,
    ):
        assert len(await ask(model)) == 1


async def test_a_whole_answer_that_stops_in_the_middle_is_stalled() -> None:
    late = Reply(pieces=[b'{"choices": [', b"]}"], pause_s=0.4, headers={"content-type": "application/json"})
    async with (
        ScriptedServer([late]) as server,
        ChatModel("m", base_url=server.base_url, idle_timeout_s=0.1, max_retries=0) as model,
    ):
        with pytest.raises(ModelError) as raised:
            await ask(model)
        assert raised.value.cause is ModelErrorCode.STALLED


async def test_closing_the_run_closes_the_connection_at_once_and_leaves_what_was_used() -> None:
    context = await new_context()
    async with (
        ScriptedServer([Reply(("Once",), "stall")]) as server,
        ChatModel("m", base_url=server.base_url) as model,
    ):
        events = stream_chat_response(context, model, HI)
        for _ in range(3):  # the message, its part, its text
            await anext(events)
        await events.aclose()
        await server.hung_up.wait()
        assert (context.usage.requests, context.usage.unreported_requests) == (1, 1)


async def test_cancelling_before_the_first_byte_closes_the_connection() -> None:
    context = await new_context()
    async with (
        ScriptedServer([Reply(fault="silence")]) as server,
        ChatModel("m", base_url=server.base_url) as model,
    ):
        reading = asyncio.create_task(read(stream_chat_response(context, model, HI)))
        await server.asked.wait()
        reading.cancel()
        await server.hung_up.wait()
        await asyncio.wait([reading])
        assert reading.cancelled()


def test_it_loads_no_framework_and_no_client_library() -> None:
    code = (
        "import sys, turnstream.agents.chat_completions\n"
        "print(sorted({'agents', 'openai', 'httpx', 'aiohttp', 'pydantic_ai', 'langchain_core'} & "
        "set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_aiohttp_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(ImportError, match=r"install turnstream\[openai\]"):
        ChatModel("m", base_url="http://127.0.0.1:1/v1")


FAILURES: list[dict[str, Any]] = [
    {"choices": [], "error": {"code": 503, "message": "overloaded"}},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "error"}]},
    {"choices": [{"index": 0, "delta": {"content": ""}, "error": {"code": 429}, "finish_reason": "error"}]},
    {"choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": "network_error"}]},
]


@pytest.mark.parametrize("failure", FAILURES)
async def test_an_error_before_the_first_token_is_asked_again(failure: dict[str, Any]) -> None:
    seen, requests, error = await run([Reply(chunks=[chunk({"role": "assistant"}), failure]), Reply(("ok",))])
    assert error is None
    assert without_noise(seen) == ["text_delta ok"]
    assert len(requests) == 2


async def test_a_body_in_one_piece_says_that_it_failed() -> None:
    body = b'{"choices": [{"message": {"content": "Hel"}, "finish_reason": "error"}]}'
    for content_type in ("application/json", "text/plain"):
        reply = Reply(raw=body, headers={"content-type": content_type})
        seen, _, error = await run([reply])
        assert isinstance(error, ModelError)
        assert error.cause is ModelErrorCode.OVERLOADED
        assert without_noise(seen) == ["text_delta Hel"]
