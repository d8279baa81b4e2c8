"""Errors carry fields, and the tree in the module's docstring is the real one."""

import inspect
import pickle

import pytest

from turnstream import errors
from turnstream.errors import (
    ConflictError,
    CustomStreamError,
    ErrorCode,
    InvalidRequestError,
    NotSupportedError,
    RequestError,
    RequestNotFoundError,
    StreamError,
    ThreadBusyError,
    TurnstreamError,
)


def test_every_error_is_ours_and_is_drawn() -> None:
    classes = [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, Exception)]
    assert classes
    for error in classes:
        assert issubclass(error, TurnstreamError)
        assert error.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize(
    ("error", "status", "code", "details"),
    [
        (InvalidRequestError("no", field="params.limit"), 400, "invalid_request", {"field": "params.limit"}),
        (InvalidRequestError("no"), 400, "invalid_request", {}),
        (NotSupportedError("no"), 400, "not_supported", {}),
        (RequestNotFoundError("no"), 404, "not_found", {}),
        (ConflictError("no"), 409, "conflict", {}),
        (RequestError("no", code="already_answered", status=409), 409, "already_answered", {}),
    ],
)
def test_a_refused_request_has_a_status_and_a_body(
    error: RequestError, status: int, code: str, details: dict[str, str]
) -> None:
    assert error.status == status
    assert str(error) == "no"
    assert error.to_body() == {"error": {"code": code, "message": "no", **details}}


def test_a_busy_thread_names_the_turn_to_attach_to() -> None:
    error = ThreadBusyError("thr_1", "trn_2")
    assert error.status == 409
    assert error.to_body()["error"] == {
        "code": "thread_busy",
        "message": "thread thr_1 is running turn trn_2",
        "turn_id": "trn_2",
    }


def test_stream_errors_take_their_retry_from_the_code() -> None:
    assert StreamError(ErrorCode.STREAM_ERROR).allow_retry
    assert StreamError(ErrorCode.STREAM_ERROR).status_code == 500
    assert not StreamError(ErrorCode.STREAM_ERROR, allow_retry=False).allow_retry


def test_custom_stream_errors_show_their_message() -> None:
    error = CustomStreamError("The shop is closed.")
    assert (str(error), error.message, error.allow_retry) == (
        "The shop is closed.",
        "The shop is closed.",
        False,
    )


def test_stream_errors_survive_pickling() -> None:
    error: CustomStreamError = pickle.loads(pickle.dumps(CustomStreamError("Busy", allow_retry=True)))
    assert (error.message, error.allow_retry) == ("Busy", True)
