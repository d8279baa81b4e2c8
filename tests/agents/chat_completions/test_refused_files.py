"""A server that does not accept a file ends neither this turn nor the later ones of its thread."""

import logging
from typing import Any

import pytest

from tests.agents.chat_completions.running import new_context, read, without_noise
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from turnstream.agents.chat_completions import ChatModel, function_tool, stream_chat_response
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode

TEXT = {"type": "text", "text": "What is this?"}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
PDF = {
    "type": "file",
    "file": {"filename": "Rechnung <1>.pdf", "file_data": "data:application/pdf;base64,AAAA"},
}
AUDIO = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
OTHER = {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}}
ANSWER = {"role": "assistant", "content": "It is a tree."}


@function_tool
async def look() -> str:
    """Look again."""
    return "an oak"


async def run(
    replies: list[Reply], *parts: dict[str, Any]
) -> tuple[list[str], list[list[dict[str, Any]]], Exception | None]:
    """Return what the person sees, the messages of each request, and what ended the run."""
    messages = [{"role": "user", "content": [TEXT, *parts]}, ANSWER, {"role": "user", "content": "And now?"}]
    async with ScriptedServer(replies) as server, ChatModel("m", base_url=server.base_url) as model:
        events = stream_chat_response(await new_context(), model, messages, tools=[look])
        seen, error = await read(events)
    return without_noise(seen), [request["messages"] for request in server.requests], error


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_a_refused_request_is_made_again_with_notes_in_place_of_files(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "turnstream.agents"):
        seen, requests, error = await run(
            [Reply(status=status, error={"message": "no pictures here"}), Reply(("An oak.",))],
            IMAGE, PDF, AUDIO, OTHER,
        )  # fmt: skip
    assert (seen, error) == (["text_delta An oak."], None)
    assert requests[0][0]["content"] == [TEXT, IMAGE, PDF, AUDIO, OTHER]
    reason = "its content cannot be shown to you, since it was refused"
    notes = [
        f"[Attached: {label}; {reason}]"
        for label in ("a picture", "Rechnung _1_.pdf", "a recording", "a file")
    ]
    assert requests[1] == [
        {"role": "user", "content": "\n\n".join(["What is this?", *notes])},
        ANSWER,
        {"role": "user", "content": "And now?"},
    ]
    assert "no pictures here" in caplog.text
    assert "FileLimits(kinds=" in caplog.text


async def test_later_steps_of_the_run_ask_without_files_at_once() -> None:
    call = Reply(calls=[("c1", "look", "{}")])
    seen, requests, error = await run([Reply(status=400), call, Reply(("An oak.",))], IMAGE)
    assert (seen, error) == (["text_delta An oak."], None)
    assert [isinstance(messages[0]["content"], str) for messages in requests] == [False, True, True]


async def test_a_request_that_is_refused_for_another_reason_says_so() -> None:
    again = [Reply(status=400, error={"message": "first"}), Reply(status=400, error={"message": "second"})]
    for parts, count in (((), 1), ((IMAGE,), 2)):
        seen, requests, error = await run(again, *parts)
        assert isinstance(error, ModelError)
        assert (seen, error.cause, len(requests)) == ([], ModelErrorCode.BAD_REQUEST, count)
        assert ("first" if count == 1 else "second") in error.detail


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_what_has_nothing_to_do_with_files_is_not_asked_again(status: int) -> None:
    _, requests, error = await run([Reply(status=status)], IMAGE)
    assert isinstance(error, ModelError)
    assert len(requests) == 1


async def test_an_answer_that_has_begun_is_not_asked_again() -> None:
    chunks = [
        {"choices": [{"delta": {"content": "An"}}]},
        {"error": {"code": 400, "message": "the picture is broken"}},
    ]
    seen, requests, error = await run([Reply(chunks=chunks)], IMAGE)
    assert isinstance(error, ModelError)
    assert (seen, len(requests)) == (["text_delta An"], 1)
