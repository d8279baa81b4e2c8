"""Failures of a model: one error, whose code is the same on every bridge.

    turnstream.errors.CustomStreamError
    └── ModelError      code · detail · status · retry_after_s

The client gets the code, words that are safe to show, and whether to offer Retry. Details are for the log:
they may name hosts and models.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, cast

from turnstream.errors import CustomStreamError
from turnstream.redaction import logger_of, redacted

__all__ = [
    "MODEL_ERRORS",
    "ModelError",
    "ModelErrorCode",
    "ModelErrorWords",
    "check_finish",
    "finish_error",
    "is_length",
    "model_error_from_response",
    "retry_after_s",
]

logger = logger_of("turnstream.agents")

MAX_DETAIL_CHARACTERS = 500


class ModelErrorCode(StrEnum):
    """The causes of failures that have codes of their own."""

    UNREACHABLE = "model_unreachable"
    UNAUTHORIZED = "model_unauthorized"
    NOT_FOUND = "model_not_found"
    RATE_LIMITED = "model_rate_limited"
    OVERLOADED = "model_overloaded"
    CONTEXT_LENGTH = "model_context_length"
    BAD_REQUEST = "model_bad_request"
    TIMEOUT = "model_timeout"
    STALLED = "model_stalled"
    CUT = "model_cut"
    BAD_STREAM = "model_bad_stream"
    REFUSED = "model_refused"
    CONTENT_FILTER = "model_content_filter"
    OUTPUT_LIMIT = "model_output_limit"
    STEP_LIMIT = "model_step_limit"
    NO_ANSWER = "model_no_answer"


@dataclass(frozen=True, slots=True)
class ModelErrorWords:
    """The message for the user about a cause, and whether to offer Retry."""

    message: str
    allow_retry: bool


MODEL_ERRORS: dict[ModelErrorCode, ModelErrorWords] = {
    ModelErrorCode.UNREACHABLE: ModelErrorWords(
        "The assistant cannot be reached. Try again in a moment.", True
    ),
    ModelErrorCode.UNAUTHORIZED: ModelErrorWords(
        "The assistant is not configured correctly: access to its model was denied.", False
    ),
    ModelErrorCode.NOT_FOUND: ModelErrorWords(
        "The assistant is not configured correctly: its model was not found.", False
    ),
    ModelErrorCode.RATE_LIMITED: ModelErrorWords(
        "The assistant is receiving too many requests. Try again in a moment.", True
    ),
    ModelErrorCode.OVERLOADED: ModelErrorWords("The assistant is overloaded. Try again in a moment.", True),
    ModelErrorCode.CONTEXT_LENGTH: ModelErrorWords(
        "This conversation is too long for the assistant. Start a new one.", False
    ),
    ModelErrorCode.BAD_REQUEST: ModelErrorWords("The assistant could not process this request.", False),
    ModelErrorCode.TIMEOUT: ModelErrorWords("The assistant did not answer in time.", True),
    ModelErrorCode.STALLED: ModelErrorWords(
        "The assistant stopped responding in the middle of its answer.", True
    ),
    ModelErrorCode.CUT: ModelErrorWords(
        "The connection to the assistant was lost in the middle of its answer.", True
    ),
    ModelErrorCode.BAD_STREAM: ModelErrorWords("The assistant's answer could not be read.", True),
    ModelErrorCode.REFUSED: ModelErrorWords("The assistant declined to answer.", False),
    ModelErrorCode.CONTENT_FILTER: ModelErrorWords("A content filter stopped the answer.", False),
    ModelErrorCode.OUTPUT_LIMIT: ModelErrorWords("The answer exceeded the assistant's length limit.", True),
    ModelErrorCode.NO_ANSWER: ModelErrorWords("The assistant gave no answer.", True),
    ModelErrorCode.STEP_LIMIT: ModelErrorWords("The assistant took too many steps without answering.", True),
}
"""The words for each cause. To show others, catch `ModelError` and raise a `CustomStreamError`."""


class ModelError(CustomStreamError):
    """A model gave no complete answer; the text before the failure is stored.

    {"type": "error", "code": "model_overloaded", "message": "The assistant is overloaded. …",
      "allow_retry": true}
    """

    def __init__(
        self,
        code: ModelErrorCode,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        allow_retry: bool | None = None,
    ) -> None:
        """`detail` is for the log, never for the client."""
        words = MODEL_ERRORS[code]
        super().__init__(words.message, allow_retry=words.allow_retry if allow_retry is None else allow_retry)
        self.cause = code
        self.code = code.value
        self.detail = detail
        self.status = status
        self.retry_after_s = retry_after_s

    @property
    def detail(self) -> str:
        """The message of the server or library without secrets: some servers repeat a refused key."""
        return self._detail

    @detail.setter
    def detail(self, detail: str) -> None:
        self._detail = redacted(detail)[:MAX_DETAIL_CHARACTERS]

    def __str__(self) -> str:
        return f"{self.code}: {self.detail or self.message}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.detail!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return ModelError, (self.cause, self.detail), self.__dict__


def model_error_from_response(
    status: int, body: Any = None, *, detail: str = "", headers: Mapping[str, str] | None = None
) -> ModelError:
    """Return the error for an HTTP status and its body, or for an error inside a stream (status 0)."""
    code, said = _said(body)
    status = status or (int(code) if code.isdecimal() else 0)  # some say it inside the stream
    detail = detail or said
    cause = _cause(status, code, f"{said} {detail}")
    is_out_of_quota = code == "insufficient_quota"
    return ModelError(
        cause,
        f"HTTP {status}: {detail}" if status else detail,
        status=status or None,
        retry_after_s=retry_after_s(headers or {}),
        allow_retry=False if is_out_of_quota else None,
    )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long a server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date."""
    low = {name.lower(): value for name, value in headers.items() if name.lower().startswith("retry-after")}
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait_s = float(low.get(name, "")) * unit_s
        except ValueError:
            continue
        if 0 <= wait_s < float("inf"):
            return wait_s
    try:
        at = parsedate_to_datetime(low.get("retry-after", ""))
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def check_finish(reason: str | None, *, has_text: bool) -> None:
    """Return if an answer that ended for this reason is whole, or at least worth to be read.

    Raises:
        ModelError: the reason is a failure, or the answer reached its greatest length before any text.
    """
    error = finish_error(reason)
    if error is not None:
        raise error
    if is_length(reason) and not has_text:
        raise ModelError(ModelErrorCode.OUTPUT_LIMIT, f"finish_reason {reason} before any text")


def finish_error(reason: Any) -> ModelError | None:
    """Return the error that a `finish_reason` reports; None if it reports success."""
    cause = _BY_FINISH.get(reason.lower()) if isinstance(reason, str) else None
    return None if cause is None else ModelError(cause, f"finish_reason {reason}")


def is_length(reason: Any) -> bool:
    """Whether a `finish_reason` says that the answer reached its length limit."""
    return isinstance(reason, str) and reason.lower() in _LENGTHS


_LENGTHS = {"length", "max_tokens", "model_length", "model_context_window_exceeded"}

_BY_FINISH = {
    **dict.fromkeys(
        ("content_filter", "sensitive", "safety", "recitation", "blocklist", "prohibited_content", "spii"),
        ModelErrorCode.CONTENT_FILTER,
    ),
    **dict.fromkeys(("error", "server_error", "insufficient_system_resource"), ModelErrorCode.OVERLOADED),
    **dict.fromkeys(
        ("network_error", "abort", "aborted", "cancelled", "canceled", "interrupted"), ModelErrorCode.CUT
    ),
    **dict.fromkeys(("timeout",), ModelErrorCode.TIMEOUT),
    **dict.fromkeys(("malformed_function_call",), ModelErrorCode.BAD_STREAM),
}
"""The lower-case `finish_reason` of incomplete answers, as various servers write it."""


_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|maximum context|prompt is too long|too many (input )?tokens|input is "
    r"too long",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(r"\bmodel\b.{0,80}\b(not found|does not exist)\b", re.IGNORECASE | re.DOTALL)

_BY_CODE = {
    "context_length_exceeded": ModelErrorCode.CONTEXT_LENGTH,
    "string_above_max_length": ModelErrorCode.CONTEXT_LENGTH,
    "exceed_context_size_error": ModelErrorCode.CONTEXT_LENGTH,
    "content_filter": ModelErrorCode.CONTENT_FILTER,
    "content_policy_violation": ModelErrorCode.CONTENT_FILTER,
    "model_not_found": ModelErrorCode.NOT_FOUND,
    "invalid_api_key": ModelErrorCode.UNAUTHORIZED,
    "insufficient_quota": ModelErrorCode.RATE_LIMITED,
    "rate_limit_exceeded": ModelErrorCode.RATE_LIMITED,
    "rate_limit_error": ModelErrorCode.RATE_LIMITED,
    "server_error": ModelErrorCode.OVERLOADED,
    "overloaded_error": ModelErrorCode.OVERLOADED,
}

_BY_STATUS = {
    401: ModelErrorCode.UNAUTHORIZED,
    403: ModelErrorCode.UNAUTHORIZED,
    404: ModelErrorCode.NOT_FOUND,
    408: ModelErrorCode.TIMEOUT,
    409: ModelErrorCode.OVERLOADED,
    413: ModelErrorCode.CONTEXT_LENGTH,
    429: ModelErrorCode.RATE_LIMITED,
}


def _cause(status: int, code: str, text: str) -> ModelErrorCode:
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if _TOO_LONG.search(text):
        return ModelErrorCode.CONTEXT_LENGTH
    if status and status < 500:
        return ModelErrorCode.NOT_FOUND if _NO_MODEL.search(text) else ModelErrorCode.BAD_REQUEST
    return ModelErrorCode.OVERLOADED


def _said(body: Any) -> tuple[str, str]:
    """Return the code and the text of an error's body, in the shapes that servers give it.

    {"error": {"message": "…", "type": "…", "code": "…"}} · {"error": "…"} · {"object": "error",
      "message": "…"} · text
    """
    if not isinstance(body, dict):
        return "", str(body or "")
    whole = cast("dict[str, Any]", body)
    error = whole.get("error", whole)
    if not isinstance(error, dict):
        return "", str(error)
    inner = cast("dict[str, Any]", error)
    names = [str(inner.get(name) or "") for name in ("code", "type")]
    code = next((name for name in names if name in _BY_CODE), names[0])
    return code, str(inner.get("message") or inner.get("detail") or "")
