"""Each limit of `Limits` is reached, answers with its code, and lets go again."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import fields
from typing import Any

import pytest

from tests.server.app import (
    OWNER,
    ScriptedServer,
    added,
    call,
    create,
    delta,
    done,
    start,
    stream,
    user_input,
)
from turnstream.errors import ConflictError, InvalidRequestError, TooManyRequestsError
from turnstream.limits import Limits
from turnstream.server import ChatKitServer, StreamingResult
from turnstream.store import AttachmentStore, MemoryStore
from turnstream.types import (
    ActiveStatus,
    AttachmentCreateParams,
    ClientToolCallItem,
    ClosedStatus,
    FileAttachment,
    LockedStatus,
    ProgressUpdateEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStatus,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]
HEAD = {"max_head_bytes", "max_headers", "connections"}


async def hello(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield done(thread, "Hello")


async def waits_forever(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield added(thread)
    yield delta("Once upon")
    await asyncio.Event().wait()


def limited(respond: Callable[..., Events], **limits: Any) -> ScriptedServer:
    server = ScriptedServer(respond)
    server.limits = Limits(**limits)
    return server


async def create_durable(server: ChatKitServer[Any]) -> tuple[str, list[dict[str, Any]]]:
    """Create a thread as a client that gets the codes of turnstream; return its id and the events."""
    request = json.dumps({"type": "threads.create", "params": {"input": user_input("hi")}})
    result = await server.process(request, OWNER, is_durable=True)
    assert isinstance(result, StreamingResult)
    events = [json.loads(frame.split(b"data: ", 1)[1]) async for frame in result]
    return events[0]["thread"]["id"], events


def limits_with(name: str, value: Any) -> Limits:
    return Limits(**{name: value})


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_a_limit_that_is_not_positive_is_refused_by_its_name(name: str) -> None:
    for value in (0, -1, float("nan")):
        with pytest.raises(ValueError, match=f"Limits.{name} must be positive.*, not {value}"):
            limits_with(name, value)
    for wrong in ("60", True):
        with pytest.raises(TypeError, match=f"Limits.{name} must be a number.*, not {wrong!r}"):
            limits_with(name, wrong)


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_a_limit_is_removed_by_none_or_says_that_it_cannot_be(name: str) -> None:
    if (
        name
        in {
            "max_attachment_bytes",
            "max_audio_bytes",
            "max_body_bytes",
            "body_timeout_s",
            "head_timeout_s",
            "upload_timeout_s",
        }
        | HEAD
    ):
        with pytest.raises(TypeError, match=f"Limits.{name} must be a number, not None"):
            limits_with(name, None)
    else:
        assert getattr(limits_with(name, None), name) is None


async def test_a_turn_that_takes_too_long_fails_with_its_text_kept() -> None:
    server = limited(waits_forever, turn_timeout_s=0.05)
    thread_id, events = await create_durable(server)
    error, ended = events[-2:]
    assert (error["code"], error["allow_retry"]) == ("turn_timeout", True)
    assert (ended["status"], ended["reason"]) == ("failed", "turn_timeout")
    items = (await call(server, "items.list", thread_id=thread_id))["data"]
    assert "Once upon" in [part["text"] for item in items for part in item["content"]]
    server.script = hello
    assert "Hello" in str(
        await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("2"))
    )


async def test_an_abandoned_turn_ends_by_its_limit() -> None:
    server = limited(waits_forever, turn_timeout_s=0.05)
    result = await server.process(
        json.dumps({"type": "threads.create", "params": {"input": user_input("hi")}}), OWNER, is_durable=True
    )
    turn = server.turns._by_id[result.turn_id]  # pyright: ignore
    del result
    await turn.wait()
    assert turn.status == "failed"


@pytest.mark.parametrize("is_text", [True, False])
async def test_an_answer_that_is_too_large_fails_with_its_beginning_kept(is_text: bool) -> None:
    async def endless(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield added(thread)
        while True:
            yield delta("word " * 20) if is_text else ProgressUpdateEvent(text="working " * 10)

    server = limited(endless, max_answer_bytes=10_000)
    thread_id, events = await create_durable(server)
    assert events[-2]["code"] == "answer_too_large"
    assert len(str(events)) < 40_000
    server.script = hello
    assert "Hello" in str(
        await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("2"))
    )


async def test_running_turns_of_one_owner_are_limited_and_those_of_others_are_not() -> None:
    server = limited(waits_forever, running_turns_per_owner=2)
    results = [await start(server, "threads.create", input=user_input("hi")) for _ in range(2)]
    with pytest.raises(TooManyRequestsError) as refused:
        await start(server, "threads.create", input=user_input("hi"))
    assert (refused.value.status, refused.value.code, refused.value.retry_after_s) == (
        429,
        "too_many_turns",
        5,
    )
    request = json.dumps({"type": "threads.create", "params": {"input": user_input("hi")}})
    others = await server.process(request, "bob")
    turns = list(server.turns._by_id.values())  # pyright: ignore[reportPrivateUsage]
    for result in (*results, others):
        result.cancel()  # pyright: ignore
    for turn in turns:
        await turn.wait()
    server.script = hello
    assert (await create(server))[1]
    assert len((await call(server, "threads.list"))["data"]) == 3  # the refused message left no thread


async def test_messages_of_one_owner_are_limited_per_minute() -> None:
    server = limited(hello, messages_per_minute=3)
    thread_id, _ = await create(server)
    await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("2"))
    [message, *_] = (await call(server, "items.list", thread_id=thread_id, order="asc"))["data"]
    await stream(server, "threads.retry_after_item", thread_id=thread_id, item_id=message["id"])
    with pytest.raises(TooManyRequestsError) as refused:
        await start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("4"))
    assert (refused.value.status, refused.value.code) == (429, "rate_limited")
    assert 55 <= refused.value.retry_after_s <= 60
    # The refused one left nothing.
    assert len((await call(server, "items.list", thread_id=thread_id))["data"]) == 2


async def test_the_answer_of_a_client_tool_counts_as_no_message() -> None:
    async def asks_once(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        if item is None:
            yield done(thread, "Thank you")
        else:
            fields: dict[str, Any] = {"id": "tool_1", "thread_id": thread.id, "created_at": thread.created_at}
            yield ThreadItemDoneEvent(
                item=ClientToolCallItem(**fields, call_id="call_1", name="pick", arguments={})
            )

    server = limited(asks_once, messages_per_minute=1)
    thread_id, _ = await create(server)
    events = await stream(server, "threads.add_client_tool_output", thread_id=thread_id, result="A1")
    assert events[-1]["item"]["content"][0]["text"] == "Thank you"
    with pytest.raises(TooManyRequestsError):
        await start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("2"))


async def test_deleting_threads_does_not_reset_the_count_of_messages() -> None:
    server = limited(hello, messages_per_minute=3)
    for _ in range(3):
        thread_id, _ = await create(server)
        await call(server, "threads.delete", thread_id=thread_id)
    with pytest.raises(TooManyRequestsError):
        await create(server)


LISTS: dict[str, tuple[str, Callable[[list[str]], dict[str, Any]]]] = {
    "attachments": ("threads.create", lambda ids: {"input": {**user_input("hi"), "attachments": ids}}),
    "item_ids": ("items.feedback", lambda ids: {"thread_id": "thr_1", "item_ids": ids, "kind": "positive"}),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("ids", "problem"),
    [(["a", "b", "a"], "is there 2 times"), ([f"id_{i}" for i in range(101)], "at most 100")],
)
async def test_a_list_of_ids_is_short_and_without_doubles(name: str, ids: list[str], problem: str) -> None:
    operation, params = LISTS[name]
    with pytest.raises(InvalidRequestError, match=problem) as refused:
        await call(limited(hello), operation, **params(ids))
    assert refused.value.field is not None
    assert refused.value.field.endswith(name)


async def test_a_message_of_too_many_parts_is_refused() -> None:
    parts = [{"type": "input_text", "text": "x"}] * 101
    with pytest.raises(InvalidRequestError, match="at most 100 entries"):
        await create_with(limited(hello), {**user_input("hi"), "content": parts})


async def create_with(server: ChatKitServer[Any], message: dict[str, Any]) -> list[dict[str, Any]]:
    return await stream(server, "threads.create", input=message)


async def test_a_title_has_at_most_a_thousand_characters() -> None:
    server = limited(hello)
    thread_id, _ = await create(server)
    with pytest.raises(InvalidRequestError, match="at most 1000 characters"):
        await call(server, "threads.update", thread_id=thread_id, title="x" * 1001)
    assert (await call(server, "threads.update", thread_id=thread_id, title="é" * 1000))[
        "title"
    ] == "é" * 1000


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (ClosedStatus(), "thread_closed", "This conversation is closed."),
        (ClosedStatus(reason="The claim was sent."), "thread_closed", "The claim was sent."),
        (LockedStatus(), "thread_locked", "takes no messages at the moment"),
        (LockedStatus(reason="An agent is looking at it."), "thread_locked", "An agent is looking at it."),
    ],
)
async def test_a_thread_that_is_not_active_refuses_what_a_person_sends(
    status: ThreadStatus, code: str, words: str
) -> None:
    server = limited(hello)
    thread_id, _ = await create(server)
    [message, *_] = (await call(server, "items.list", thread_id=thread_id, order="asc"))["data"]
    await set_status(server, thread_id, status)
    action = {"type": "x"}
    for operation, params in {
        "threads.add_user_message": {"input": user_input("hi")},
        "threads.retry_after_item": {"item_id": message["id"]},
        "threads.custom_action": {"action": action},
        "threads.sync_custom_action": {"action": action},
        "threads.add_structured_input": {"item_id": message["id"], "input": {"status": "skipped"}},
    }.items():
        with pytest.raises(ConflictError, match=words) as refused:
            await server.process(
                json.dumps({"type": operation, "params": {"thread_id": thread_id, **params}}), OWNER
            )
        assert (refused.value.status, refused.value.code) == (409, code), operation
    assert len((await call(server, "items.list", thread_id=thread_id))["data"]) == 2
    await set_status(server, thread_id, ActiveStatus())
    assert await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("again"))


async def set_status(server: ChatKitServer[Any], thread_id: str, status: ThreadStatus) -> None:
    thread = await server.store.load_thread(thread_id, context=OWNER)
    thread.status = status
    await server.store.save_thread(thread, context=OWNER)


async def test_an_app_may_accept_input_in_a_closed_thread() -> None:
    class Reopens(ScriptedServer):
        def accepts_input(self, thread: ThreadMetadata, context: Any) -> bool:
            return True

    server = Reopens(hello)
    thread_id, _ = await create(server)
    await set_status(server, thread_id, ClosedStatus())
    assert await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("again"))


class Chooses(ScriptedServer):
    def __init__(self) -> None:
        ChatKitServer.__init__(
            self, MemoryStore(), allowed_models=["small", "large"], allowed_tools=["search"]
        )
        self.script = hello


@pytest.mark.parametrize(
    ("options", "field", "words"),
    [
        ({"model": "gpt-secret"}, "inference_options.model", "choose one of small, large"),
        ({"tool_choice": {"id": "shell"}}, "inference_options.tool_choice.id", "choose one of search"),
    ],
)
async def test_a_model_or_tool_that_is_not_offered_is_refused(options: Any, field: str, words: str) -> None:
    with pytest.raises(InvalidRequestError, match=words) as refused:
        await create_with(Chooses(), {**user_input("hi"), "inference_options": options})
    assert str(refused.value.field).endswith(field)


@pytest.mark.parametrize(
    "options", [{}, {"model": "small"}, {"tool_choice": {"id": "search"}, "model": "large"}]
)
async def test_what_is_offered_is_accepted(options: Any) -> None:
    assert await create_with(Chooses(), {**user_input("hi"), "inference_options": options})


def test_a_list_of_models_is_no_text() -> None:
    with pytest.raises(TypeError, match=r"allowed_models takes a list, such as \['small'\]"):
        ChatKitServer.__init__(ScriptedServer(hello), MemoryStore(), allowed_models="small")


class Files(AttachmentStore[Any]):
    async def create_attachment(self, input: AttachmentCreateParams, context: Any) -> FileAttachment:  # noqa: A002
        attachment_id = self.generate_attachment_id(input.mime_type, context)
        return FileAttachment(id=attachment_id, name=input.name, mime_type=input.mime_type)

    async def delete_attachment(self, attachment_id: str, context: Any) -> None: ...


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", -1),
        ("size", 1001),
        ("size", 10**18),
        ("name", ""),
        ("name", "x" * 256),
        ("name", ".."),
        ("name", "../../etc/passwd"),
        ("name", "a\\b.txt"),
        ("name", "a\0.txt"),
        ("name", "a\r\nSet-Cookie: x"),
        ("name", "photo\u202egnp.exe"),
        ("name", "a\u200bb.txt"),
    ],
)
async def test_an_upload_with_a_wrong_size_or_name_is_refused(field: str, value: Any) -> None:
    server = limited(hello, max_attachment_bytes=1000)
    server.attachment_store = Files()
    file = {"name": "photo.png", "size": 1000, "mime_type": "image/png"}
    with pytest.raises(InvalidRequestError) as refused:
        await call(server, "attachments.create", **{**file, field: value})
    assert refused.value.field == f"params.{field}"
    for name in ("photo.png", "Übersicht 2026 (1).pdf", "写真.jpg", "👩‍💻.png"):
        assert (await call(server, "attachments.create", **{**file, "name": name}))["name"] == name


async def test_attachments_of_one_owner_are_limited_until_some_are_deleted() -> None:
    server = limited(hello, attachments_per_owner=2)
    server.attachment_store = Files()
    file = {"name": "photo.png", "size": 1, "mime_type": "image/png"}
    for number in range(2):
        attachment = FileAttachment(id=f"atc_{number}", name="a", mime_type="image/png")
        await server.store.save_attachment(attachment, context=OWNER)
    with pytest.raises(TooManyRequestsError, match="You have 2 files here") as refused:
        await call(server, "attachments.create", **file)
    assert (refused.value.status, refused.value.code) == (429, "too_many_attachments")
    assert await server.process(json.dumps({"type": "attachments.create", "params": file}), "bob")
    await call(server, "attachments.delete", attachment_id="atc_0")
    assert (await call(server, "attachments.create", **file))["name"] == "photo.png"
