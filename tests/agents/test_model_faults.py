"""What becomes of a turn when its model fails: the same on every bridge.

Each row is a fault, the code that the client gets, and what is kept of the answer. A bridge joins by a line
in `BRIDGES`.
"""

import logging
import socket
from dataclasses import dataclass, replace
from typing import Any

import aiohttp  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a model imports it when it is made: that blocks
import pytest

from tests.agents.bridges import BRIDGES, KEY, said, serve
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.server.app import user_input
from tests.server.durable import fetch, open_stream
from tests.services import free_port
from turnstream.agents.core.model_errors import MODEL_ERRORS, ModelErrorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A fault and what comes of it; `reply` for ever, or first, with `then` after it."""

    name: str
    reply: Reply | None = None
    then: Reply | None = None
    base_url: str | None = None
    code: ModelErrorCode | None = None
    stored: str = ""
    requests: int = 1


HELLO = ("He", "llo ")
REFUSED_AT_ONCE = {"retry-after-ms": "1"}
TOO_LONG = {"code": "context_length_exceeded", "message": "This model's maximum context length is 8 tokens."}

SCENARIOS = (
    Scenario(name="connection refused", base_url="refused", code=ModelErrorCode.UNREACHABLE, requests=0),
    Scenario(
        name="unknown host", base_url="http://model.invalid/v1", code=ModelErrorCode.UNREACHABLE, requests=0
    ),
    Scenario(
        name="wrong key",
        reply=Reply(status=401, error={"message": f"Incorrect API key provided: {KEY}"}),
        code=ModelErrorCode.UNAUTHORIZED,
    ),
    Scenario(name="no such model", reply=Reply(status=404), code=ModelErrorCode.NOT_FOUND),
    Scenario(
        name="rate limit for ever",
        reply=Reply(status=429, headers=REFUSED_AT_ONCE),
        code=ModelErrorCode.RATE_LIMITED,
        requests=3,
    ),
    Scenario(
        name="rate limit, then an answer",
        reply=Reply(status=429, headers={"retry-after": "0"}),
        then=Reply(HELLO),
        stored="Hello ",
        requests=2,
    ),
    Scenario(
        name="rate limit for an hour",
        reply=Reply(status=429, headers={"retry-after": "3600"}),
        code=ModelErrorCode.RATE_LIMITED,
    ),
    Scenario(
        name="context too long", reply=Reply(status=400, error=TOO_LONG), code=ModelErrorCode.CONTEXT_LENGTH
    ),
    Scenario(name="bad request", reply=Reply(status=400), code=ModelErrorCode.BAD_REQUEST),
    Scenario(
        name="server error",
        reply=Reply(status=500, headers=REFUSED_AT_ONCE),
        code=ModelErrorCode.OVERLOADED,
        requests=3,
    ),
    Scenario(
        name="overloaded",
        reply=Reply(status=503, headers=REFUSED_AT_ONCE),
        code=ModelErrorCode.OVERLOADED,
        requests=3,
    ),
    Scenario(name="no first byte", reply=Reply(fault="silence"), code=ModelErrorCode.TIMEOUT),
    Scenario(name="stall", reply=Reply(HELLO, "stall"), code=ModelErrorCode.STALLED, stored="Hello "),
    Scenario(name="connection cut", reply=Reply(HELLO, "cut"), code=ModelErrorCode.CUT, stored="Hello "),
    Scenario(
        name="end without a finish", reply=Reply(HELLO, "end"), code=ModelErrorCode.CUT, stored="Hello "
    ),
    Scenario(name="garbage", reply=Reply(HELLO, "garbage"), code=ModelErrorCode.BAD_STREAM, stored="Hello "),
    Scenario(
        name="content filter",
        reply=Reply(HELLO, finish_reason="content_filter"),
        code=ModelErrorCode.CONTENT_FILTER,
        stored="Hello ",
    ),
    Scenario(name="cut at the length", reply=Reply(HELLO, finish_reason="length"), stored="Hello "),
    Scenario(
        name="length before any text", reply=Reply(finish_reason="length"), code=ModelErrorCode.OUTPUT_LIMIT
    ),
)


OTHERWISE: dict[str, dict[str, dict[str, Any]]] = {
    "agents": {
        "no first byte": {"requests": 3},  # the openai client asks again after a timeout too
        "end without a finish": {"code": None},  # the SDK takes the end for a finish, and does not say
        "content filter": {"code": None},  # nor why the model finished
    },
    "agents, responses": {
        "no first byte": {"requests": 3},
        "cut at the length": {
            "code": ModelErrorCode.OUTPUT_LIMIT
        },  # the SDK ends such a run; the text is kept
    },
    "pydantic_ai": {"no first byte": {"requests": 3}, "end without a finish": {"code": None}},
    "langgraph": {"no first byte": {"requests": 3}},
}
"""What a framework does not let its bridge know or change."""


@pytest.fixture(autouse=True)
def unknown_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let names under .invalid be unknown at once, whatever resolver the machine has."""
    known = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@pytest.mark.parametrize("bridge", BRIDGES)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_a_fault_of_the_model(
    scenario: Scenario, bridge: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "turnstream")
    scenario = replace(scenario, **OTHERWISE.get(bridge, {}).get(scenario.name, {}))
    replies = [reply for reply in (scenario.reply, scenario.then) if reply is not None]
    async with ScriptedServer(replies or [Reply(("never",))]) as model:
        url = scenario.base_url or model.base_url
        url = f"http://127.0.0.1:{free_port()}/v1" if url == "refused" else url
        fault = scenario.reply.fault if scenario.reply is not None else None
        # Silence is silence however slow the machine is; before a stall the first words must come in time.
        where: list[Any] = [url, {"silence": 0.3, "stall": 2.0}.get(fault or "", 60.0)]
        server = serve(lambda context: BRIDGES[bridge](*where)(context))
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        events = await reading.rest()
        thread_id = events[0]["thread"]["id"]
        assert_outcome(scenario, events, "failed" if scenario.code else "completed")
        assert said(await fetch(server, "threads.get_by_id", thread_id=thread_id)) == scenario.stored
        assert len(model.requests) == scenario.requests
        assert_nothing_leaks(events, caplog.text)

        where[:] = model.base_url, 5.0
        model.replies = [Reply(("Better",))]
        reading = await open_stream(
            server, "threads.add_user_message", thread_id=thread_id, input=user_input("and now?")
        )
        assert (await reading.rest())[-1]["status"] == "completed"
        assert (
            said(await fetch(server, "threads.get_by_id", thread_id=thread_id)) == f"{scenario.stored}Better"
        )


def assert_outcome(scenario: Scenario, events: list[dict[str, Any]], status: str) -> None:
    errors = [event for event in events if event["type"] == "error"]
    assert events[-1]["status"] == status
    if scenario.code is None:
        assert errors == []
        return
    words = MODEL_ERRORS[scenario.code]
    assert errors == [
        {"type": "error", "code": scenario.code, "message": words.message, "allow_retry": words.allow_retry}
    ]
    done = [event["item"]["type"] for event in events if event["type"] == "thread.item.done"]
    assert done[1:] == (["assistant_message"] if scenario.stored else [])


def assert_nothing_leaks(events: list[dict[str, Any]], log: str) -> None:
    assert KEY not in str(events) + log
    assert "127.0.0.1" not in str(events)
    assert "model.invalid" not in str(events)
