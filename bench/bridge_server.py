"""The measured servers: one answer of a model at 50 tokens a second, by each bridge, and by the official
package.

    python -m bench.bridge_server KIND PORT      with MODEL_URL in the environment

`sdk` runs the same OpenAI Agents SDK agent and drops what it says: what the SDK itself costs.
"""

import os
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from bench.emit_server import seconds_of, serve

URL = os.environ.get("MODEL_URL", "")


def sdk_run(seconds: float, context: Any) -> Any:
    from agents import Agent, OpenAIResponsesModel, RunConfig, Runner

    model = OpenAIResponsesModel(f"paced:{seconds:g}", _openai())
    agent = Agent[Any](name="Bench", instructions="Be brief.", model=model)
    return Runner.run_streamed(agent, "Hello", context=context, run_config=RunConfig(tracing_disabled=True))


_CLIENTS: list[Any] = []


def _openai() -> Any:
    """One client for all, as in an app; its pool is as large as the benchmark needs."""
    from openai import AsyncOpenAI

    if not _CLIENTS:
        _CLIENTS.append(AsyncOpenAI(base_url=URL, api_key="bench", timeout=600))
    return _CLIENTS[0]


def official_app() -> Any:
    from chatkit import agents
    from chatkit.server import ChatKitServer

    from bench.official_store import MemoryStore

    class Server(ChatKitServer[Any]):
        async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
            of: Any = agents.AgentContext(thread=thread, store=self.store, request_context=context)
            stream = getattr(agents, "stream_agent_response")  # noqa: B009  # partly untyped
            async for event in stream(of, sdk_run(seconds_of(input_user_message), of)):
                yield event

    server = Server(MemoryStore())

    async def chat(request: Request) -> StreamingResponse:
        result: Any = await server.process(await request.body(), "bench")
        return StreamingResponse(result, media_type="text/event-stream")

    return Starlette(routes=[Route("/chatkit", chat, methods=["POST"])])


async def sdk_app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body = (await receive())["body"]
    seconds = float(body.split(b'"text":"')[1].split(b'"')[0])
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
    )
    await send({"type": "http.response.body", "body": b"data: {}\n\n", "more_body": True})
    async for _ in sdk_run(seconds, None).stream_events():
        pass
    await send({"type": "http.response.body", "body": b""})


def our_app(respond: Callable[[Any, float], AsyncIterator[Any]]) -> Any:
    from bench.unlimited import UNLIMITED
    from turnstream.agents import AgentContext
    from turnstream.http import create_app
    from turnstream.server import ChatKitServer
    from turnstream.store import MemoryStore

    class Server(ChatKitServer[Any]):
        def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
            of = AgentContext[Any](thread=thread, store=self.store, request_context=context)
            return respond(of, seconds_of(input_user_message))

    return create_app(Server(MemoryStore()), authenticate=lambda request: "bench", limits=UNLIMITED)


def agents_app() -> Any:
    from turnstream.agents import stream_agent_response

    return our_app(lambda of, seconds: stream_agent_response(of, sdk_run(seconds, of)))


def chat_completions_app() -> Any:
    from turnstream.agents.chat_completions import ChatModel, stream_chat_response

    messages = [{"role": "user", "content": "Hello"}]
    models: dict[float, ChatModel] = {}

    def respond(of: Any, seconds: float) -> AsyncIterator[Any]:
        if seconds not in models:
            models[seconds] = ChatModel(f"paced:{seconds:g}", base_url=URL)
        return stream_chat_response(of, models[seconds], messages)

    return our_app(respond)


def pydantic_ai_app() -> Any:
    from pydantic_ai import Agent
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    from turnstream.agents.pydantic_ai import stream_agent_response

    agent = Agent[Any, str](deps_type=object)

    def respond(of: Any, seconds: float) -> AsyncIterator[Any]:
        model = OpenAIChatModel(f"paced:{seconds:g}", provider=OpenAIProvider(openai_client=_openai()))
        return stream_agent_response(of, agent.run_stream_events("Hello", deps=of, model=model))

    return our_app(respond)


def langgraph_app() -> Any:
    from langchain_openai import ChatOpenAI
    from langgraph.graph import END, START, MessagesState, StateGraph

    from turnstream.agents.langgraph import stream_graph

    graphs: dict[float, Any] = {}

    def graph_of(seconds: float) -> Any:
        model: Any = ChatOpenAI(model=f"paced:{seconds:g}", base_url=URL, api_key="bench")  # pyright: ignore[reportArgumentType]

        async def answer(state: MessagesState) -> dict[str, Any]:
            return {"messages": [await model.ainvoke(state["messages"])]}

        made: Any = StateGraph(MessagesState)
        made.add_node("answer", answer)
        made.add_edge(START, "answer")
        made.add_edge("answer", END)
        return made.compile()

    def respond(of: Any, seconds: float) -> AsyncIterator[Any]:
        if seconds not in graphs:
            graphs[seconds] = graph_of(seconds)
        return stream_graph(of, graphs[seconds], {"messages": [("user", "Hello")]})

    return our_app(respond)


APPS: dict[str, Callable[[], Any]] = {
    "sdk": lambda: sdk_app,
    "official": official_app,
    "agents": agents_app,
    "chat_completions": chat_completions_app,
    "pydantic_ai": pydantic_ai_app,
    "langgraph": langgraph_app,
}


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    serve(APPS[kind](), port)


if __name__ == "__main__":
    main()
