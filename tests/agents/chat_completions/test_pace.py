"""Streams of models are read on one shared tick when there are many of them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, StreamReader

from tests.agents.chat_completions.running import HI
from tests.agents.servers.scripted_server import Fault, Reply, ScriptedServer
from turnstream.agents.chat_completions import ChatModel, pace
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode
from turnstream.turns import flush_timer
from turnstream.turns.flush_timer import FlushTimer

WORDS = [f"word {n} " for n in range(40)]


@pytest.fixture
async def is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns are flushed on ticks."""
    monkeypatch.setattr(flush_timer, "PROMPT_PER_PERIOD", -1)
    FlushTimer.here().request(lambda: None)


@pytest.fixture
async def waits_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next tick comes after the test."""
    monkeypatch.setattr(flush_timer, "PROMPT_PER_PERIOD", -1)
    monkeypatch.setattr(flush_timer, "MIN_PERIOD_S", 3600.0)
    FlushTimer.here().request(lambda: None)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What each read of a body returned."""
    seen: list[bytes] = []
    readany = StreamReader.readany

    async def noting(self: StreamReader) -> bytes:
        seen.append(await readany(self))
        return seen[-1]

    monkeypatch.setattr(StreamReader, "readany", noting)
    return seen


def text_of(chunk: dict[str, Any]) -> str:
    return "".join(choice["delta"].get("content") or "" for choice in chunk["choices"])


async def answer(stream: AsyncIterator[dict[str, Any]]) -> str:
    return "".join([text_of(chunk) async for chunk in stream])


def slow() -> Reply:
    pieces = [f'data: {{"choices": [{{"delta": {{"content": "{word}"}}}}]}}\n\n'.encode() for word in WORDS]
    return Reply(pieces=[*pieces, b"data: [DONE]\n\n"], pause_s=0.01)


@pytest.mark.usefixtures("is_busy")
async def test_under_load_many_tokens_share_a_read(reads: list[bytes]) -> None:
    async with ScriptedServer([slow()]) as server, ChatModel("m", base_url=server.base_url) as model:
        assert await answer(model.stream(HI)) == "".join(WORDS)
    assert len(reads) < len(WORDS) * 0.7  # about 13: four pieces come between two ticks


async def test_where_little_happens_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flush_timer, "MIN_PERIOD_S", 3600.0)
    async with ScriptedServer([slow()]) as server, ChatModel("m", base_url=server.base_url) as model:
        async with asyncio.timeout(60):
            assert await answer(model.stream(HI)) == "".join(WORDS)


@pytest.mark.usefixtures("waits_for_long")
async def test_the_first_token_does_not_wait_for_a_tick() -> None:
    role = b'data: {"choices": [{"delta": {"role": "assistant"}}]}\n\n'
    text = b'data: {"choices": [{"delta": {"content": "Once"}}]}\n\n'
    late = Reply(pieces=[role, text, b": and so on\n\n"], pause_s=0.2)
    async with ScriptedServer([late]) as server, ChatModel("m", base_url=server.base_url) as model:
        chunks = model.stream(HI)
        async with asyncio.timeout(60):
            assert await first_text(chunks) == "Once"
        await chunks.aclose()


async def first_text(chunks: AsyncGenerator[dict[str, Any]]) -> str:
    async for chunk in chunks:
        if text_of(chunk):
            return text_of(chunk)
    raise AssertionError("there is no text")


@pytest.mark.usefixtures("is_busy")
async def test_a_connection_is_used_again_at_once() -> None:
    async with ScriptedServer([Reply(WORDS)]) as server, ChatModel("m", base_url=server.base_url) as model:
        for _ in range(5):
            assert await answer(model.stream(HI)) == "".join(WORDS)
        assert server.connections == 1


@pytest.mark.usefixtures("is_busy")
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("stall", ModelErrorCode.STALLED),
        ("cut", ModelErrorCode.CUT),
        ("end", ModelErrorCode.CUT),
        ("garbage", ModelErrorCode.BAD_STREAM),
    ],
)
async def test_what_goes_wrong_is_noticed_by_those_who_rest(fault: Fault, code: ModelErrorCode) -> None:
    patience_s = 0.5 if fault == "stall" else 300.0
    async with (
        ScriptedServer([Reply(WORDS, fault)]) as server,
        ChatModel("m", base_url=server.base_url, idle_timeout_s=patience_s, max_retries=0) as model,
    ):
        with pytest.raises(ModelError) as raised:
            await answer(model.stream(HI))
        assert raised.value.cause is code


@pytest.mark.usefixtures("waits_for_long")
async def test_a_response_that_has_ended_rests_no_more() -> None:
    async with (
        ScriptedServer([Reply(("Once",), "stall")]) as server,
        ClientSession() as session,
        session.post(f"{server.base_url}/chat/completions", json={}) as response,
    ):
        assert response.connection is not None
        transport = response.connection.transport
        assert transport is not None
        pace.rest(FlushTimer.here(), response)
        assert not transport.is_reading()
        pace.resume(response)
        assert transport.is_reading()
        response.close()


@pytest.mark.usefixtures("waits_for_long")
async def test_closing_a_stream_that_rests_closes_its_connection_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    has_rested = asyncio.Event()
    rest = pace.rest

    def note(timer: FlushTimer, response: ClientResponse) -> None:
        rest(timer, response)
        has_rested.set()

    monkeypatch.setattr(pace, "rest", note)
    async with (
        ScriptedServer([Reply(("Once",), "stall")]) as server,
        ChatModel("m", base_url=server.base_url) as model,
    ):
        reading = asyncio.create_task(answer(model.stream(HI)))
        await has_rested.wait()
        reading.cancel()
        async with asyncio.timeout(60):
            await server.hung_up.wait()
