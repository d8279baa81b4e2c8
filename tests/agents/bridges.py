"""A `respond` of each bridge, with its framework's real client of a model's server."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol, TypeAlias

import aiohttp  # noqa: F401  # pyright: ignore[reportUnusedImport]  # a model imports it when it is made: that blocks
import httpx2
from agents import Agent, Model, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner
from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from openai import AsyncOpenAI
from pydantic import SecretStr
from pydantic_ai import Agent as PydanticAgent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from tests.server.durable import Server, memory_server
from turnstream.agents import AgentContext, openai_agents, simple_to_agent_input, stream_agent_response
from turnstream.agents import langgraph as langgraph_bridge
from turnstream.agents import pydantic_ai as pydantic_ai_bridge
from turnstream.agents.chat_completions import ChatModel, stream_chat_response, to_messages
from turnstream.agents.checked_streams import CheckedStreams
from turnstream.agents.core import FileLimits
from turnstream.agents.langgraph import stream_graph
from turnstream.agents.langgraph import to_messages as to_langchain
from turnstream.agents.pydantic_ai import stream_agent_response as stream_pydantic_ai
from turnstream.agents.pydantic_ai import to_message_history
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

__all__ = ["BRIDGES", "CHECKED", "KEY", "OF_CHAT_COMPLETIONS", "Respond", "said", "serve"]

KEY = "sk-secret-of-the-test"

Respond = Callable[[AgentContext[Any]], AsyncIterator[ThreadStreamEvent]]
Limits: TypeAlias = FileLimits | None
MakeClient = Callable[..., AsyncOpenAI]


class Bridge(Protocol):
    """From a base URL, and how long to wait for the first byte and for each later one, to a `respond`.

    It lets the model there answer the thread, with these tools and within these limits of files, and asks at
    most three times.
    """

    def __call__(
        self, base_url: str, patience_s: float, tools: Sequence[Any] = (), /, *, limits: Limits = None
    ) -> Respond: ...


def checked(**options: Any) -> AsyncOpenAI:
    """A client whose streams are checked."""
    return AsyncOpenAI(http_client=httpx2.AsyncClient(transport=CheckedStreams()), **options)


def chat_completions(
    base_url: str, patience_s: float, tools: Sequence[Any] = (), *, limits: Limits = None
) -> Respond:
    async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
        model = ChatModel(
            "m", base_url=base_url, api_key=KEY, first_byte_timeout_s=patience_s, idle_timeout_s=patience_s
        )
        items = await context.store.load_thread_items(
            context.thread.id, None, 50, "asc", context=context.request_context
        )
        async with model:
            messages = await to_messages(items.data, limits=limits)
            async for event in stream_chat_response(context, model, messages, tools=tools):
                yield event

    return respond


def agents_sdk(
    make_model: Callable[[str, AsyncOpenAI], Model], make_client: MakeClient = AsyncOpenAI
) -> Bridge:
    def bridge(
        base_url: str, patience_s: float, tools: Sequence[Any] = (), *, limits: Limits = None
    ) -> Respond:
        async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
            async with make_client(
                base_url=base_url, api_key=KEY, timeout=patience_s, max_retries=2
            ) as client:
                own = openai_agents.tools(tools)
                agent = Agent[Any](name="a", model=make_model("m", client), tools=own)
                items = await context.store.load_thread_items(
                    context.thread.id, None, 50, "asc", context=context.request_context
                )
                given = await simple_to_agent_input(items.data, limits=limits)
                run = Runner.run_streamed(agent, given, context=context)
                async for event in stream_agent_response(context, run):
                    yield event

        return respond

    return bridge


def pydantic_ai(
    base_url: str,
    patience_s: float,
    tools: Sequence[Any] = (),
    make_client: MakeClient = AsyncOpenAI,
    *,
    limits: Limits = None,
) -> Respond:
    async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
        async with make_client(base_url=base_url, api_key=KEY, timeout=patience_s, max_retries=2) as client:
            model = OpenAIChatModel("m", provider=OpenAIProvider(openai_client=client))
            own = pydantic_ai_bridge.tools(tools)
            agent = PydanticAgent[AgentContext[Any], str](model, deps_type=AgentContext[Any], tools=own)
            items = await context.store.load_thread_items(
                context.thread.id, None, 50, "asc", context=context.request_context
            )
            history = await to_message_history(items.data, limits=limits)
            run = agent.run_stream_events(message_history=history, deps=context)
            async for event in stream_pydantic_ai(context, run):
                yield event

    return respond


def langgraph(
    base_url: str,
    patience_s: float,
    tools: Sequence[Any] = (),
    transport: httpx2.AsyncBaseTransport | None = None,
    *,
    limits: Limits = None,
) -> Respond:
    # One of its own: the one that LangChain shares has connections of the event loops of former tests.
    http_client = httpx2.AsyncClient(transport=transport)
    model = ChatOpenAI(
        model="m",
        base_url=base_url,
        api_key=SecretStr(KEY),
        timeout=patience_s,
        max_retries=2,
        http_async_client=http_client,
    )

    async def answer(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await bound.ainvoke(state["messages"])]}

    own = langgraph_bridge.tools(tools)
    untyped: Any = model
    bound = untyped.bind_tools(own) if own else model
    builder: Any = StateGraph(MessagesState)
    builder.add_node("answer", answer)
    builder.add_node("tools", ToolNode(own))
    builder.add_edge(START, "answer")
    builder.add_conditional_edges("answer", tools_condition)
    builder.add_edge("tools", "answer")
    graph = builder.compile()

    async def respond(context: AgentContext[Any]) -> AsyncIterator[ThreadStreamEvent]:
        items = await context.store.load_thread_items(
            context.thread.id, None, 50, "asc", context=context.request_context
        )
        try:
            messages = await to_langchain(items.data, limits=limits)
            async for event in stream_graph(context, graph, {"messages": messages}):
                yield event
        finally:
            await http_client.aclose()

    return respond


BRIDGES: dict[str, Bridge] = {
    "pydantic_ai": pydantic_ai,
    "langgraph": langgraph,
    "chat_completions": chat_completions,
    "agents": agents_sdk(OpenAIChatCompletionsModel),
    "agents, responses": agents_sdk(OpenAIResponsesModel),
}

OF_CHAT_COMPLETIONS = {name: bridge for name, bridge in BRIDGES.items() if name != "agents, responses"}
"""One of each framework: they ask the same server in the same words."""


CHECKED: dict[str, Bridge] = {
    "agents": agents_sdk(OpenAIChatCompletionsModel, checked),
    "pydantic_ai": lambda url, patience_s, tools=(), limits=None: pydantic_ai(
        url, patience_s, tools, checked, limits=limits
    ),
    "langgraph": lambda url, patience_s, tools=(), limits=None: langgraph(
        url, patience_s, tools, CheckedStreams(), limits=limits
    ),
}
"""Those whose frameworks don't report how an answer ended, with `CheckedStreams`."""


def serve(respond: Respond, **options: Any) -> Server:
    async def run(
        thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        of = AgentContext[Any](thread=thread, store=server.store, request_context=request_context)
        async for event in respond(of):
            yield event

    server = memory_server(run, **options)
    return server


def said(thread: dict[str, Any]) -> str:
    answers = [item for item in thread["items"]["data"] if item["type"] == "assistant_message"]
    return "".join(part["text"] for item in answers for part in item["content"])
