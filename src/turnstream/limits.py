"""What one person, one turn and one connection may use, with the code that each limit answers with."""

from contextvars import ContextVar
from dataclasses import dataclass, fields

__all__ = ["MAX_LIST", "MAX_NAME", "MAX_TITLE", "Limits", "limits_of_turn"]

MAX_LIST = 100
"""Entries of a list in a request, such as the attachments of a message."""

MAX_TITLE = 1000
"""Characters of a thread's title."""

MAX_NAME = 255
"""Characters of a file's name."""

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for a `ChatKitServer` and its `create_app`. None removes a limit that may be None.

    Owners are counted by the store's owner id; a context without one is not limited per owner.

    Raises:
        TypeError: a limit is no number, or None where there must be one.
        ValueError: a limit is not positive.
    """

    open_streams_per_owner: int | None = 8
    """Event streams of one owner in one process. The oldest one is asked to come back later."""
    running_turns_per_owner: int | None = 16
    """Turns of one owner that run at once, in all processes that share the log; 429 `too_many_turns`."""
    messages_per_minute: int | None = 300
    """Turns that one owner begins within 60 s, in all processes that share the log: 429 `rate_limited`."""
    attachments_per_owner: int | None = 1000
    """Attachments that the store keeps of one owner: 429 `too_many_attachments`."""
    attachment_bytes_per_owner: int | None = 1024 * MIB
    """Bytes of one owner's attachments that the server stores itself: 429 `too_many_attachments`."""
    max_attachment_bytes: int = 25 * MIB
    """Size of one attachment: 400 `invalid_request`, field `params.size`."""
    turn_timeout_s: float | None = 15 * 60
    """Duration of one turn, waiting for the page included: the turn ends as failed, `turn_timeout`."""
    max_answer_bytes: int | None = 2 * MIB
    """Bytes of one turn's events: the turn ends as failed, `answer_too_large`."""
    tool_calls_per_step: int | None = 32
    """Tools that the model calls in one step: the turn ends as failed, `too_many_tool_calls`."""
    steps_per_turn: int | None = 50
    """Steps of the model in one turn, each of which may call tools: the turn ends as failed, `step_limit`."""
    max_body_bytes: int = 256 * KIB
    """Body of a request: 413 `too_large`. 22 MiB of small JSON objects would block the event loop for 6 s."""
    max_audio_bytes: int = 10 * MIB
    """Dictated audio: 413 `too_large`. Ten minutes at 128 kbit/s, or an hour as the element records it."""
    body_timeout_s: float = 10
    """Time for a body to arrive, and for the next piece of an upload: 408 `timeout`."""
    upload_timeout_s: float = 300
    """Time for an uploaded file, or for dictated audio, to arrive: 408 `timeout`."""
    head_timeout_s: float = 10
    """Time for a request's head to arrive, under `turnstream serve`: the connection is closed."""
    max_head_bytes: int = 64 * KIB
    """Request line and headers together, under `turnstream serve`: 431 and the connection is closed."""
    max_headers: int = 100
    """Headers of a request, under `turnstream serve`: 431 and the connection is closed."""
    connections: int = 10_000
    """Connections of one process, under `turnstream serve`: further ones get 503."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            may_be_none = "None" in str(field.type)
            if value is None and may_be_none:
                continue
            or_none = " or None" if may_be_none else ""
            if not isinstance(value, int | float) or isinstance(value, bool):
                raise TypeError(f"Limits.{field.name} must be a number{or_none}, not {value!r}")
            if not value > 0:
                raise ValueError(f"Limits.{field.name} must be positive{or_none}, not {value!r}")


limits_of_turn: ContextVar[Limits] = ContextVar("turnstream.limits_of_turn", default=Limits())  # noqa: B039 - frozen
"""The limits of the turn that the current task belongs to; the defaults outside a turn."""
