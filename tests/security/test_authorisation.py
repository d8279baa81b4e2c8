"""Nobody reaches what belongs to another: every operation, on each store and both wires.

The operations are those of the request models: one without a row here fails.
"""

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.server.app import user_input
from turnstream.errors import RequestError
from turnstream.server import ChatKitServer, NonStreamingResult, StreamingResult
from turnstream.store import AttachmentStore, MemoryStore, SqlStore, Store
from turnstream.turns import Turn
from turnstream.types import (
    CHATKIT_REQUEST,
    AssistantMessageContent,
    AssistantMessageItem,
    AttachmentCreateParams,
    AudioInput,
    ClientEffectEvent,
    ClientToolCallItem,
    FileAttachment,
    NonStreamingReq,
    StreamingReq,
    StructuredInputFreeform,
    StructuredInputItem,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
    WidgetItem,
)
from turnstream.types.durable import DurableReq
from turnstream.widgets import Card, Text

Events = AsyncIterator[ThreadStreamEvent]
ADA, MALLORY = "ada", "mallory"
WIRES = {"official": False, "durable": True}


class Uploads(AttachmentStore[Any]):
    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def create_attachment(self, input: AttachmentCreateParams, context: Any) -> FileAttachment:  # noqa: A002
        return FileAttachment(
            id=self.generate_attachment_id("", context), name=input.name, mime_type=input.mime_type
        )

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        self.deleted.append(attachment_id)


class Everything(ChatKitServer[Any]):
    """Overrides all that a request can ask for, and notes for whom it was called."""

    def __init__(self, store: Store[Any]) -> None:
        self.uploads = Uploads()
        super().__init__(store, self.uploads, page_actions=["x"])
        self.called_for: list[Any] = []

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> Events:
        self.called_for.append(context)
        for item in self.items_of(thread, context):
            yield ThreadItemDoneEvent(item=item)
        yield ClientEffectEvent(name="add_pin", replay="latest")

    def items_of(self, thread: ThreadMetadata, context: Any) -> list[ThreadItem]:
        def new_id(kind: Any) -> str:
            return self.store.generate_item_id(kind, thread, context)

        common: Any = {"thread_id": thread.id, "created_at": thread.created_at}
        return [
            AssistantMessageItem(
                id=new_id("message"), content=[AssistantMessageContent(text="Ada's secret plan")], **common
            ),
            WidgetItem(
                id=new_id("message"), widget=Card(children=[Text(value="Ada's secret plan")]), **common
            ),
            StructuredInputItem(
                id=new_id("message"),
                inputs=[StructuredInputFreeform(id="q", question="Ada's secret plan?")],
                **common,
            ),
            ClientToolCallItem(
                id=new_id("tool_call"),
                call_id="call_1",
                name="look",
                arguments={"at": "Ada's secret plan"},
                **common,
            ),
        ]

    async def action(self, thread: ThreadMetadata, action: Any, sender: Any, context: Any) -> Events:
        self.called_for.append(context)
        for event in ():
            yield event

    async def sync_action(
        self, thread: Any, action: Any, sender: Any, context: Any
    ) -> SyncCustomActionResponse:
        self.called_for.append(context)
        return SyncCustomActionResponse()

    async def add_feedback(self, thread_id: str, item_ids: list[str], feedback: Any, context: Any) -> None:
        self.called_for.append(context)

    async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult:
        return TranscriptionResult(text="Said")


@dataclass
class Owned:
    """Ids of what Ada has; those of another thread of Mallory's stand beside them."""

    thread_id: str
    message_id: str
    widget_id: str
    question_id: str
    call_item_id: str
    attachment_id: str
    turn_id: str
    position: str


Params = Callable[[Owned], dict[str, Any]]

EFFECT: dict[str, Any] = {"name": "add_pin", "data": {}}

# What Mallory asks for with Ada's ids. A row without ids says that the operation names nobody's: it must
# serve Mallory.
MATRIX: dict[str, list[Params]] = {
    "threads.get_by_id": [lambda a: {"thread_id": a.thread_id}],
    "threads.create": [lambda a: {"input": {**user_input("hi"), "attachments": [a.attachment_id]}}],
    "threads.list": [lambda a: {"after": a.thread_id}],
    "threads.add_user_message": [lambda a: {"thread_id": a.thread_id, "input": user_input("hi")}],
    "threads.add_client_tool_output": [
        lambda a: {"thread_id": a.thread_id, "result": 1},
        lambda a: {"thread_id": a.thread_id, "call_id": "call_1", "result": 1},
        lambda a: {"thread_id": a.thread_id, "call_id": "call_1", "item_id": a.call_item_id, "result": 1},
    ],
    "threads.add_structured_input": [
        lambda a: {"thread_id": a.thread_id, "item_id": a.question_id, "input": {"status": "skipped"}}
    ],
    "threads.custom_action": [
        lambda a: {"thread_id": a.thread_id, "action": {"type": "x"}},
        lambda a: {"thread_id": a.thread_id, "item_id": a.widget_id, "action": {"type": "x"}},
    ],
    "threads.sync_custom_action": [
        lambda a: {"thread_id": a.thread_id, "action": {"type": "x"}},
        lambda a: {"thread_id": a.thread_id, "item_id": a.widget_id, "action": {"type": "x"}},
    ],
    "threads.retry_after_item": [lambda a: {"thread_id": a.thread_id, "item_id": a.message_id}],
    "items.feedback": [lambda a: {"thread_id": a.thread_id, "item_ids": [a.message_id], "kind": "positive"}],
    "attachments.delete": [lambda a: {"attachment_id": a.attachment_id}],
    "attachments.create": [],
    "input.transcribe": [],
    "items.list": [
        lambda a: {"thread_id": a.thread_id},
        lambda a: {"thread_id": a.thread_id, "after": a.message_id},
    ],
    "threads.update": [lambda a: {"thread_id": a.thread_id, "title": "Mallory's"}],
    "threads.delete": [lambda a: {"thread_id": a.thread_id}],
    "turns.attach": [
        lambda a: {"thread_id": a.thread_id},
        lambda a: {"thread_id": a.thread_id, "after": a.position},
    ],
    "turns.cancel": [lambda a: {"thread_id": a.thread_id, "turn_id": a.turn_id}],
    "turns.claim_call": [
        lambda a: {"thread_id": a.thread_id, "call_id": "call_1"},
        lambda a: {"thread_id": a.thread_id, "call_id": "call_1", "item_id": a.call_item_id},
    ],
    "turns.undo": [
        lambda a: {"thread_id": a.thread_id, "item_id": a.message_id, "is_undone": True, "effects": [EFFECT]}
    ],
}
NAMES_NOBODYS = {
    "attachments.create": {"name": "a.txt", "size": 1, "mime_type": "text/plain"},
    "input.transcribe": {"audio_base64": "AAAA", "mime_type": "audio/webm"},
    "threads.create": {"input": user_input("hi")},
    "threads.list": {},
}
CASES = [(operation, number) for operation, rows in MATRIX.items() for number in range(len(rows))]

# The same with Mallory's own thread and Ada's ids in it: what is in a thread is looked for in that thread
# alone.
WITHIN: dict[str, Params] = {
    "items.list": lambda a: {"after": a.message_id},
    "threads.add_client_tool_output": lambda a: {"call_id": "call_9", "item_id": a.call_item_id, "result": 1},
    "threads.add_structured_input": lambda a: {"item_id": a.question_id, "input": {"status": "skipped"}},
    "threads.custom_action": lambda a: {"item_id": a.widget_id, "action": {"type": "x"}},
    "threads.sync_custom_action": lambda a: {"item_id": a.widget_id, "action": {"type": "x"}},
    "threads.retry_after_item": lambda a: {"item_id": a.message_id},
    "threads.add_user_message": lambda a: {"input": {**user_input("hi"), "attachments": [a.attachment_id]}},
    "items.feedback": lambda a: {"item_ids": [a.message_id], "kind": "positive"},
    "turns.cancel": lambda a: {"turn_id": a.turn_id},
    "turns.claim_call": lambda a: {"call_id": "call_9", "item_id": a.call_item_id},
    "turns.undo": lambda a: {"item_id": a.message_id, "is_undone": True, "effects": [EFFECT]},
}


def operations() -> set[str]:
    models = [*get_args(StreamingReq), *get_args(NonStreamingReq), *get_args(DurableReq)]
    assert CHATKIT_REQUEST is not None
    return {model.model_fields["type"].default for model in models}


def test_every_operation_has_a_row() -> None:
    missing, unknown = operations() - set(MATRIX), set(MATRIX) - operations()
    assert not missing, f"add what Mallory asks for to MATRIX: {missing}"
    assert not unknown, f"no operation has these rows of MATRIX: {unknown}"


BACKENDS: dict[str, Callable[[Path, pytest.FixtureRequest], Store[Any]]] = {
    "memory": lambda _folder, _request: MemoryStore(),
    "sqlite": lambda folder, _request: SqlStore(f"sqlite:///{folder / 'chat.sqlite'}"),
    "postgresql": lambda _folder, request: SqlStore(request.getfixturevalue("postgres_url")),
}


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.needs("initdb"))])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Everything]:
    server = Everything(BACKENDS[request.param](tmp_path, request))
    await server.open()
    yield server
    await server.close()


async def ask(server: Everything, owner: str, operation: str, params: Any, *, is_durable: bool = True) -> Any:
    """Send a request; return its JSON answer, or the frames of its stream joined."""
    request = json.dumps({"type": operation, "params": params})
    result = await server.process(request, owner, is_durable=is_durable)
    if isinstance(result, NonStreamingResult):
        return json.loads(result.json)
    assert isinstance(result, StreamingResult)
    return b"".join([frame async for frame in result]).decode()


async def thread_of(server: Everything, owner: str) -> Owned:
    file = await ask(server, owner, "attachments.create", NAMES_NOBODYS["attachments.create"])
    message = {**user_input("Ada's secret plan"), "attachments": [file["id"]]}
    await ask(server, owner, "threads.create", {"input": message})
    [thread, *_] = (await ask(server, owner, "threads.list", {}))["data"]
    shown = await ask(server, owner, "threads.get_by_id", {"thread_id": thread["id"]})
    ids = {item["type"]: item["id"] for item in shown["items"]["data"]}
    return Owned(
        thread_id=thread["id"],
        message_id=ids["user_message"],
        widget_id=ids["widget"],
        question_id=ids["structured_input"],
        call_item_id=ids["client_tool_call"],
        attachment_id=file["id"],
        turn_id=shown["turnstream"]["turn"]["id"],
        position=shown["turnstream"]["position"],
    )


async def outcome(server: Everything, operation: str, params: Any, *, is_durable: bool) -> tuple[Any, ...]:
    """Return what Mallory learns."""
    try:
        return ("answered", await ask(server, MALLORY, operation, params, is_durable=is_durable))
    except RequestError as refused:
        return (refused.status, refused.code, str(refused))


async def refusal(server: Everything, operation: str, params: Any, *, is_durable: bool) -> RequestError:
    with pytest.raises(RequestError) as refused:
        await ask(server, MALLORY, operation, params, is_durable=is_durable)
    return refused.value


def with_ids(ids: Owned, **other: str) -> Owned:
    return Owned(**{**vars(ids), **other})


MISSING = Owned(
    thread_id="thr_9",
    message_id="msg_9",
    widget_id="msg_9",
    question_id="msg_9",
    call_item_id="tc_9",
    attachment_id="atc_9",
    turn_id="turn_9",
    position="a1b2c3d4.1",
)


REFUSALS: dict[str, tuple[Any, Any]] = {
    "attachments.delete": ("answered", {}),
    "threads.create": (400, "invalid_request"),
}
"""The answers that do not say that a thread is gone."""
FILE_REFUSALS = {"threads.add_user_message": (400, "invalid_request")}
"""What is missing is an attachment, and the thread is there."""


@pytest.mark.parametrize("is_durable", WIRES.values(), ids=WIRES)
async def test_what_belongs_to_another_is_as_if_it_did_not_exist(
    server: Everything, is_durable: bool
) -> None:
    adas = await thread_of(server, ADA)
    before = await ask(server, ADA, "threads.get_by_id", {"thread_id": adas.thread_id})
    server.called_for.clear()
    for operation, number in CASES:
        row = MATRIX[operation][number]
        stolen = await outcome(server, operation, row(adas), is_durable=is_durable)
        missing = await outcome(server, operation, row(MISSING), is_durable=is_durable)
        said = str(stolen)
        for name, value in vars(adas).items():
            said = said.replace(value, vars(MISSING)[name])
        assert said == str(missing), operation
        assert stolen[:2] == REFUSALS.get(operation, (404, "not_found")), operation
    assert server.called_for == []
    assert server.uploads.deleted == [MISSING.attachment_id]  # an id that nobody has deletes nothing
    assert await ask(server, ADA, "threads.get_by_id", {"thread_id": adas.thread_id}) == before
    assert (await ask(server, MALLORY, "threads.list", {}))["data"] == []


@pytest.mark.parametrize("is_durable", WIRES.values(), ids=WIRES)
async def test_in_an_own_thread_the_ids_of_another_are_unknown(server: Everything, is_durable: bool) -> None:
    adas, own = await thread_of(server, ADA), await thread_of(server, MALLORY)
    before = await ask(server, ADA, "threads.get_by_id", {"thread_id": adas.thread_id})
    server.called_for.clear()
    for operation, row in WITHIN.items():
        params = {"thread_id": own.thread_id, **row(adas)}
        stolen = await refusal(server, operation, params, is_durable=is_durable)
        expected = FILE_REFUSALS.get(operation, (404, "not_found"))
        assert (stolen.status, stolen.code) == expected, operation
        assert "secret" not in str(stolen)
    assert server.called_for == []
    assert await ask(server, ADA, "threads.get_by_id", {"thread_id": adas.thread_id}) == before


async def test_a_running_turn_of_another_is_neither_read_nor_stopped(server: Everything) -> None:
    adas = await thread_of(server, ADA)
    running: Turn | None = None

    class Waits:
        """Stands in for `respond` while Ada's answer goes on."""

        async def __call__(self, thread: Any, input_user_message: Any, context: Any) -> Events:
            for item in server.items_of(thread, context)[:1]:
                yield ThreadItemDoneEvent(item=item)
            await server.call_client("look", {})

    server.respond = Waits()
    result = await server.process(
        json.dumps(
            {
                "type": "threads.add_user_message",
                "params": {"thread_id": adas.thread_id, "input": user_input("go on")},
            }
        ),
        ADA,
        is_durable=True,
    )
    assert isinstance(result, StreamingResult)
    running = server.turns.running(adas.thread_id)
    assert running is not None
    for operation in ("turns.attach", "turns.cancel", "turns.claim_call", "threads.add_client_tool_output"):
        for row in MATRIX[operation]:
            ids = with_ids(adas, turn_id=result.turn_id)
            assert (await refusal(server, operation, row(ids), is_durable=True)).status == 404
    assert running.status == "running"
    result.cancel()
    await running.wait()


@pytest.mark.parametrize("operation", NAMES_NOBODYS)
async def test_what_names_nobodys_serves_everybody(server: Everything, operation: str) -> None:
    await thread_of(server, ADA)
    answer = await ask(server, MALLORY, operation, NAMES_NOBODYS[operation])
    words = re.sub(
        r"[0-9a-f]{32}", "", str(answer).lower().replace("ada's secret plan", "")
    )  # ids may spell it
    assert ADA not in words or operation == "threads.create"
