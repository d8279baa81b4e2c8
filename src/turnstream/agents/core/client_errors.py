"""What the exceptions of models' client libraries and frameworks mean.

Their classes are looked up in `sys.modules`: a library that is not loaded has raised nothing.
"""

import json
import re
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TypeAlias

from turnstream.agents.core.model_errors import ModelError, ModelErrorCode, model_error_from_response
from turnstream.redaction import logger_of, redacted, secrets_of

__all__ = ["model_error_from", "translated"]

logger = logger_of("turnstream.agents")

_Classes: TypeAlias = Mapping[str, tuple[str, ...]]
"""The names of exceptions by their module."""


def model_error_from(error: BaseException, *, has_begun: bool = False) -> ModelError | None:
    """Return what an exception of a model's client library means; None if it is no failure of a model.

    Recognises those of openai, httpx, aiohttp, the Agents SDK, Pydantic AI and LangChain. `has_begun` says
    that the model had begun to answer, so that silence is a stall and a lost connection a cut.
    """
    if isinstance(error, ModelError):
        return error
    detail = redacted(f"{type(error).__name__}: {error}", secrets_of(error))
    cause = _cause_of_class(error) or _cause_of_message(error)
    if cause is not None:
        return ModelError(_LATE.get(cause, cause) if has_begun else cause, detail)
    if _is_one_of(error, _AGENTS_BEHAVIOR) and (failed := _FAILED.search(str(error))):
        return model_error_from_response(0, {"code": failed[1], "message": str(error)}, detail=detail)
    if _is_one_of(error, _OF_LIBRARIES) and (reported := _reported_by_server(error, detail)):
        return reported
    if _is_unreadable(error):
        return ModelError(ModelErrorCode.BAD_STREAM, detail)
    return None


@contextmanager
def translated(*, has_begun: bool = False) -> Generator[None]:
    """Raise what a model's client library raises as a `ModelError`, and log its detail; pass on the rest."""
    try:
        yield
    except Exception as exc:
        error = model_error_from(exc, has_begun=has_begun)
        if error is None:
            raise
        logger.warning("the model's answer is incomplete: %s", error)
        if error is exc:
            raise
        raise error from exc


_HTTP_LIBRARIES = ("httpx", "httpx2")
_AGENTS_BEHAVIOR: _Classes = {"agents.exceptions": ("ModelBehaviorError",)}

# In order: a connection that times out is a timeout as well, and an APIConnectionError is also an APIError.
_BY_CLASS: tuple[tuple[ModelErrorCode, _Classes], ...] = (
    (
        ModelErrorCode.REFUSED,
        {"agents.exceptions": ("ModelRefusalError",), "langchain_core.exceptions": ("ModelRefusalError",)},
    ),
    (
        ModelErrorCode.CONTENT_FILTER,
        {"openai": ("ContentFilterFinishReasonError",), "pydantic_ai.exceptions": ("ContentFilterError",)},
    ),
    (
        ModelErrorCode.OUTPUT_LIMIT,
        {
            "openai": ("LengthFinishReasonError",),
            "pydantic_ai.exceptions": ("IncompleteToolCall", "OutputTokenLimitExceeded"),
        },
    ),
    (
        ModelErrorCode.STEP_LIMIT,
        {"agents.exceptions": ("MaxTurnsExceeded",), "pydantic_ai.exceptions": ("UsageLimitExceeded",)},
    ),
    (
        ModelErrorCode.UNREACHABLE,
        {
            "aiohttp": ("ConnectionTimeoutError", "ClientConnectorError"),
            **dict.fromkeys((*_HTTP_LIBRARIES, "httpcore", "httpcore2"), ("ConnectTimeout", "ConnectError")),
        },
    ),
    (
        ModelErrorCode.TIMEOUT,
        {
            "agents.exceptions": ("ModelTimeoutError",),
            "aiohttp": ("ServerTimeoutError",),
            "openai": ("APITimeoutError",),
            "pydantic_ai.exceptions": ("ModelTimeoutError",),
            **dict.fromkeys((*_HTTP_LIBRARIES, "httpcore", "httpcore2"), ("TimeoutException",)),
        },
    ),
    (ModelErrorCode.CUT, {"aiohttp": ("ClientPayloadError",)}),
    (
        ModelErrorCode.UNREACHABLE,
        {
            "aiohttp": ("ClientConnectionError", "InvalidURL"),
            "openai": ("APIConnectionError",),
            "pydantic_ai.exceptions": ("ModelConnectionError",),
            **dict.fromkeys(_HTTP_LIBRARIES, ("TransportError", "InvalidURL")),
        },
    ),
    (ModelErrorCode.BAD_STREAM, {"openai": ("APIResponseValidationError",)}),
)

_OF_LIBRARIES: _Classes = {
    "agents.exceptions": ("AgentsException",),
    "aiohttp": ("ClientError",),
    "openai": ("OpenAIError",),
    "pydantic_ai.exceptions": ("AgentRunError",),
    **dict.fromkeys(_HTTP_LIBRARIES, ("HTTPError",)),
}
"""The base classes of all errors that may report a server's answer."""

_IN_WORDS: _Classes = {
    **_AGENTS_BEHAVIOR,
    "pydantic_ai.exceptions": ("ModelAPIError", "UnexpectedModelBehavior"),
}
"""Errors that give their cause only in their message."""

# How the Agents SDK words a failure inside the stream of the Responses API.
_FAILED = re.compile(r"terminal event `(?:response\.failed|error)`(?:.*?\bcode='?(\w+))?", re.DOTALL)

_BY_WORDS = {
    "finish_reason='length'": ModelErrorCode.OUTPUT_LIMIT,
    "reason='max_output_tokens'": ModelErrorCode.OUTPUT_LIMIT,
    "reason='content_filter'": ModelErrorCode.CONTENT_FILTER,
    "Exceeded maximum output retries": ModelErrorCode.NO_ANSWER,
    "did not produce a final response": ModelErrorCode.CUT,
    "Failed to decode response as JSON": ModelErrorCode.BAD_STREAM,
}

_LATE = {
    ModelErrorCode.TIMEOUT: ModelErrorCode.STALLED,
    ModelErrorCode.UNREACHABLE: ModelErrorCode.CUT,
}


def _is_one_of(error: BaseException, classes: _Classes) -> bool:
    loaded = [
        getattr(sys.modules.get(module), name, None) for module, names in classes.items() for name in names
    ]
    return isinstance(error, tuple(kind for kind in loaded if isinstance(kind, type)))


def _cause_of_class(error: BaseException) -> ModelErrorCode | None:
    return next((cause for cause, classes in _BY_CLASS if _is_one_of(error, classes)), None)


def _cause_of_message(error: BaseException) -> ModelErrorCode | None:
    if not _is_one_of(error, _IN_WORDS):
        return None
    return next((cause for words, cause in _BY_WORDS.items() if words in str(error)), None)


def _reported_by_server(error: BaseException, detail: str) -> ModelError | None:
    """Return the error for a server's status or for the error in its stream; None if there is neither."""
    status = getattr(error, "status_code", None)
    if not isinstance(status, int) and not _is_one_of(error, {"openai": ("APIError",)}):
        return None
    headers = getattr(getattr(error, "response", None), "headers", None)
    body = getattr(error, "body", None) or {"code": getattr(error, "code", None), "message": str(error)}
    return model_error_from_response(status or 0, body, detail=detail, headers=headers)


def _is_unreadable(error: BaseException) -> bool:
    """Whether a client library met JSON or a chunk that it could not read."""
    if isinstance(error, json.JSONDecodeError) and _comes_from_client(error.__traceback__):
        return True
    kinds = (AttributeError, LookupError, TypeError, ValueError)
    return isinstance(error, kinds) and _reads_stream(error.__traceback__)


def _comes_from_client(traceback: TracebackType | None) -> bool:
    """Whether a client library met the error: JSON that an app's tool cannot read is the app's own affair."""
    modules: set[str] = set()
    while traceback is not None:
        modules.add(str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0])
        traceback = traceback.tb_next
    return bool(modules & {"openai", "httpx", "httpx2"})


_READERS = ("agents.models.", "langchain_openai.", "openai.", "pydantic_ai.models.")


def _reads_stream(traceback: TracebackType | None) -> bool:
    """Whether a client's parser of streams raised the error, as for a chunk that is not an object."""
    innermost = ""
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if not module.startswith(("pydantic.", "langchain_core.")):  # called by the parsers
            innermost = module
        traceback = traceback.tb_next
    return innermost.startswith(_READERS)
