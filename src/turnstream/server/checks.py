"""Checks of a request against the thread that it is for, and against what the app allows."""

from __future__ import annotations

import unicodedata
from typing import Any

from turnstream.attachments.urls import SIZE
from turnstream.errors import ConflictError, InvalidRequestError, TooManyRequestsError
from turnstream.limits import MAX_NAME, Limits
from turnstream.server.context import RequestScope, Settings
from turnstream.store import NotFoundError, Store
from turnstream.store.listing import PAGE_ROWS, every
from turnstream.types import (
    Attachment,
    AttachmentCreateParams,
    ClosedStatus,
    InferenceOptions,
    LockedStatus,
    ThreadMetadata,
)

__all__ = [
    "check_accepts_input",
    "check_attachment",
    "check_attachment_count",
    "check_inference_options",
    "size_of",
]


JOINERS = "\u200c\u200d"
"""Invisible, but a part of words in Persian and Hindi, and of emoji."""

ATTACHMENTS_RETRY_S = 60
"""Seconds after which a client with too many attachments may try again."""


def check_accepts_input(scope: RequestScope, thread: ThreadMetadata) -> None:
    """Return if the thread accepts messages, retries, actions and structured inputs.

    Raises:
        ConflictError: `thread_closed` or `thread_locked`; the message gives the reason that the app has set.
    """
    if scope.hooks.accepts_input(thread, scope.context):
        return
    status = thread.status
    is_closed = isinstance(status, ClosedStatus)
    reason = status.reason if isinstance(status, LockedStatus | ClosedStatus) else None
    words = "is closed" if is_closed else "takes no messages at the moment"
    raise ConflictError(
        reason or f"This conversation {words}.", code="thread_closed" if is_closed else "thread_locked"
    )


def check_inference_options(settings: Settings, options: InferenceOptions) -> None:
    """Return if the chosen model and tool are among the server's `allowed_models` and `allowed_tools`.

    Raises:
        InvalidRequestError: one of them is not; None allows all.
    """
    models, tools = settings.allowed_models, settings.allowed_tools
    if models is not None and options.model is not None and options.model not in models:
        raise InvalidRequestError(
            f"The model {options.model[:100]!r} is not offered; choose one of {', '.join(models)}.",
            field="params.input.inference_options.model",
        )
    tool = options.tool_choice.id if options.tool_choice is not None else None
    if tools is not None and tool is not None and tool not in tools:
        raise InvalidRequestError(
            f"The tool {tool[:100]!r} is not offered; choose one of {', '.join(tools)}.",
            field="params.input.inference_options.tool_choice.id",
        )


def check_attachment(limits: Limits, file: AttachmentCreateParams) -> None:
    """Return if an announced upload has an allowed size, and a name of visible characters without slashes.

    Raises:
        InvalidRequestError: the size or the name is refused.
    """
    max_bytes = limits.max_attachment_bytes
    if not 0 <= file.size <= max_bytes:
        raise InvalidRequestError(
            f"The file may have up to {max_bytes} bytes, not {file.size}.", field="params.size"
        )
    if not 0 < len(file.name) <= MAX_NAME:
        raise InvalidRequestError(
            f"The file name must have 1 to {MAX_NAME} characters, not {len(file.name)}.", field="params.name"
        )
    if file.name in {".", ".."} or any(map(_is_no_part_of_a_name, file.name)):
        raise InvalidRequestError(
            "The file name must not contain slashes, control characters or invisible characters.",
            field="params.name",
        )


async def check_attachment_count(store: Store[Any], limits: Limits, context: Any, *, size: int = 0) -> None:
    """Return if the owner may keep another attachment, of `size` bytes.

    A store that cannot list attachments has no such limit.

    Raises:
        TooManyRequestsError: the store keeps as many, or as many bytes, as it may.
    """
    most, most_bytes = limits.attachments_per_owner, limits.attachment_bytes_per_owner
    if most is None and most_bytes is None:
        return
    count = 0
    try:
        async for attachment in every(lambda after: store.load_attachments(PAGE_ROWS, after, context)):
            count += 1
            size += size_of(attachment)
            if most is not None and count >= most:
                raise _too_many(f"You have {most} files here.")
            if most_bytes is not None and size > most_bytes:
                raise _too_many(f"Your files may have {most_bytes} bytes together.")
    except NotImplementedError:
        return
    except NotFoundError:
        pass  # the last one of a page was deleted meanwhile
    if most_bytes is not None and size > most_bytes:
        raise _too_many(f"Your files may have {most_bytes} bytes together.")


def size_of(attachment: Attachment) -> int:
    """Return the bytes of a file that the server stores itself; 0 for others, of which it does not know."""
    size = (attachment.metadata or {}).get(SIZE)
    return size if isinstance(size, int) else 0


def _too_many(message: str) -> TooManyRequestsError:
    return TooManyRequestsError(
        f"{message} Delete some, or the conversations that they are in, to send another.",
        code="too_many_attachments",
        retry_after_s=ATTACHMENTS_RETRY_S,
    )


def _is_no_part_of_a_name(character: str) -> bool:
    """Whether it separates folders, or is a control character or another invisible one."""
    is_invisible = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return character in "/\\" or (is_invisible and character not in JOINERS)
