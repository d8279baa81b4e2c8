"""The same fault has the same code, whoever reports it."""

import json
import logging
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import httpx2
import openai
import pytest
from agents import OpenAIResponsesModel
from agents.exceptions import MaxTurnsExceeded, ModelRefusalError
from pydantic_ai.exceptions import ModelHTTPError

from tests.agents.openai_agents.replayed import ReplayedServer, message, run_of
from tests.agents.reading import FAR_OFF_S, context, read
from turnstream.agents import stream_agent_response
from turnstream.agents.core.client_errors import model_error_from, translated
from turnstream.agents.core.model_errors import (
    MODEL_ERRORS,
    ModelError,
    ModelErrorCode,
    model_error_from_response,
    retry_after_s,
)

REQUEST = httpx2.Request("POST", "https://model.example/v1/chat/completions")


def response(status: int, **headers: str) -> httpx2.Response:
    return httpx2.Response(status, headers=headers, request=REQUEST)


def status_error(kind: type[openai.APIStatusError], status: int, **body: Any) -> openai.APIStatusError:
    return kind("no", response=response(status), body=body or None)


FOREIGN: list[tuple[Callable[[], Exception], ModelErrorCode]] = [
    (lambda: openai.APIConnectionError(request=REQUEST), ModelErrorCode.UNREACHABLE),
    (lambda: openai.APITimeoutError(request=REQUEST), ModelErrorCode.TIMEOUT),
    (lambda: status_error(openai.AuthenticationError, 401), ModelErrorCode.UNAUTHORIZED),
    (lambda: status_error(openai.PermissionDeniedError, 403), ModelErrorCode.UNAUTHORIZED),
    (lambda: status_error(openai.NotFoundError, 404), ModelErrorCode.NOT_FOUND),
    (lambda: status_error(openai.RateLimitError, 429), ModelErrorCode.RATE_LIMITED),
    (lambda: status_error(openai.BadRequestError, 400), ModelErrorCode.BAD_REQUEST),
    (
        lambda: status_error(openai.BadRequestError, 400, code="context_length_exceeded", message="long"),
        ModelErrorCode.CONTEXT_LENGTH,
    ),
    (lambda: status_error(openai.BadRequestError, 400, code="content_filter"), ModelErrorCode.CONTENT_FILTER),
    (lambda: status_error(openai.InternalServerError, 503), ModelErrorCode.OVERLOADED),
    (lambda: openai.APIError("it broke", REQUEST, body={"code": "server_error"}), ModelErrorCode.OVERLOADED),
    (
        lambda: openai.APIError("slow down", REQUEST, body={"code": "rate_limit_exceeded"}),
        ModelErrorCode.RATE_LIMITED,
    ),
    (lambda: httpx2.ConnectError("refused"), ModelErrorCode.UNREACHABLE),
    (lambda: httpx2.ConnectTimeout("slow"), ModelErrorCode.UNREACHABLE),
    (lambda: httpx2.ReadTimeout("slow"), ModelErrorCode.TIMEOUT),
    (lambda: aiohttp.ServerDisconnectedError(), ModelErrorCode.UNREACHABLE),
    (lambda: aiohttp.ClientPayloadError("half"), ModelErrorCode.CUT),
    (lambda: aiohttp.ConnectionTimeoutError(), ModelErrorCode.UNREACHABLE),
    (lambda: aiohttp.SocketTimeoutError(), ModelErrorCode.TIMEOUT),
    (lambda: MaxTurnsExceeded("10"), ModelErrorCode.STEP_LIMIT),
    (lambda: ModelRefusalError("no"), ModelErrorCode.REFUSED),
    (lambda: ModelHTTPError(429, "m", {"message": "slow"}), ModelErrorCode.RATE_LIMITED),
]


def failed(code: str | None) -> dict[str, Any]:
    """The event with which the Responses API ends an answer that failed."""
    response: dict[str, Any] = {
        "id": "resp_1", "created_at": 0, "model": "m", "object": "response", "output": [],
          "parallel_tool_calls": True,
        "tool_choice": "auto", "tools": [], "status": "failed",
        "error": {"code": code, "message": "It failed."} if code else None,
    }  # fmt: skip
    return {"type": "response.failed", "response": response}


@pytest.mark.parametrize(("make", "cause"), FOREIGN)
def test_what_client_libraries_raise_has_its_cause(
    make: Callable[[], Exception], cause: ModelErrorCode
) -> None:
    error = model_error_from(make())
    assert error is not None
    assert error.cause is cause


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (failed("rate_limit_exceeded"), ModelErrorCode.RATE_LIMITED),
        (failed("server_error"), ModelErrorCode.OVERLOADED),
        (failed(None), ModelErrorCode.OVERLOADED),
        (
            {"type": "error", "code": "context_length_exceeded", "message": "x", "param": None},
            ModelErrorCode.CONTEXT_LENGTH,
        ),
    ],
)
async def test_a_failure_inside_the_stream_has_its_cause(
    event: dict[str, Any], cause: ModelErrorCode
) -> None:
    of = await context()
    half = [*message("Half an answer")[:4], event]
    async with (
        ReplayedServer([half]) as server,
        openai.AsyncOpenAI(
            base_url=server.base_url, api_key="none", max_retries=0, timeout=FAR_OFF_S
        ) as client,
    ):
        _, error = await read(stream_agent_response(of, run_of(of, OpenAIResponsesModel("m", client))))
    assert isinstance(error, ModelError)
    assert error.cause is cause


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (httpx2.ReadTimeout("slow"), ModelErrorCode.STALLED),
        (openai.APITimeoutError(request=REQUEST), ModelErrorCode.STALLED),
        (httpx2.RemoteProtocolError("incomplete chunked read"), ModelErrorCode.CUT),
        (httpx2.ReadError("reset"), ModelErrorCode.CUT),
        (openai.APIConnectionError(request=REQUEST), ModelErrorCode.CUT),
    ],
)
def test_in_the_middle_of_an_answer_silence_is_a_stall_and_a_lost_connection_a_cut(
    error: Exception, cause: ModelErrorCode
) -> None:
    translated_error = model_error_from(error, has_begun=True)
    assert translated_error is not None
    assert translated_error.cause is cause


def test_what_is_not_of_a_model_is_left_alone() -> None:
    class Lookalike(Exception):  # noqa: N818
        status_code = 429

    with pytest.raises(json.JSONDecodeError) as raised:
        json.loads("{")  # an app's own JSON
    for error in (ValueError("x"), TimeoutError(), ConnectionResetError(), Lookalike(), raised.value):
        assert model_error_from(error) is None


def test_json_that_the_client_library_cannot_read_is_a_bad_stream() -> None:
    frame = {"__name__": "openai._streaming", "json": json}
    with pytest.raises(json.JSONDecodeError) as raised:
        exec("json.loads('<html>')", frame)
    error = model_error_from(raised.value)
    assert error is not None
    assert error.cause is ModelErrorCode.BAD_STREAM


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (400, {"error": {"message": "maximum context length is 8192 tokens"}}, ModelErrorCode.CONTEXT_LENGTH),
        (
            500,
            {"error": {"message": "the request exceeds the available context size"}},
            ModelErrorCode.CONTEXT_LENGTH,
        ),
        (400, {"object": "error", "message": "The model `x` does not exist"}, ModelErrorCode.NOT_FOUND),
        (404, {"error": {"message": 'model "x" not found, try pulling it first'}}, ModelErrorCode.NOT_FOUND),
        (400, {"error": "invalid messages"}, ModelErrorCode.BAD_REQUEST),
        (413, None, ModelErrorCode.CONTEXT_LENGTH),
        (422, {"detail": "bad"}, ModelErrorCode.BAD_REQUEST),
        (529, {"error": {"type": "overloaded_error"}}, ModelErrorCode.OVERLOADED),
        (502, "<html>Bad gateway</html>", ModelErrorCode.OVERLOADED),
    ],
)
def test_answers_of_servers_have_their_cause(status: int, body: Any, cause: ModelErrorCode) -> None:
    assert model_error_from_response(status, body).cause is cause


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "2"}, 2.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"Retry-After-Ms": "250", "Retry-After": "9"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read(headers: dict[str, str], wait_s: float | None) -> None:
    assert retry_after_s(headers) == wait_s


def test_a_date_to_wait_for_is_read() -> None:
    at = datetime.now(UTC) + timedelta(seconds=20)
    assert 18 < (retry_after_s({"retry-after": format_datetime(at, usegmt=True)}) or 0) <= 20


def test_a_person_sees_words_and_the_log_the_detail(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ModelError) as raised, translated():
        raise httpx2.ConnectError("no route to model.example")
    error = raised.value
    assert (error.code, error.message) == (
        "model_unreachable",
        "The assistant cannot be reached. Try again in a moment.",
    )
    assert isinstance(error.__cause__, httpx2.ConnectError)
    assert [(r.levelno, "no route to model.example" in r.getMessage()) for r in caplog.records] == [
        (logging.WARNING, True)
    ]


def test_what_is_not_of_a_model_passes_through() -> None:
    with pytest.raises(ValueError, match="mine"), translated():
        raise ValueError("mine")


def test_every_cause_has_words() -> None:
    assert set(MODEL_ERRORS) == set(ModelErrorCode)
    assert len({words.message for words in MODEL_ERRORS.values()}) == len(MODEL_ERRORS)


def test_it_survives_pickling() -> None:
    error = ModelError(ModelErrorCode.RATE_LIMITED, "slow", status=429, retry_after_s=2.0, allow_retry=False)
    again: ModelError = pickle.loads(pickle.dumps(error))
    assert vars(again) == vars(error)
    assert str(again) == "model_rate_limited: slow"


def test_a_class_that_is_only_called_the_same_is_not_of_a_model() -> None:
    frame = {"__name__": "openai.of_an_app"}
    exec("class APIConnectionError(Exception): status_code = 429", frame)
    own: Any = frame["APIConnectionError"]
    assert model_error_from(own()) is None


def test_a_library_that_is_not_loaded_is_not_loaded_for_an_error() -> None:
    code = (
        "import sys\n"
        "from turnstream.agents.core.client_errors import model_error_from\n"
        "assert model_error_from(ValueError('x')) is None\n"
        "loaded = {'agents', 'aiohttp', 'httpx', 'httpx2', 'openai', 'pydantic_ai'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
