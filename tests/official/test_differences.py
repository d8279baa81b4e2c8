"""Each row of docs/moving.md is true: both servers are asked here, or another test is named that shows it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

from pydantic import ValidationError

from tests.official.peers import Peer, peers
from tests.server.app import user_input
from turnstream.errors import ConflictError, InvalidRequestError, RequestError, ThreadBusyError

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "moving.md").read_text("utf-8")

HERE = "tests/official/test_differences.py"
OF_THE_SDK = "tests/agents/openai_agents"
PROVEN = {
    "what `process` raises": f"{HERE} test_errors_come_before_the_stream",
    "a busy thread": f"{HERE} test_a_second_message_at_once",
    "an unknown thread": f"{HERE} test_what_is_not_there",
    "a retry of an unknown message": f"{HERE} test_what_is_not_there",
    "a locked or closed thread": f"{HERE} test_a_thread_that_is_locked",
    "actions": "tests/server/test_checked_actions.py "
    "test_every_action_is_accepted_as_the_official_server_does",
    "page sizes": f"{HERE} test_sizes_of_pages",
    "hidden items in a page": f"{HERE} test_sizes_of_pages",
    "attachments": "tests/security/test_limits.py "
    "test_attachments_of_one_owner_are_limited_until_some_are_deleted",
    "the size of a request": "tests/http/test_app.py test_a_dictation_may_be_longer_than_other_requests",
    "an `HTTPException` in a hook or a store": "tests/http/test_hook_errors.py "
    "test_an_http_exception_keeps_its_status_its_detail_and_its_headers",
    "a reload": "tests/server/test_durable_turns.py "
    "test_leaving_a_durable_stream_stops_nothing_and_attaching_gives_the_rest",
    "an answer that fails": f"{HERE} test_an_answer_that_fails",
    "limits of a turn": "tests/security/test_limits.py "
    "test_a_turn_that_takes_too_long_fails_with_its_text_kept",
    "`thread` in `respond`": f"{HERE} test_a_new_thread",
    "a thread without a title": f"{HERE} test_a_new_thread",
    "hidden context": f"{HERE} test_hidden_items",
    "`stream_options`": f"{HERE} test_a_client_that_leaves",
    "a stop": f"{HERE} test_a_client_that_leaves",
    "pending client tool calls": f"{HERE} test_calls_that_nobody_answers",
    "`updated_item`": "tests/server/test_updated_items.py "
    "test_the_update_is_stored_returned_and_read_by_a_tab_that_was_idle",
    "widget updates": "tests/turns/test_widget_stream.py test_a_component_that_changes_is_replaced_alone",
    "`WidgetTemplate.build`": "tests/widgets/test_template.py "
    "test_data_that_do_not_fit_the_schema_are_refused_with_their_paths",
    "a guardrail": f"{OF_THE_SDK}/test_responses.py test_a_guardrail_of_the_output_too_and_the_user_sees_why",
    "a model that fails": "tests/agents/test_model_faults.py test_a_fault_of_the_model",
    "citations": "tests/browser/test_sources.py "
    "test_citations_are_shown_where_python_counts_and_once_a_source",
    "thoughts": f"{OF_THE_SDK}/test_responses.py test_thoughts_without_a_summary_are_shown_too",
    "a custom `Store`": "tests/store/test_official_contract.py "
    "test_the_contracts_have_the_official_methods_and_arguments",
    "the owner": "tests/store/test_owners.py test_an_app_can_say_who_the_owner_is",
    "ids": "tests/store/test_official_contract.py test_ids_have_the_official_prefix_and_122_random_bits",
    "ids of messages": f"{OF_THE_SDK}/test_streaming.py test_text_is_one_message_with_an_id_of_our_own",
    "times": "tests/types/test_times.py test_a_naive_time_is_local_time",
    "`StreamingResult(stream)`": "tests/official/test_names.py "
    "test_nothing_is_missing_and_every_difference_has_its_reason",
    "logs": "tests/official/test_exports.py test_the_logger_is_above_all_others",
    "`User-Agent` of the Agents SDK": "tests/official/test_exports.py "
    "test_the_agents_sdk_names_turnstream_in_the_block_only",
    "sentences": f"{OF_THE_SDK}/test_input.py "
    "test_with_the_official_sentences_everything_but_the_model_s_own_message_is_exactly_theirs",
    "files": "tests/agents/test_files.py test_a_picture_reaches_the_model",
    "the model's own messages": f"{OF_THE_SDK}/test_input.py "
    "test_the_words_of_messages_and_calls_are_exactly_theirs",
    "the result of a client tool": f"{OF_THE_SDK}/test_input.py "
    "test_the_text_that_a_page_returned_stays_as_it_is",
}
"""The rows of the page, each with the test that proves it."""


def test_each_row_of_the_page_has_its_test() -> None:
    rows = re.findall(r"^\| ([^|]*[^| ]) \|(?= ?[^-])", PAGE, re.MULTILINE)
    assert rows == list(PROVEN)
    for test in PROVEN.values():
        path, name = test.split(" ")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), test


async def nothing(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
    yield types.ProgressUpdateEvent(text="…")


async def outcome(peer: Peer, operation: str, **params: Any) -> Any:
    """Return what a request returns, or what `process` raises; an error in the stream is in a list."""
    body = json.dumps({"type": operation, "params": params})
    try:
        result = await peer.server.process(body, "ada")
    except Exception as error:  # noqa: BLE001  # any of them is what the tests are about
        return error
    if hasattr(result, "json"):
        return json.loads(result.json)
    try:
        return [json.loads(frame[6:]) async for frame in result.json_events]
    except Exception as error:  # noqa: BLE001
        return [type(error).__name__]


async def test_errors_come_before_the_stream() -> None:
    ours, theirs = peers(nothing)
    message = {"thread_id": "thr_9", "input": user_input("hi")}
    assert await outcome(theirs, "threads.add_user_message", **message) == ["NotFoundError"]
    assert isinstance(await outcome(ours, "threads.add_user_message", **message), RequestError)
    assert isinstance(await outcome(theirs, "threads.create", input=3), ValidationError)
    assert isinstance(await outcome(ours, "threads.create", input=3), InvalidRequestError)


async def test_what_is_not_there() -> None:
    ours, theirs = peers(nothing)
    for peer in (ours, theirs):
        await peer.stream("threads.create", input=user_input("hi"))
    feedback = {"thread_id": "thr_9", "item_ids": ["msg_9"], "kind": "positive"}
    retry = "threads.retry_after_item"
    assert await outcome(theirs, "items.feedback", **feedback) == {}
    assert await outcome(theirs, "threads.delete", thread_id="thr_9") == {}
    assert await outcome(theirs, retry, thread_id=theirs.thread_id, item_id="msg_9") == []
    refused = [
        await outcome(ours, "items.feedback", **feedback),
        await outcome(ours, "threads.delete", thread_id="thr_9"),
        await outcome(ours, retry, thread_id=ours.thread_id, item_id="msg_9"),
    ]
    assert [error.status for error in refused] == [404, 404, 404]


async def test_a_second_message_at_once() -> None:
    running, go_on = asyncio.Queue[Any](), asyncio.Event()

    async def wait(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
        running.put_nowait(item)
        yield types.ProgressUpdateEvent(text="…")
        await go_on.wait()

    outcomes: list[Any] = []
    for peer in peers(wait):
        go_on.set()
        await peer.stream("threads.create", input=user_input("hi"))
        go_on.clear()
        message = {"thread_id": peer.thread_id, "input": user_input("again")}
        running.get_nowait()
        first = asyncio.create_task(outcome(peer, "threads.add_user_message", **message))
        await running.get()
        second = asyncio.create_task(outcome(peer, "threads.add_user_message", **message))
        begun = asyncio.create_task(running.get())
        await asyncio.wait({second, begun}, return_when=asyncio.FIRST_COMPLETED)
        go_on.set()
        begun.cancel()
        outcomes += [await first, await second]
    assert isinstance(outcomes[1], ThreadBusyError)
    assert [events[-1]["type"] for events in (outcomes[0], *outcomes[2:])] == ["progress_update"] * 3


async def test_a_thread_that_is_locked() -> None:
    async def lock(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
        thread.status = types.LockedStatus(reason="Paid.")
        yield types.ProgressUpdateEvent(text="…")

    ours, theirs = peers(lock)
    del type(ours.server).accepts_input
    for peer in (ours, theirs):
        await peer.stream("threads.create", input=user_input("hi"))
    answers = [
        await outcome(p, "threads.add_user_message", thread_id=p.thread_id, input=user_input("hi"))
        for p in (ours, theirs)
    ]
    assert isinstance(answers[0], ConflictError)
    assert (answers[0].code, answers[0].message) == ("thread_locked", "Paid.")
    assert answers[1][0]["type"] == "thread.item.done"


async def hidden_first(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
    base = {"thread_id": thread.id, "created_at": datetime.now(UTC)}
    secret = types.HiddenContextItem(id="hid_1", **base, content="secret")
    yield types.ThreadItemAddedEvent(item=secret)
    yield types.ThreadItemDoneEvent(item=secret)
    yield types.ThreadItemReplacedEvent(item=secret)
    for number in range(2):
        task = types.CustomTask(title=str(number))
        yield types.ThreadItemDoneEvent(item=types.TaskItem(id=f"tsk_{number}", **base, task=task))


async def test_hidden_items() -> None:
    seen = [
        [
            event["type"]
            for event in await peer.stream("threads.create", input=user_input("hi"))
            if "item" in event
        ]
        for peer in peers(hidden_first)
    ]
    visible = ["thread.item.done", "thread.item.done"]
    assert seen == [
        ["thread.item.done", *visible],
        ["thread.item.done", "thread.item.added", "thread.item.replaced", *visible],
    ]


async def test_sizes_of_pages() -> None:
    sizes: list[list[str]] = []
    for peer in peers(hidden_first):
        await peer.stream("threads.create", input=user_input("hi"))
        of = {"thread_id": peer.thread_id, "order": "asc"}
        sizes.append([each["id"][:3] for each in (await peer.call("items.list", limit=3, **of))["data"]])
        at_zero = await outcome(peer, "items.list", limit=0, **of)
        assert isinstance(at_zero, InvalidRequestError) == (len(sizes) == 1)
    assert sizes == [["msg", "tsk", "tsk"], ["msg", "tsk"]]


async def test_an_answer_that_fails() -> None:
    async def fail(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
        base = {"id": "msg_a", "thread_id": thread.id, "created_at": datetime.now(UTC)}
        content = [types.AssistantMessageContent(text="half")]
        yield types.ThreadItemAddedEvent(item=types.AssistantMessageItem(**base, content=content))
        raise RuntimeError

    stored: list[list[str]] = []
    for peer in peers(fail):
        events = await peer.stream("threads.create", input=user_input("hi"))
        assert events[-1]["type"] == "error"
        items = (await peer.call("items.list", thread_id=peer.thread_id, order="asc"))["data"]
        stored.append([item["type"] for item in items])
    assert stored == [["user_message", "assistant_message"], ["user_message"]]


async def test_a_new_thread() -> None:
    given: list[tuple[str, Any]] = []

    async def look(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
        given.append((type(thread).__name__, thread.title))
        yield types.ProgressUpdateEvent(text="…")

    titles = [
        (await peer.stream("threads.create", input=user_input("Two seats")))[0]["thread"].get("title")
        for peer in peers(look)
    ]
    assert titles == ["Two seats", None]
    assert given == [("ThreadMetadata", None), ("Thread", None)]


async def test_a_client_that_leaves() -> None:
    ended: list[str] = []

    async def talk(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
        base = {"id": "msg_a", "thread_id": thread.id, "created_at": datetime.now(UTC)}
        content = [types.AssistantMessageContent(text="half")]
        try:
            yield types.ThreadItemAddedEvent(item=types.AssistantMessageItem(**base, content=content))
            await asyncio.Event().wait()
        finally:
            ended.append(types.__name__)

    for peer in peers(talk):
        options = peer.types.StreamOptions(allow_cancel=False)
        peer.server.get_stream_options = Mock(return_value=options)
        body = json.dumps({"type": "threads.create", "params": {"input": user_input("hi")}})
        frames = (await peer.server.process(body, "ada")).json_events
        events = await read_until(frames, "thread.item.added")
        if hasattr(peer.server, "drain"):
            await peer.server.drain(60)
        assert {"allow_cancel": False} in [event.get("stream_options") for event in events]
        items = await stored(peer, events[0]["thread"]["id"])
        assert [item.type for item in items] == ["user_message", "assistant_message", "sdk_hidden_context"]
    assert ended == ["turnstream.types", "chatkit.types"]


async def read_until(frames: AsyncIterator[bytes], event_type: str) -> list[Any]:
    """Read in a task that is cancelled when it waits after an event of this type, as a server's is."""
    events: list[Any] = []

    async def read() -> None:
        async for frame in frames:
            events.append(json.loads(frame[6:]))
            if events[-1]["type"] == event_type:
                asyncio.get_running_loop().call_soon(reading.cancel)

    reading = asyncio.create_task(read())
    await asyncio.wait({reading})
    return events


async def stored(peer: Peer, thread_id: str) -> list[Any]:
    return (await peer.server.store.load_thread_items(thread_id, None, 9, "asc", "ada")).data


async def test_calls_that_nobody_answers() -> None:
    async def ask(types: ModuleType, thread: Any, item: Any) -> AsyncIterator[Any]:
        if item is not None and item.content[0].text == "hi":
            of: dict[str, Any] = {"thread_id": thread.id, "created_at": datetime.now(UTC), "arguments": {}}
            yield types.ThreadItemDoneEvent(
                item=types.ClientToolCallItem(id="tc_1", call_id="c", name="pick", **of)
            )
        yield types.ProgressUpdateEvent(text="…")

    calls: list[tuple[str, Any]] = []
    for peer in peers(ask):
        await peer.stream("threads.create", input=user_input("hi"))
        await peer.stream("threads.add_user_message", thread_id=peer.thread_id, input=user_input("next"))
        call = (await stored(peer, peer.thread_id))[1]
        calls.append((call.status, call.output))
    assert calls[1] == ("pending", None)
    assert calls[0][0] == "completed"
    assert calls[0][1]["error"]["code"] == "superseded"
