"""What becomes of a turn when its model fails: the same on every bridge.

Each row is a fault, the code that the client gets, and what is kept of the answer. A bridge joins by a line in
`BRIDGES`.
"""

import logging
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a model imports it when it is made: that blocks
import pytest
from agents import Agent, Model, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner
from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph
from openai import AsyncOpenAI
from pydantic import SecretStr
from pydantic_ai import Agent as PydanticAgent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from tests.agents.scripted_server import Reply, ScriptedServer, unused_port
from tests.server.app import user_input
from tests.server.durable import Server, fetch, memory_server, open_stream
from turnstream.agents import AgentContext, simple_to_agent_input, stream_agent_response
from turnstream.agents.chat_completions import ChatModel, stream_chat_response, to_messages
from turnstream.agents.langgraph import stream_graph
from turnstream.agents.langgraph import to_messages as to_langchain
from turnstream.agents.model_errors import MODEL_ERRORS, ModelErrorCode
from turnstream.agents.pydantic_ai import stream_agent_response as stream_pydantic_ai
from turnstream.agents.pydantic_ai import to_message_history
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

KEY = "sk-secret-of-the-test"

Respond = Callable[[AgentContext[Any]], AsyncIterator[ThreadStreamEvent]]
Bridge = Callable[[str, float], Respond]
"""From a base URL, and how long to wait for the first byte and for each later one, to a `respond`.

It lets the model there answer the thread, and asks at most three times.
"""


def chat_completions(base_url: str, patience_s: float) -> Respond:
    async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
        model = ChatModel(
            "m", base_url=base_url, api_key=KEY, first_byte_timeout_s=patience_s, idle_timeout_s=patience_s
        )
        items = await context.store.load_thread_items(
            context.thread.id, None, 50, "asc", context=context.request_context
        )
        async with model:
            async for event in stream_chat_response(context, model, await to_messages(items.data)):
                yield event

    return respond


def agents_sdk(make_model: Callable[[str, AsyncOpenAI], Model]) -> Bridge:
    def bridge(base_url: str, patience_s: float) -> Respond:
        async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
            async with AsyncOpenAI(base_url=base_url, api_key=KEY, timeout=patience_s, max_retries=2) as client:
                agent = Agent[Any](name="a", model=make_model("m", client))
                items = await context.store.load_thread_items(
                    context.thread.id, None, 50, "asc", context=context.request_context
                )
                run = Runner.run_streamed(agent, await simple_to_agent_input(items.data), context=context)
                async for event in stream_agent_response(context, run):
                    yield event

        return respond

    return bridge


def pydantic_ai(base_url: str, patience_s: float) -> Respond:
    async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
        async with AsyncOpenAI(base_url=base_url, api_key=KEY, timeout=patience_s, max_retries=2) as client:
            model = OpenAIChatModel("m", provider=OpenAIProvider(openai_client=client))
            agent = PydanticAgent[AgentContext[Any], str](model, deps_type=AgentContext[Any])
            items = await context.store.load_thread_items(
                context.thread.id, None, 50, "asc", context=context.request_context
            )
            run = agent.run_stream_events(message_history=to_message_history(items.data), deps=context)
            async for event in stream_pydantic_ai(context, run):
                yield event

    return respond


def langgraph(base_url: str, patience_s: float) -> Respond:
    model = ChatOpenAI(model="m", base_url=base_url, api_key=SecretStr(KEY), timeout=patience_s, max_retries=2)

    async def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await model.ainvoke(state["messages"])]}

    builder: Any = StateGraph(MessagesState)
    builder.add_node("answer", answer)
    builder.add_edge(START, "answer")
    graph = builder.compile()

    async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
        items = await context.store.load_thread_items(
            context.thread.id, None, 50, "asc", context=context.request_context
        )
        async for event in stream_graph(context, graph, {"messages": to_langchain(items.data)}):
            yield event

    return respond


BRIDGES: dict[str, Bridge] = {
    "pydantic_ai": pydantic_ai,
    "langgraph": langgraph,
    "chat_completions": chat_completions,
    "agents": agents_sdk(OpenAIChatCompletionsModel),
    "agents, responses": agents_sdk(OpenAIResponsesModel),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A fault and what comes of it; `reply` for ever, or first, with `then` after it."""

    name: str
    reply: Reply | None = None
    then: Reply | None = None
    base_url: str | None = None
    code: ModelErrorCode | None = None
    kept: str = ""
    requests: int = 1


HELLO = ("He", "llo ")
REFUSED_AT_ONCE = {"retry-after-ms": "1"}
TOO_LONG = {"code": "context_length_exceeded", "message": "This model's maximum context length is 8 tokens."}

SCENARIOS = (
    Scenario(name="connection refused", base_url="refused", code=ModelErrorCode.UNREACHABLE, requests=0),
    Scenario(name="unknown host", base_url="http://model.invalid/v1", code=ModelErrorCode.UNREACHABLE, requests=0),
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
        kept="Hello ",
        requests=2,
    ),
    Scenario(
        name="rate limit for an hour",
        reply=Reply(status=429, headers={"retry-after": "3600"}),
        code=ModelErrorCode.RATE_LIMITED,
    ),
    Scenario(name="context too long", reply=Reply(status=400, error=TOO_LONG), code=ModelErrorCode.CONTEXT_LENGTH),
    Scenario(name="bad request", reply=Reply(status=400), code=ModelErrorCode.BAD_REQUEST),
    Scenario(
        name="server error",
        reply=Reply(status=500, headers=REFUSED_AT_ONCE),
        code=ModelErrorCode.OVERLOADED,
        requests=3,
    ),
    Scenario(
        name="overloaded", reply=Reply(status=503, headers=REFUSED_AT_ONCE), code=ModelErrorCode.OVERLOADED, requests=3
    ),
    Scenario(name="no first byte", reply=Reply(fault="silence"), code=ModelErrorCode.TIMEOUT),
    Scenario(name="stall", reply=Reply(HELLO, "stall"), code=ModelErrorCode.STALLED, kept="Hello "),
    Scenario(name="connection cut", reply=Reply(HELLO, "cut"), code=ModelErrorCode.CUT, kept="Hello "),
    Scenario(name="end without a finish", reply=Reply(HELLO, "end"), code=ModelErrorCode.CUT, kept="Hello "),
    Scenario(name="garbage", reply=Reply(HELLO, "garbage"), code=ModelErrorCode.BAD_STREAM, kept="Hello "),
    Scenario(
        name="content filter",
        reply=Reply(HELLO, finish_reason="content_filter"),
        code=ModelErrorCode.CONTENT_FILTER,
        kept="Hello ",
    ),
    Scenario(name="cut at the length", reply=Reply(HELLO, finish_reason="length"), kept="Hello "),
    Scenario(name="length before any text", reply=Reply(finish_reason="length"), code=ModelErrorCode.OUTPUT_LIMIT),
)


OTHERWISE: dict[str, dict[str, dict[str, Any]]] = {
    "agents": {
        "no first byte": {"requests": 3},  # the openai client asks again after a timeout too
        "end without a finish": {"code": None},  # the SDK takes the end for a finish, and does not say
        "content filter": {"code": None},  # nor why the model finished
    },
    "agents, responses": {
        "no first byte": {"requests": 3},
        "cut at the length": {"code": ModelErrorCode.OUTPUT_LIMIT},  # the SDK ends such a run; the text is kept
    },
    "pydantic_ai": {"no first byte": {"requests": 3}, "end without a finish": {"code": None}},
    "langgraph": {"no first byte": {"requests": 3}, "end without a finish": {"code": None}},
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


def serve(respond: Respond) -> Server:
    async def run(
        thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        of = AgentContext[Any](thread=thread, store=server.store, request_context=request_context)
        async for event in respond(of):
            yield event

    server = memory_server(run)
    return server


def said(thread: dict[str, Any]) -> str:
    answers = [item for item in thread["items"]["data"] if item["type"] == "assistant_message"]
    return "".join(part["text"] for item in answers for part in item["content"])


@pytest.mark.parametrize("bridge", BRIDGES)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_a_fault_of_the_model(scenario: Scenario, bridge: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "turnstream")
    scenario = replace(scenario, **OTHERWISE.get(bridge, {}).get(scenario.name, {}))
    replies = [reply for reply in (scenario.reply, scenario.then) if reply is not None]
    async with ScriptedServer(replies or [Reply(("never",))]) as model:
        url = scenario.base_url or model.base_url
        url = f"http://127.0.0.1:{unused_port()}/v1" if url == "refused" else url
        fault = scenario.reply.fault if scenario.reply is not None else None
        # Silence is silence however slow the machine is; before a stall the first words must come in time.
        where: list[Any] = [url, {"silence": 0.3, "stall": 2.0}.get(fault or "", 60.0)]
        server = serve(lambda context: BRIDGES[bridge](*where)(context))
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        events = await reading.rest()
        thread_id = events[0]["thread"]["id"]
        assert_outcome(scenario, events, "failed" if scenario.code else "completed")
        assert said(await fetch(server, "threads.get_by_id", thread_id=thread_id)) == scenario.kept
        assert len(model.requests) == scenario.requests
        assert_nothing_leaks(events, caplog.text)

        where[:] = model.base_url, 5.0
        model.replies = [Reply(("Better",))]
        reading = await open_stream(
            server, "threads.add_user_message", thread_id=thread_id, input=user_input("and now?")
        )
        assert (await reading.rest())[-1]["status"] == "completed"
        assert said(await fetch(server, "threads.get_by_id", thread_id=thread_id)) == f"{scenario.kept}Better"


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
    assert done[1:] == (["assistant_message"] if scenario.kept else [])


def assert_nothing_leaks(events: list[dict[str, Any]], log: str) -> None:
    assert KEY not in str(events) + log
    assert "127.0.0.1" not in str(events)
    assert "model.invalid" not in str(events)
