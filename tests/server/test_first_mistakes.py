"""What a newcomer does wrong in `respond` is named, with its remedy: in the log, and in development in the
chat.
"""

import inspect
import logging
import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import agents as sdk
import pytest

from tests.server.app import ScriptedServer, added, create, delta, message, user_input
from tests.server.durable import memory_server, open_stream
from turnstream.agents import AgentContext, stream_agent_response
from turnstream.agents.chat_completions import ChatModel, stream_chat_response
from turnstream.agents.langgraph import stream_graph
from turnstream.agents.pydantic_ai import stream_agent_response as stream_pydantic_ai
from turnstream.contracts import Effect
from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import MemoryStore, SqlStore, StorageError
from turnstream.types import ProgressUpdateEvent, ThreadStreamEvent

Events = AsyncIterator[ThreadStreamEvent]


async def yields_text(thread: Any, item: Any, context: Any) -> AsyncIterator[Any]:
    yield "Hello"


async def yields_an_item(thread: Any, item: Any, context: Any) -> Any:
    yield message(thread, "Hello")


async def returns(thread: Any, item: Any, context: Any) -> Any:
    return "Hello"


def is_not_async(thread: Any, item: Any, context: Any) -> Any:
    yield delta("Hello")


def returns_at_once(thread: Any, item: Any, context: Any) -> Any:
    return "Hello"


def returns_nothing(thread: Any, item: Any, context: Any) -> Any: ...


def undecorated(function: Callable[..., Any]) -> Any:
    return function


def of_the_sdk(function: Callable[..., Any]) -> Any:
    return sdk.function_tool(function)


def gives_for_a_tool(decorated: Callable[[Any], Any]) -> Any:
    def search(query: str) -> str:
        """Search."""
        return query

    async def respond(thread: Any, item: Any, context: Any) -> Any:
        of = AgentContext[Any](
            thread=thread, store=ScriptedServer(yields_text).store, request_context=context
        )
        model = ChatModel("m", base_url="http://127.0.0.1:1/v1")
        async for event in stream_chat_response(of, model, [], tools=[decorated(search)]):
            yield event

    return respond


async def forgets_the_context(thread: Any, item: Any, context: Any) -> Any:
    async for event in stream_chat_response(context, ChatModel("m", base_url="http://127.0.0.1:1/v1"), []):
        yield event


def forgets_it_in(stream: Callable[..., Any]) -> Any:
    async def respond(thread: Any, item: Any, context: Any) -> Any:
        async for event in stream(context, None):
            yield event

    return respond


async def to_messages() -> list[dict[str, Any]]:
    return []


async def forgets_to_await(thread: Any, item: Any, context: Any) -> Any:
    of = AgentContext[Any](thread=thread, store=ScriptedServer(yields_text).store, request_context=context)
    messages: Any = to_messages()
    async for event in stream_chat_response(of, ChatModel("m", base_url="http://127.0.0.1:1/v1"), messages):
        yield event


async def shows_an_unknown_icon(thread: Any, item: Any, context: Any) -> Events:
    icon: Any = "book"
    yield ProgressUpdateEvent(icon=icon, text="Reading")


class SetStock(Effect):
    sku: str


async def yields_an_effect(thread: Any, item: Any, context: Any) -> Any:
    yield SetStock(sku="A-1")


async def pieces(*given: Any) -> AsyncIterator[Any]:
    for piece in given:
        yield piece


async def yields_a_stream(thread: Any, item: Any, context: Any) -> Any:
    yield stream_text(thread, pieces("Hello"))


def streams(tokens: Callable[[], Any]) -> Any:
    async def respond(thread: Any, item: Any, context: Any) -> Any:
        async for event in stream_text(thread, tokens()):
            yield event

    return respond


MISTAKES: list[tuple[Any, str]] = [
    (
        yields_text,
        "respond() yielded 'Hello' (str), which is not an event: to answer with text, yield the events of "
        "`stream_te",
    ),
    (yields_an_item, "(AssistantMessageItem), which is not an event: yield events of `turnstream.types`"),
    (yields_an_effect, "(SetStock), which is not an event: yield `SetStock(…).event()`"),
    (
        yields_a_stream,
        "(async_generator), which is not an event: yield its events one by one, `async for event in",
    ),
    (
        streams(lambda: "Hello"),
        "stream_text() takes an async iterator of str, not 'Hello' (str): give it what an",
    ),
    (
        streams(lambda: ["Hello"]),
        "stream_text() takes an async iterator of str, not ['Hello'] (list): give it",
    ),
    (
        streams(lambda: (piece for piece in ("Hello",))),
        "(generator): give it what an `async def` that yields str",
    ),
    (
        streams(lambda: pieces("Hello", None)),
        "stream_text() takes pieces of text, not None (NoneType): yield str only",
    ),
    (streams(lambda: pieces(3)), "stream_text() takes pieces of text, not 3 (int): yield str only"),
    (
        streams(lambda: pieces(b"Hello")),
        "stream_text() takes pieces of text, not b'Hello' (bytes): yield str only",
    ),
    (returns, "respond() returns instead of yielding events: make it `async def` and yield events"),
    (is_not_async, "respond() is a plain generator: make it `async def`"),
    (returns_at_once, "respond() returned 'Hello' (str): make it `async def` and yield events"),
    (returns_nothing, "respond() returned None (NoneType): make it `async def` and yield events"),
    (
        forgets_the_context,
        "in respond(), write AgentContext(thread=thread, store=self.store, request_context=context)",
    ),
    (forgets_it_in(stream_agent_response), "context must be an AgentContext, not "),
    (forgets_it_in(stream_pydantic_ai), "context must be an AgentContext, not "),
    (forgets_it_in(partial(stream_graph, input={})), "context must be an AgentContext, not "),
    (forgets_to_await, "messages is a coroutine: await it, as in `await to_messages(…)`"),
    (shows_an_unknown_icon, "no icon is called 'book' (similar: 'notebook', 'book-open')"),
    (
        gives_for_a_tool(undecorated),
        "tools has search, which is no tool of this bridge: in respond(), give it functions",
    ),
    (
        gives_for_a_tool(of_the_sdk),
        "tools has search, which is no tool of this bridge: in respond(), give it functions",
    ),
]


@pytest.mark.parametrize(("respond", "says"), MISTAKES)
async def test_the_log_names_respond_and_the_remedy(
    respond: Any, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, events = await create(ScriptedServer(respond))
    assert events[-1] == {"type": "error", "code": "stream.error", "allow_retry": True}
    assert says in caplog.text


@pytest.mark.parametrize(("respond", "says"), MISTAKES)
async def test_in_development_the_chat_says_it(respond: Any, says: str) -> None:
    server = memory_server(respond)
    server.shows_errors = True
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    *_, error, ended = await reading.rest()
    assert (error["type"], error["code"], error["allow_retry"]) == ("error", "custom", True)
    assert says in error["message"]
    assert ended["status"] == "failed"


async def test_in_development_an_exception_stands_in_the_chat() -> None:
    async def fails(thread: Any, item: Any, context: Any) -> Events:
        yield added(thread)
        raise LookupError("the shelf is empty")

    server = ScriptedServer(fails)
    server.shows_errors = True
    _, events = await create(server)
    assert events[-1]["message"].startswith("LookupError: the shelf is empty (")
    assert "test_first_mistakes.py, line " in events[-1]["message"]


async def test_the_place_that_is_named_is_in_the_apps_own_code() -> None:
    server = memory_server(shows_an_unknown_icon)
    server.shows_errors = True
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    *_, error, _ = await reading.rest()
    line = inspect.getsourcelines(shows_an_unknown_icon)[1] + 2
    assert error["message"].endswith(f"test_first_mistakes.py, line {line})")


async def silent(thread: Any, item: Any, context: Any) -> Events:
    for event in ():
        yield event


async def test_silence_is_named_in_the_log_and_in_development_in_the_chat(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = memory_server(silent)
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    assert not [event for event in await reading.rest() if event["type"] == "notice"]
    assert "respond() ended without an event" in caplog.text
    server.shows_errors = True
    reading = await open_stream(server, "threads.create", input=user_input("hi"))
    (notice,) = [event for event in await reading.rest() if event["type"] == "notice"]
    assert notice["message"].startswith(
        "respond() ended without an event, so the person sees no answer: yield events"
    )


def wrong(given: Any) -> Any:
    """Return it, for a parameter that takes another type."""
    return given


class Silent(ChatKitServer[Any]):
    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Events:
        async for event in silent(thread, input_user_message, context):
            yield event


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: create_app(wrong(ScriptedServer)),
            "takes a server, not the class ScriptedServer: call it, as in Scripted",
        ),
        (lambda: create_app(wrong(None)), "create_app() takes a ChatKitServer, not None (NoneType)"),
        (
            lambda: Silent(wrong("chat.sqlite")),
            "or SqlStore('sqlite:///chat.sqlite'), not 'chat.sqlite'",
        ),
        (lambda: Silent(wrong(MemoryStore)), "the store must be a Store, such as MemoryStore()"),
        (
            lambda: SqlStore("chat.sqlite"),
            "not the URL of a database: write sqlite:///chat.sqlite, or postgresql://",
        ),
        (lambda: SqlStore("mysql://host/chat"), "not mysql: write sqlite:///chat.sqlite, or postgresql://"),
        (
            lambda: SqlStore("postgresql://host:port/chat"),
            "not the URL of a database: write sqlite:///chat.sqlite",
        ),
    ],
)
def test_what_is_given_in_place_of_another_thing_is_named(make: Callable[[], Any], says: str) -> None:
    with pytest.raises((TypeError, StorageError), match=re.escape(says)):
        make()


async def test_in_production_nothing_of_an_exception_leaves_the_server(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR)

    async def fails(thread: Any, item: Any, context: Any) -> Events:
        yield added(thread)
        raise LookupError("the shelf is empty")

    _, events = await create(ScriptedServer(fails))
    assert "shelf" not in str(events)
    assert "the shelf is empty" in caplog.text
