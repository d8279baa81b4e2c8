"""What the deltas of different servers become."""

import json
from typing import Any

import pytest

from tests.agents.chat_completions.running import HI, chunk, new_context, run, without_noise
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from turnstream.agents.chat_completions import ChatModel, function_tool
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode

STOP = chunk({}, "stop")


@function_tool
async def add(a: int, b: int = 0) -> int:
    """Add two numbers."""
    return a + b


def call(arguments: str | None = None, /, **fields: Any) -> dict[str, Any]:
    name = fields.pop("name", None)
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    return {"type": "function", **fields, "function": function}


async def test_text_is_a_message() -> None:
    seen, requests, error = await run([Reply(("Hel", "lo"))], instructions="Be brief.")
    assert error is None
    assert seen == [
        "item.added assistant_message",
        "added",
        "text_delta Hel",
        "text_delta lo",
        "done",
        "item.done assistant_message",
    ]
    assert requests == [
        {
            "model": "m",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_is_a_workflow_before_the_answer(field: str) -> None:
    chunks = [
        chunk({"role": "assistant", "content": None, field: "Hm"}),
        chunk({field: "m."}),
        chunk({"content": "Yes"}),
    ]
    seen, _, _ = await run([Reply(chunks=[*chunks, STOP])])
    assert seen[:3] == ["item.added workflow", "task added Hm", "task updated Hmm."]
    assert seen[3:5] == ["item.done workflow", "item.added assistant_message"]
    assert "text_delta Yes" in seen


async def test_a_refusal_is_text() -> None:
    seen, _, error = await run([Reply(chunks=[chunk({"refusal": "I cannot"}), STOP])])
    assert (without_noise(seen), error) == (["text_delta I cannot"], None)


async def test_content_in_parts_is_text() -> None:
    parts = [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]
    seen, _, _ = await run([Reply(chunks=[chunk({"content": parts}), STOP])])
    assert without_noise(seen) == ["text_delta Hello"]


async def test_citations_are_annotations() -> None:
    citation = {"url": "https://example.com/fares", "title": "Fares", "start_index": 0, "end_index": 5}
    cited = chunk({"content": "", "annotations": [{"type": "url_citation", "url_citation": citation}]})
    seen, _, _ = await run([Reply(chunks=[chunk({"content": "Cheap"}), cited, STOP])])
    assert without_noise(seen) == ["text_delta Cheap", "annotation_added https://example.com/fares Fares 5"]


IN_PIECES = [
    chunk({"tool_calls": [call("", index=0, id="a", name="add"), call('{"a"', index=1, id="b", name="add")]}),
    chunk({"tool_calls": [call(":2}", index=1)]}),
    chunk({"tool_calls": [call('{"a":1,', index=0)]}),
    chunk({"tool_calls": [call('"b":4}', index=0)]}),
]
WHOLE_WITHOUT_INDEX = [
    chunk(
        {
            "content": "",
            "tool_calls": [call('{"a":1,"b":4}', id="a", name="add"), call('{"a":2}', id="b", name="add")],
        }
    )
]
WHOLE_WITH_ONE_INDEX = [
    chunk({"tool_calls": [call('{"a":1,"b":4}', index=0, id="a", name="add")]}),
    chunk({"tool_calls": [call('{"a":2}', index=0, id="b", name="add")]}),
]
ID_REPEATED = [
    chunk({"tool_calls": [call('{"a":1,', index=0, id="a", name="add")]}),
    chunk({"tool_calls": [call('"b":4}', index=0, id="a", name="add")]}),
    chunk({"tool_calls": [call('{"a":2}', index=1, id="b", name="add")]}),
]


@pytest.mark.parametrize("chunks", [IN_PIECES, WHOLE_WITHOUT_INDEX, WHOLE_WITH_ONE_INDEX, ID_REPEATED])
async def test_calls_are_put_together_however_they_come(chunks: list[dict[str, Any]]) -> None:
    _, requests, _ = await run([Reply(chunks=[*chunks, chunk({}, "tool_calls")]), Reply(("5",))], tools=[add])
    _, asked, *results = requests[1]["messages"]
    assert [(c["id"], json.loads(c["function"]["arguments"])) for c in asked["tool_calls"]] == [
        ("a", {"a": 1, "b": 4}),
        ("b", {"a": 2}),
    ]
    assert results == [
        {"role": "tool", "tool_call_id": "a", "content": "5"},
        {"role": "tool", "tool_call_id": "b", "content": "2"},
    ]


async def test_a_call_without_an_id_gets_one_of_ours() -> None:
    chunks = [chunk({"tool_calls": [call({"a": 1}, name="add")]}), chunk({}, "stop")]  # pyright: ignore[reportArgumentType]
    _, requests, _ = await run([Reply(chunks=chunks), Reply(("1",))], tools=[add])
    _, asked, result = requests[1]["messages"]
    assert asked["tool_calls"][0]["id"] == result["tool_call_id"] != ""
    assert asked["tool_calls"][0]["function"]["arguments"] == '{"a": 1}'


async def test_whole_calls_with_one_index_and_no_id_are_calls_of_their_own() -> None:
    calls = [
        call('{"a":1,', index=0, name="add"),
        call('"b":4}', index=0, name="add"),
        call('{"a":2}', index=0, name="add"),
    ]
    chunks = [chunk({"tool_calls": [each]}) for each in calls]
    _, requests, _ = await run([Reply(chunks=[*chunks, chunk({}, "tool_calls")]), Reply(("5",))], tools=[add])
    assert [message["content"] for message in requests[1]["messages"][2:]] == ["5", "2"]


async def test_thoughts_go_back_with_the_calls_to_a_model_that_gave_them() -> None:
    chunks = [
        chunk({"reasoning_content": "Add."}),
        chunk({"tool_calls": [call('{"a":1}', index=0, id="a", name="add")]}),
    ]
    _, requests, _ = await run([Reply(chunks=[*chunks, chunk({}, "tool_calls")]), Reply(("1",))], tools=[add])
    assert requests[1]["messages"][1]["reasoning_content"] == "Add."


async def test_tokens_are_counted_once_though_each_chunk_reports_them() -> None:
    context = await new_context()
    counts = [{"prompt_tokens": 9, "completion_tokens": n} for n in (1, 2)]
    chunks = [chunk({"content": "a"}, usage=counts[0]), chunk({"content": "b"}, "stop", usage=counts[1])]
    await run([Reply(chunks=chunks)], context=context)
    usage = context.usage
    assert (usage.requests, usage.unreported_requests, usage.input_tokens, usage.output_tokens) == (
        1,
        0,
        9,
        2,
    )


async def test_an_answer_cut_at_its_length_says_so() -> None:
    seen, _, error = await run([Reply(("Once",), finish_reason="length")])
    assert error is None
    assert without_noise(seen) == [
        "text_delta Once",
        "notice The answer ends here: it reached its greatest length.",
    ]


async def test_half_of_an_emoji_does_not_end_the_answer() -> None:
    halves = [chunk({"content": "\ud83c"}), chunk({"content": "\udf31"})]
    events = "".join(f"data: {json.dumps(half)}\n\n" for half in halves)  # escaped, as it comes over the wire
    assert "\\ud83c" in events
    seen, _, error = await run([Reply(raw=events.encode() + b"data: [DONE]\n\n")])
    assert error is None
    assert without_noise(seen) == ["text_delta \ud83c\udf31"]


async def test_texts_that_come_at_once_are_one_and_everything_else_stays_apart() -> None:
    chunks = [
        chunk({"role": "assistant", "content": "One"}),
        chunk({"content": ", two", "tool_calls": None, "refusal": ""}),
        chunk({"content": ", three"}),
        chunk({"reasoning_content": "Hm."}),
        chunk({"content": " Four"}),
        {**chunk({"content": ", five"}), "usage": {"completion_tokens": 9}},
        chunk({"content": "."}, "stop"),
    ]
    raw = b"".join(f"data: {json.dumps(each)}\n\n".encode() for each in chunks)
    async with (
        ScriptedServer([Reply(raw=raw + b"data: [DONE]\n\n")]) as server,
        ChatModel("m", base_url=server.base_url) as model,
    ):
        seen = [each async for each in model.stream(HI)]
    texts = [each["choices"][0]["delta"].get("content") for each in seen]
    assert texts == ["One, two, three", None, " Four", ", five", "."]
    assert seen[3]["usage"] == {"completion_tokens": 9}
    assert seen[4]["choices"][0]["finish_reason"] == "stop"


async def test_text_before_what_is_no_chunk_is_kept() -> None:
    events = [json.dumps(chunk({"content": text})) for text in ("Once", " upon")]
    raw = "".join(f"data: {event}\n\n" for event in [*events, "nonsense"])
    seen, _, error = await run([Reply(raw=raw.encode())])
    assert isinstance(error, ModelError)
    assert (without_noise(seen), error.cause) == (["text_delta Once upon"], ModelErrorCode.BAD_STREAM)


async def test_a_server_that_does_not_stream_is_understood() -> None:
    message = {"role": "assistant", "content": "Hello"}
    body = {"id": "c1", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    seen, _, error = await run(
        [Reply(raw=json.dumps(body).encode(), headers={"content-type": "application/json"})]
    )
    assert (without_noise(seen), error) == (["text_delta Hello"], None)


async def test_comments_and_a_missing_last_line_do_no_harm() -> None:
    raw = b": OPENROUTER PROCESSING\n\ndata: " + json.dumps(chunk({"content": "Hi"}, "stop")).encode()
    seen, _, error = await run([Reply(raw=raw)])
    assert (without_noise(seen), error) == (["text_delta Hi"], None)


@pytest.mark.parametrize(
    "pieces",
    [
        [call("", index=0, id="a", name="a"), call("", index=0, name="dd"), call('{"a": 1}', index=0)],
        [call(index=0, id="a", name="ad"), call('{"a": 1}', index=0, id="a", name="d")],
        [call('{"a"', index=0, id="a", name="add"), call(": 1}", index=0, name="add")],
    ],
)
async def test_a_name_may_come_in_pieces(pieces: list[dict[str, Any]]) -> None:
    chunks = [chunk({"tool_calls": [piece]}) for piece in pieces]
    _, requests, error = await run(
        [Reply(chunks=[*chunks, chunk({}, "tool_calls")]), Reply(("1",))], tools=[add]
    )
    assert error is None
    (made,) = requests[1]["messages"][1]["tool_calls"]
    assert made["function"] == {"name": "add", "arguments": '{"a": 1}'}
    assert requests[1]["messages"][2]["content"] == "1"


async def test_white_space_before_a_call_is_no_message() -> None:
    calling = [
        chunk({"content": "\n\n"}),
        chunk({"tool_calls": [call('{"a": 1}', index=0, id="a", name="add")]}),
    ]
    seen, requests, _ = await run([Reply(chunks=[*calling, STOP]), Reply(("1",))], tools=[add])
    assert seen.count("item.done assistant_message") == 1
    assert requests[1]["messages"][1]["content"] is None


async def test_silence_after_a_tool_is_an_error() -> None:
    calling = [
        chunk({"content": "Let me see."}),
        chunk({"tool_calls": [call('{"a": 1}', index=0, id="a", name="add")]}),
    ]
    _, _, error = await run([Reply(chunks=[*calling, STOP]), Reply(chunks=[STOP])], tools=[add])
    assert isinstance(error, ModelError)
    assert (error.code, error.allow_retry) == ("model_no_answer", True)
