"""What durable turns add to the wire: events and requests that only clients which ask for them see.

Every event's type begins with `turnstream.`, so that it can be left out for others.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, model_validator

from turnstream.types.events import ClientEffectEvent
from turnstream.types.items.thread_items import ThreadItem
from turnstream.types.requests import BaseReq

__all__ = [
    "DURABLE_REQUEST",
    "LIVE",
    "RECONNECT",
    "RECONNECT_LATER",
    "RESET",
    "AnswerEndedEvent",
    "AnswerError",
    "CallEndedEvent",
    "CallWaitingEvent",
    "ClientToolAnswerReq",
    "DurableReq",
    "EffectRecord",
    "ToolFailure",
    "TurnEndedEvent",
    "TurnReference",
    "TurnSnapshot",
    "TurnUndoneEvent",
    "TurnsAttachReq",
    "TurnsCancelReq",
    "TurnsClaimCallReq",
    "TurnsUndoReq",
    "UndoingEffectEvent",
    "UnfinishedAnswer",
]

LIVE = b'data: {"type":"turnstream.live"}\n\n'
"""Everything that was there has been sent; what follows happens now."""

RECONNECT = b'data: {"type":"turnstream.reconnect"}\n\n'
"""The connection ends, the turn goes on: attach again."""

RECONNECT_LATER = b'data: {"type":"turnstream.reconnect","after_s":15}\n\n'
"""The same, where the person has too many connections: attach again after `after_s` seconds."""

RESET = b'data: {"type":"turnstream.reset"}\n\n'
"""What follows the position is gone: load the thread again."""


class TurnEndedEvent(BaseModel):
    """The last entry of every turn.

    {"type": "turnstream.turn_ended", "turn_id": "turn_1", "status": "interrupted", "reason": "server_lost"}
    """

    type: Literal["turnstream.turn_ended"] = "turnstream.turn_ended"
    turn_id: str
    status: Literal["completed", "failed", "cancelled", "interrupted"]
    reason: str | None = None


class CallWaitingEvent(BaseModel):
    """The turn waits for the page's answer to a call, whose item came just before. An official stream ends
    here.

    {"type": "turnstream.call_waiting", "item_id": "tc_1", "call_id": "call_1"}
    """

    type: Literal["turnstream.call_waiting"] = "turnstream.call_waiting"
    item_id: str
    call_id: str


class CallEndedEvent(BaseModel):
    """A call is over, and its item completed. `is_declined`: the person was asked and said no.

    {"type": "turnstream.call_ended", "item_id": "tc_1", "call_id": "call_1", "status": "answered"}
    """

    type: Literal["turnstream.call_ended"] = "turnstream.call_ended"
    item_id: str
    call_id: str
    status: Literal["answered", "expired", "superseded"]
    is_declined: Literal[True] | None = None


class TurnUndoneEvent(BaseModel):
    """What the answer to a message had changed in the app is taken back, or, if not `is_undone`, done again.

    `is_forgotten`, never with `is_undone`: it stays as it is, and the next answer to the message is not
    undone.

    {"type": "turnstream.undone", "item_id": "msg_1", "is_undone": true}
    """

    type: Literal["turnstream.undone"] = "turnstream.undone"
    item_id: str
    is_undone: bool
    is_forgotten: Literal[True] | None = None


class AnswerError(BaseModel):
    """The error message that the person saw when an answer failed."""

    code: str
    message: str | None = None
    allow_retry: bool = False


class AnswerEndedEvent(BaseModel):
    """The answer to a message is incomplete. `retried`: a new answer replaces it, and the mark is removed.

    {"type": "turnstream.answer_ended", "item_id": "msg_1", "status": "failed",
    "error": {"code": "custom", "message": "The model is busy.", "allow_retry": true}}
    """

    type: Literal["turnstream.answer_ended"] = "turnstream.answer_ended"
    item_id: str
    status: Literal["failed", "cancelled", "interrupted", "retried"]
    error: AnswerError | None = None


class UnfinishedAnswer(BaseModel):
    """A message with an incomplete answer, and the reason."""

    item_id: str
    status: Literal["failed", "cancelled", "interrupted"]
    error: AnswerError | None = None


class TurnReference(BaseModel):
    """A thread's newest turn."""

    id: str
    status: Literal["running", "completed", "failed", "cancelled", "interrupted"]


class EffectRecord(BaseModel):
    """An effect that a fresh page runs again; `id` is its position."""

    id: str
    name: str
    data: dict[str, Any]
    replay: Literal["latest", "all"]
    key: str | None = None


class TurnSnapshot(BaseModel):
    """What a thread's answer adds: the position that it stands for, and what the running turn has said so
    far.

    `lock` is what the running turn locks of the page, None if it has not said; `undone` are the user messages
    whose answers' changes are taken back, and `unfinished` those whose answers were stopped or failed.

    {"position": "a1b2c3d4.17", "turn": {"id": "turn_1", "status": "running"}, "items": [], "effects": [],
      "undone": [],
    "unfinished": [{"item_id": "msg_1", "status": "cancelled"}]}
    """

    position: str | None = None
    turn: TurnReference | None = None
    items: list[ThreadItem] = Field(default_factory=list[ThreadItem])
    effects: list[EffectRecord] = Field(default_factory=list[EffectRecord])
    lock: list[str] | None = None
    undone: list[str] = Field(default_factory=list[str])
    unfinished: list[UnfinishedAnswer] = Field(default_factory=list[UnfinishedAnswer])


class TurnsAttachParams(BaseModel):
    """From where to read; null is the beginning of what is still there."""

    thread_id: str
    after: str | None = None


class TurnsAttachReq(BaseReq):
    """Streams what follows a position, and the running turn to its end.

    {"type": "turns.attach", "params": {"thread_id": "thr_1", "after": "a1b2c3d4.17"}}
    """

    type: Literal["turns.attach"] = "turns.attach"
    params: TurnsAttachParams


class TurnsCancelParams(BaseModel):
    """Which turn to stop."""

    thread_id: str
    turn_id: str


class TurnsCancelReq(BaseReq):
    """Stops a turn and answers how it ended, the same when repeated: `{"status": "cancelled"}`.

    {"type": "turns.cancel", "params": {"thread_id": "thr_1", "turn_id": "turn_1"}}
    """

    type: Literal["turns.cancel"] = "turns.cancel"
    params: TurnsCancelParams


class TurnsClaimCallParams(BaseModel):
    """Which call a page is about to run; with a `claim_id` of its own making it may ask again."""

    thread_id: str
    call_id: str
    item_id: str | None = None
    """The item of the call: a model may give the calls of several turns one `call_id`."""
    claim_id: str | None = Field(default=None, max_length=255)


class TurnsClaimCallReq(BaseReq):
    """Asks for the right to run a client tool, which one asker gets, once: `{"granted": true, "status":
    "pending"}`.

    {"type": "turns.claim_call", "params": {"thread_id": "thr_1", "call_id": "call_1"}}
    """

    type: Literal["turns.claim_call"] = "turns.claim_call"
    params: TurnsClaimCallParams


class UndoEffect(BaseModel):
    """An effect that takes another one back, or does it again; the page knows how.

    `replay` and `key` are those of the other one. So is its place among the effects that a fresh page runs
    again, also where this one has another name: then `of` is the other one's.
    """

    name: str
    data: dict[str, Any] = Field(default_factory=dict)
    replay: Literal["skip", "latest", "all"] | None = None
    key: str | None = None
    of: str | None = None


class UndoingEffectEvent(ClientEffectEvent):
    """An effect that replaces the effect `of` among those that a fresh page runs."""

    of: str = Field(exclude=True)


class TurnsUndoParams(BaseModel):
    """Whose answer's changes, and the effects that take them back or do them again, in their order.

    `is_again`: these were made after the answer's earlier ones had been undone, as a button in it may do.
    """

    thread_id: str
    item_id: str
    is_undone: bool
    is_again: bool = False
    effects: list[UndoEffect] = Field(min_length=1, max_length=1000)


class TurnsUndoReq(BaseReq):
    """Takes back what the answer to a user message changed in the app, or does it again: a turn of effects
    alone.

    {"type": "turns.undo", "params": {"thread_id": "thr_1", "item_id": "msg_1", "is_undone": true,
    "effects": [{"name": "remove_marker", "data": {"id": "m1"}, "replay": "latest", "key": "m1", "of":
    "add_marker"}]}}
    """

    type: Literal["turns.undo"] = "turns.undo"
    params: TurnsUndoParams


class ToolFailure(BaseModel):
    """Why a client tool gave no result, in words for the model."""

    code: str = "failed"
    message: str = ""


class ClientToolAnswerParams(BaseModel):
    """What the page says to one call: a `result`, or an `error`."""

    thread_id: str
    call_id: str
    item_id: str | None = None
    """As in `TurnsClaimCallParams`."""
    result: Any = None
    error: ToolFailure | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "ClientToolAnswerParams":
        if ("result" in self.model_fields_set) == (self.error is not None):
            raise ValueError('pass either "result" or "error"')
        return self


class ClientToolAnswerReq(BaseReq):
    """Answers one of several pending calls.

    {"type": "threads.add_client_tool_output", "params": {"thread_id": "thr_1", "call_id": "call_1",
    "error": {"code": "denied", "message": "The user said no."}}}
    """

    type: Literal["threads.add_client_tool_output"] = "threads.add_client_tool_output"
    params: ClientToolAnswerParams


DurableReq = TurnsAttachReq | TurnsCancelReq | TurnsClaimCallReq | TurnsUndoReq | ClientToolAnswerReq
"""A request that only clients of durable turns make."""

DURABLE_REQUEST: TypeAdapter[DurableReq] = TypeAdapter(Annotated[DurableReq, Field(discriminator="type")])
"""Parses one; the types tell them apart."""
