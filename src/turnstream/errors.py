"""Every error that turnstream raises on purpose.

    TurnstreamError
    ├── BaseStreamError              raised inside respond() or action(); becomes an `error` event
    │   ├── StreamError              a code that the client has words for
    │   └── CustomStreamError        the app's own words
    │       └── LimitError           turn_timeout, answer_too_large, too_many_tool_calls
    ├── RequestError                 one request refused before its stream; becomes a 4xx with a JSON body
    │   ├── InvalidRequestError      400 invalid_request; also a ValueError
    │   ├── NotSupportedError        400 not_supported; also a NotImplementedError, which is a RuntimeError
    │   ├── RequestNotFoundError     404 not_found; also a NotFoundError
    │   ├── ConflictError            409 conflict, already_answered, expired, superseded, thread_closed,
    │   │                            thread_locked, not_undoable; also a ValueError
    │   ├── ThreadBusyError          409 thread_busy
    │   ├── KeyReusedError           422 idempotency_key_reused
    │   ├── TooManyRequestsError     429 rate_limited, too_many_turns, too_many_attachments
    │   └── ShuttingDownError        503 shutting_down
    ├── turnstream.server.ClientToolError    raised inside respond() by a call that the page did not answer
    ├── turnstream.contracts.ContractError   two declarations of one effect or client tool differ
    ├── turnstream.check.CheckError          a page could not be looked at
    ├── turnstream.widgets.InvalidWidgetError    data that a model wrote is no widget; also a ValueError
    ├── turnstream.widgets.WidgetTemplateError   a template or its data are wrong; also a ValueError
    ├── NotFoundError                in turnstream.store too
    └── turnstream.store.StorageError
        └── turnstream.store.StorageFullError

Code written for `openai-chatkit` catches the built-in kinds, and `NotFoundError`, around `process()`.

What an error says reaches the browser, so keep details that users must not see in the log.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

__all__ = [
    "DEFAULT_ALLOW_RETRY",
    "DEFAULT_STATUS",
    "BaseStreamError",
    "ConflictError",
    "CustomStreamError",
    "ErrorCode",
    "InvalidRequestError",
    "KeyReusedError",
    "LimitError",
    "NotFoundError",
    "NotSupportedError",
    "RequestError",
    "RequestNotFoundError",
    "ShuttingDownError",
    "StreamError",
    "ThreadBusyError",
    "TooManyRequestsError",
    "TurnstreamError",
]


class ErrorCode(StrEnum):
    """The codes of `error` events that clients translate; a client must tolerate ones it does not know."""

    STREAM_ERROR = "stream.error"


DEFAULT_STATUS: dict[ErrorCode, int] = {ErrorCode.STREAM_ERROR: 500}
"""The HTTP status that stands for a code outside a stream."""

DEFAULT_ALLOW_RETRY: dict[ErrorCode, bool] = {ErrorCode.STREAM_ERROR: True}
"""Whether the client offers Retry for a code, unless the error says otherwise."""


class TurnstreamError(Exception):
    """The base of every error that turnstream raises on purpose."""


class BaseStreamError(TurnstreamError):
    """Ends a response with an `error` event; what was streamed before it is kept."""

    allow_retry: bool


class StreamError(BaseStreamError):
    """Ends a response with a code for which the client shows its own, translated message."""

    def __init__(self, code: ErrorCode, *, allow_retry: bool | None = None) -> None:
        super().__init__(f"the response failed: {code}")
        self.code = code
        self.status_code = DEFAULT_STATUS.get(code, 500)
        self.allow_retry = DEFAULT_ALLOW_RETRY.get(code, False) if allow_retry is None else allow_retry


class CustomStreamError(BaseStreamError):
    """Ends a response with `message`, shown as it is: translate it before raising.

    A subclass may have a stable `code` of its own, for programs; official clients get `custom`.
    """

    code: str = "custom"

    def __init__(self, message: str, *, allow_retry: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.allow_retry = allow_retry


class LimitError(CustomStreamError):
    """Ends a response that reached one of `turnstream.limits.Limits`."""

    def __init__(
        self, message: str, *, code: Literal["turn_timeout", "answer_too_large", "too_many_tool_calls"]
    ) -> None:
        super().__init__(message, allow_retry=True)
        self.code = code


class NotFoundError(TurnstreamError):
    """What was asked for does not exist, or belongs to another owner: nothing tells the two apart.

    `kind` is `thread`, `item`, `attachment` or `cursor`, and `missing_id` its id; both are empty where a
    store of an app raises this with a message alone.
    """

    def __init__(self, message: str = "not found", *, kind: str = "", missing_id: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.missing_id = missing_id

    @classmethod
    def of(cls, kind: Literal["thread", "item", "attachment", "cursor"], missing_id: str) -> "NotFoundError":
        """Return the error with the one message that every store here gives."""
        return cls(f"{kind} {missing_id!r} was not found", kind=kind, missing_id=missing_id)


class RequestError(TurnstreamError):
    """Refuses one request before any of its stream is sent.

    `code` is stable and for programs, `message` is safe to show, `status` is the HTTP status, and `headers`
    are those that the answer has besides, such as `Retry-After`.
    """

    def __init__(
        self, message: str, *, code: str, status: int, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.headers = dict(headers or {})

    def to_body(self) -> dict[str, Any]:
        """The JSON body of the refusal.

        {"error": {"code": "thread_busy", "message": "thread thr_1 is running turn trn_2",
          "turn_id": "trn_2"}}
        """
        return {"error": {"code": self.code, "message": self.message, **self._details()}}

    def _details(self) -> dict[str, Any]:
        return {}


class InvalidRequestError(RequestError, ValueError):
    """The request itself is wrong; `field` names the part, as a dotted path, where one can be named."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message, code="invalid_request", status=400)
        self.field = field

    def _details(self) -> dict[str, Any]:
        return {} if self.field is None else {"field": self.field}


class NotSupportedError(RequestError, NotImplementedError):
    """This server leaves out the feature that the request needs."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="not_supported", status=400)


class RequestNotFoundError(RequestError, NotFoundError):
    """What the request names does not exist, or belongs to someone else: the answer is the same."""

    def __init__(self, message: str, *, kind: str = "", missing_id: str = "") -> None:
        super().__init__(message, code="not_found", status=404)
        self.kind = kind
        self.missing_id = missing_id


class ConflictError(RequestError, ValueError):
    """The request does not fit the state that the thread or item is in now."""

    def __init__(self, message: str, *, code: str = "conflict") -> None:
        super().__init__(message, code=code, status=409)


class ThreadBusyError(RequestError):
    """The thread is running a turn already; `turn_id` is the one to attach to."""

    def __init__(self, thread_id: str, turn_id: str) -> None:
        super().__init__(f"thread {thread_id} is running turn {turn_id}", code="thread_busy", status=409)
        self.thread_id = thread_id
        self.turn_id = turn_id

    def _details(self) -> dict[str, Any]:
        return {"turn_id": self.turn_id}


class KeyReusedError(RequestError):
    """The `Idempotency-Key` belongs to another request."""

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was already used with a different body: use a new key for each request.",
            code="idempotency_key_reused",
            status=422,
        )


class TooManyRequestsError(RequestError):
    """An owner has reached a limit; after `retry_after_s` seconds the request may pass."""

    def __init__(
        self,
        message: str,
        *,
        code: Literal["rate_limited", "too_many_turns", "too_many_attachments"],
        retry_after_s: int,
    ) -> None:
        super().__init__(message, code=code, status=429, headers={"Retry-After": str(retry_after_s)})
        self.retry_after_s = retry_after_s


class ShuttingDownError(RequestError):
    """This process takes no more turns; another one, or the same a moment later, does."""

    def __init__(self) -> None:
        super().__init__("The server is shutting down. Try again.", code="shutting_down", status=503)
