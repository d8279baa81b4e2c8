"""What models write in odd ways: shown and stored alike on every bridge."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.agents.bridges import BRIDGES, CHECKED, Bridge, serve
from tests.agents.conversation import normalised
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.server.app import user_input
from tests.server.durable import fetch, open_stream
from turnstream.agents.core.model_errors import MODEL_ERRORS, ModelErrorCode

CHAT = [bridge for bridge in BRIDGES if bridge != "agents, responses"]
"""Those that speak Chat Completions."""

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # of LangChain, at odd chunks

Chunk = dict[str, Any]


def chunk(*choices: Any, **others: Any) -> Chunk:
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": choices,
        **others,
    }


def delta(finish_reason: str | None = None, /, index: int = 0, **delta: Any) -> Chunk:
    return chunk({"index": index, "delta": delta, "finish_reason": finish_reason})


def text(*pieces: str) -> list[Chunk]:
    return [delta(content=piece) for piece in pieces]


STOP = delta("stop")

ANSWERS: dict[str, list[Chunk]] = {
    "reasoning": [delta(reasoning="Hm."), delta(content="Hello."), STOP],
    "reasoning_content": [delta(reasoning_content="Hm."), delta(content="Hello."), STOP],
    "both fields": [delta(reasoning="Hm.", reasoning_content="Hm."), delta(content="Hello."), STOP],
    "reasoning in pieces": [delta(reasoning="H"), delta(reasoning="m."), *text("Hel", "lo."), STOP],
    "reasoning beside empty content": [delta(reasoning="Hm.", content=""), *text("Hello."), STOP],
    "tags in one piece": [*text("<think>Hm.</think>Hello."), STOP],
    "tags in pieces of their own": [*text("<think>", "Hm.", "</think>", "Hello."), STOP],
    "tags cut between pieces": [*text("<thi", "nk>\nH", "m.\n</th", "ink>\n\nHel", "lo."), STOP],
    "a whole tag, and one that is cut": [*text("<think>", "Hm.</thi", "nk>", "Hello."), STOP],
    "white space before the tag": [*text("\n", "<think>Hm.</think>\n\n", "Hello."), STOP],
    "a lone end": [*text("H", "m.\n</think>", "\n\nHello."), STOP],
    "a lone end in pieces": [*text("Hm.", "</", "think", ">Hello."), STOP],
}


INDISTINGUISHABLE = {("pydantic_ai", "a whole tag, and one that is cut")}
"""Pydantic AI takes such an answer for one thought, and asks the model for text."""


async def answered(
    bridge: str, reply: Reply, bridges: Mapping[str, Bridge] = BRIDGES
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], ScriptedServer]:
    """The events of a turn, the items of its answer, and the model's server."""
    async with ScriptedServer([reply]) as model:
        server = serve(lambda context: bridges[bridge](model.base_url, 5.0)(context))
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        events = await reading.rest()
        thread = await fetch(server, "threads.get_by_id", thread_id=events[0]["thread"]["id"])
    return events, normalised(thread["items"]["data"])[1:], model


@pytest.mark.parametrize("bridge", CHAT)
@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_thought_and_an_answer_are_each_stored_once(answer: str, bridge: str) -> None:
    if (bridge, answer) in INDISTINGUISHABLE:
        pytest.skip("the framework does not tell them apart")
    events, items, _ = await answered(bridge, Reply(chunks=ANSWERS[answer]))
    thought = {"type": "workflow", "workflow": "reasoning", "tasks": ["Hm."], "ended": True}
    is_heard = bridge != "langgraph" or "reasoning" not in str(
        ANSWERS[answer]
    )  # ChatOpenAI drops these fields
    assert items == [*([thought] if is_heard else []), {"type": "assistant_message", "text": "Hello."}]
    assert events[-1]["status"] == "completed"


PLAIN = {
    "tags in the middle": ["Write `<think>` before ", "and </think> behind."],
    "a tag in a piece of its own": ["Write ", "<think>", " first."],
    "less than": ["1 <", " 2"],
    "half a tag": ["a </thi"],
}


@pytest.mark.parametrize("bridge", [bridge for bridge in CHAT if bridge != "pydantic_ai"])
@pytest.mark.parametrize("answer", PLAIN)
async def test_tags_elsewhere_are_text(answer: str, bridge: str) -> None:
    _, items, _ = await answered(bridge, Reply(chunks=[*text(*PLAIN[answer]), STOP]))
    assert items == [{"type": "assistant_message", "text": "".join(PLAIN[answer])}]


MAGISTRAL = [
    delta(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]),
    delta(content=[{"type": "text", "text": "Hello."}]),
    STOP,
]


@pytest.mark.parametrize("bridge", ["chat_completions", "langgraph"])  # the other clients read text alone
async def test_thinking_parts_are_a_thought(bridge: str) -> None:
    _, items, _ = await answered(bridge, Reply(chunks=MAGISTRAL))
    assert [item.get("tasks", item.get("text")) for item in items] == [["Hm."], "Hello."]


def failing(*fields: tuple[str, Any], **chunk_fields: Any) -> list[Chunk]:
    """Half an answer, then a chunk with a choice that has these fields."""
    return [
        *text("Hel"),
        chunk({"index": 0, "delta": {}, "finish_reason": None, **dict(fields)}, **chunk_fields),
    ]


OVERLOADED = {"code": 503, "message": "Upstream is overloaded."}

HALVES: dict[str, tuple[list[Chunk], ModelErrorCode]] = {
    "an error beside choices": (failing(error=OVERLOADED), ModelErrorCode.OVERLOADED),
    "an error beside no choices": (
        [*text("Hel"), chunk(error={"code": 429, "message": "!"})],
        ModelErrorCode.RATE_LIMITED,
    ),
    "an error without choices": ([*text("Hel"), {"error": OVERLOADED}], ModelErrorCode.OVERLOADED),
    "an error in a choice": (
        failing(("error", {"code": 429, "message": "!"}), ("finish_reason", "error")),
        ModelErrorCode.RATE_LIMITED,
    ),
    "finish error": ([*text("Hel"), delta("error")], ModelErrorCode.OVERLOADED),
    "finish network_error": ([*text("Hel"), delta("network_error")], ModelErrorCode.CUT),
    "finish abort": ([*text("Hel"), delta("abort")], ModelErrorCode.CUT),
    "finish sensitive": ([*text("Hel"), delta("sensitive")], ModelErrorCode.CONTENT_FILTER),
}

UNKNOWN_TO: dict[str, dict[str, ModelErrorCode | None]] = {
    "agents": dict.fromkeys(
        ("an error in a choice", "finish error", "finish network_error", "finish abort", "finish sensitive")
    ),
    "pydantic_ai": {"an error in a choice": ModelErrorCode.OVERLOADED},
    "langgraph": {"an error in a choice": ModelErrorCode.OVERLOADED},
}
"""What a framework keeps to itself: why the model finished, or what else stands in a choice."""


@pytest.mark.parametrize("bridge", CHAT)
@pytest.mark.parametrize("half", HALVES)
async def test_half_an_answer_is_an_error(half: str, bridge: str) -> None:
    chunks, code = HALVES[half]
    expected = UNKNOWN_TO.get(bridge, {}).get(half, code)
    events, items, _ = await answered(bridge, Reply(chunks=chunks))
    assert [event["code"] for event in events if event["type"] == "error"] == ([expected] if expected else [])
    assert items == [{"type": "assistant_message", "text": "Hel"}]


CUT = [delta("", content="Hel"), delta("", content="lo")]


@pytest.mark.parametrize("bridge", ["chat_completions", "langgraph"])  # to others a missing reason is none
async def test_an_empty_finish_reason_is_none(bridge: str) -> None:
    events, _, _ = await answered(bridge, Reply(chunks=CUT, fault="end"))
    assert [event["code"] for event in events if event["type"] == "error"] == ["model_cut"]


@pytest.mark.parametrize("bridge", CHECKED)
@pytest.mark.parametrize("half", HALVES)
async def test_a_checked_stream_tells_every_framework_how_an_answer_failed(half: str, bridge: str) -> None:
    chunks, code = HALVES[half]
    events, items, _ = await answered(bridge, Reply(chunks=chunks), CHECKED)
    assert [event["code"] for event in events if event["type"] == "error"] == [code]
    assert items == [{"type": "assistant_message", "text": "Hel"}]


@pytest.mark.parametrize("bridge", CHECKED)
async def test_a_checked_stream_that_ends_without_a_reason_is_cut(bridge: str) -> None:
    events, items, _ = await answered(bridge, Reply(chunks=CUT, fault="end"), CHECKED)
    assert [event["code"] for event in events if event["type"] == "error"] == ["model_cut"]
    assert items == [{"type": "assistant_message", "text": "Hello"}]


@pytest.mark.parametrize("bridge", CHECKED)
async def test_a_checked_stream_loses_nothing(bridge: str) -> None:
    last_words = failing(("delta", {"content": "lo\u2028"}), ("finish_reason", "error"))
    for chunks, said, status in (
        (text("Hel", "lo"), "Hello", "completed"),
        (last_words, "Hello\u2028", "failed"),
    ):
        ends = [STOP] if status == "completed" else []
        events, items, _ = await answered(bridge, Reply(chunks=[*chunks, *ends]), CHECKED)
        assert items == [{"type": "assistant_message", "text": said}]
        assert events[-1]["status"] == status


SILENT: dict[str, list[Chunk]] = {
    "nothing": [STOP],
    "empty text": [*text("", ""), STOP],
    "white space": [*text(" ", "\n\n"), STOP],
    "a thought": [delta(reasoning_content="Hm."), STOP],
    "a thought in tags": [*text("<think>Hm.</think>\n"), STOP],
    "a thought without an end": [*text("<think>Hm."), STOP],
}


@pytest.mark.parametrize("bridge", CHAT)
@pytest.mark.parametrize("silence", SILENT)
async def test_an_answer_without_a_word_can_be_asked_for_again(silence: str, bridge: str) -> None:
    events, items, _ = await answered(bridge, Reply(chunks=SILENT[silence]))
    words = MODEL_ERRORS[ModelErrorCode.NO_ANSWER]
    assert [event for event in events if event["type"] == "error"] == [
        {"type": "error", "code": "model_no_answer", "message": words.message, "allow_retry": True}
    ]
    is_heard = "thought" in silence and not (bridge == "langgraph" and silence == "a thought")
    assert [item["type"] for item in items] == (["workflow"] if is_heard else [])


@pytest.mark.parametrize("bridge", ["chat_completions", "agents"])  # the others take the first of a chunk
async def test_other_choices_are_passed_over(bridge: str) -> None:
    first = {"index": 0, "delta": {"content": "Hel"}, "finish_reason": None}
    second = {"index": 1, "delta": {"content": "Bye"}, "finish_reason": "stop"}
    chunks = [chunk(first), chunk(second), chunk(first | {"delta": {"content": "lo."}}, second), STOP]
    _, items, _ = await answered(bridge, Reply(chunks=chunks))
    assert items == [{"type": "assistant_message", "text": "Hello."}]


MALFORMED: dict[str, list[Any]] = {
    "no choice": [chunk(None)],
    "text for a choice": [chunk("Hello")],
    "texts": [["Hello"]],
    "text": ["Hello"],
    "a list for a delta": [chunk({"index": 0, "delta": ["Hello"], "finish_reason": None})],
    "a number for content": [delta(content=7)],
    "text for a call": [delta(tool_calls=["look"])],
}


PASSED_OVER = {("agents", "text for a choice"), ("pydantic_ai", "a number for content")}
"""What a framework reads no further, and does not stumble on."""


@pytest.mark.parametrize("bridge", CHAT)
@pytest.mark.parametrize("malformed", MALFORMED)
async def test_a_malformed_chunk_is_told_at_once(malformed: str, bridge: str) -> None:
    if (bridge, malformed) in PASSED_OVER:
        pytest.skip("the framework passes it over")
    events, items, model = await answered(bridge, Reply(chunks=[*text("Hel"), *MALFORMED[malformed], STOP]))
    assert [event["code"] for event in events if event["type"] == "error"] == ["model_bad_stream"]
    assert items == [{"type": "assistant_message", "text": "Hel"}]
    assert len(model.requests) == 1


PAGE = b"<!doctype html><title>Sign in</title>"


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/event-stream", "text/plain"])
async def test_a_page_is_no_stream(content_type: str) -> None:
    reply = Reply(raw=PAGE, headers={"content-type": content_type})
    events, _, model = await answered("chat_completions", reply)
    assert [event["code"] for event in events if event["type"] == "error"] == ["model_bad_stream"]
    assert len(model.requests) == 1
