"""A key never reaches the page or the log, whatever says it: on every bridge, and in development, too."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a model imports it when it is made: that blocks
import pytest

from tests.agents.bridges import BRIDGES, CHECKED, KEY, serve
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.server.app import user_input
from tests.server.durable import open_stream
from tests.services import free_port
from turnstream.agents import AgentContext, ModelError, ModelErrorCode
from turnstream.agents.chat_completions import ChatModel
from turnstream.agents.checked_streams import CheckedStreams
from turnstream.errors import CustomStreamError
from turnstream.types import ThreadStreamEvent

ALL = {**BRIDGES, **{f"{name}, checked": bridge for name, bridge in CHECKED.items()}}
CANARY = "CANARYcanary0123456789CANARYcanary"
SAID = {
    "prefixed": f"Incorrect API key provided: xai-{CANARY}",
    "bare": f"Access denied due to invalid subscription key {CANARY}",
    "header": f"headers: {{'x-goog-api-key': '{CANARY.lower()}'}}",
    "url": f"see https://models.example/v1?key={CANARY.lower()}&alt=sse",
    "database": f"postgresql://chat:{CANARY.lower()}@db.internal/chat",
}


def cut(text: str) -> ModelError:
    return ModelError(ModelErrorCode.CUT, text)


async def asked(respond: Any, caplog: pytest.LogCaptureFixture, *, dev: bool) -> str:
    """All that the page and the log get of a turn."""
    caplog.set_level(logging.DEBUG, "turnstream")
    server = serve(respond)
    server.shows_errors = dev
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    events = await reading.rest()
    assert "error" in [event["type"] for event in events]
    records = [f"{record.getMessage()} {record.args} {record.exc_info!r}" for record in caplog.records]
    ours = [
        text
        for text, record in zip(records, caplog.records, strict=True)
        if record.name.startswith("turnstream")
    ]
    return f"{events}\n{caplog.text}\n{ours}".lower()


@pytest.mark.parametrize("bridge", ALL)
@pytest.mark.parametrize("said", SAID)
async def test_a_key_that_the_model_server_repeats(
    said: str, bridge: str, caplog: pytest.LogCaptureFixture
) -> None:
    reply = Reply(status=401, error={"message": f"{SAID[said]} {KEY}"})
    async with ScriptedServer([reply]) as model:
        heard = await asked(ALL[bridge](model.base_url, 60.0), caplog, dev=True)
    assert CANARY.lower() not in heard
    assert KEY not in heard


@pytest.mark.parametrize("bridge", ALL)
async def test_a_password_in_the_address_of_the_model(bridge: str, caplog: pytest.LogCaptureFixture) -> None:
    url = f"http://bob:{CANARY.lower()}@127.0.0.1:{free_port()}/v1"
    heard = await asked(ALL[bridge](url, 60.0), caplog, dev=True)
    assert CANARY.lower() not in heard


@pytest.mark.parametrize("dev", [True, False])
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("kind", [RuntimeError, CustomStreamError, cut])
async def test_a_key_in_an_exception_of_the_app(
    kind: Any, said: str, dev: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
        try:
            raise ConnectionError(SAID[said])
        except ConnectionError as exc:
            raise kind(f"failed: {exc}") from exc
        yield

    assert CANARY.lower() not in await asked(respond, caplog, dev=dev)


async def test_no_repr_shows_a_key() -> None:
    model = ChatModel(
        "m",
        base_url=f"https://bob:{CANARY}@models.example/v1?key={CANARY}",
        api_key=CANARY,
        headers={"x-api-key": CANARY},
    )
    errors = [ModelError(ModelErrorCode.CUT, said) for said in SAID.values()]
    for error in errors:
        error.detail = f"again {SAID['bare']}"
    for shown in (model, CheckedStreams(), *errors, *map(str, errors)):
        assert CANARY.lower() not in repr(shown).lower()
    assert repr(model) == "ChatModel('m', base_url='https://***@models.example/v1?key=***')"
