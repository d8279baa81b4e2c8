"""What every bridge does, with its framework's real client of chat completions over a socket."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from tests.agents.conversation import ANSWER_OF_PAGE, EVENTS, ITEMS, QUESTION, Call, Step, normalised, summary
from tests.agents.reading import THREAD, answer, context, items_of, pending_calls, read, read_until, texts
from tests.agents.servers.conversation_server import ModelServer
from tests.agents.servers.scripted_server import Reply, ScriptedServer
from tests.server.app import user_input
from tests.server.durable import Server, memory_server, open_stream
from turnstream.agents import AgentContext, ModelError
from turnstream.agents.core import ToolFunctionError
from turnstream.errors import CustomStreamError, LimitError
from turnstream.limits import Limits, limits_of_turn
from turnstream.types import (
    InferenceOptions,
    ProgressUpdateEvent,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    UserMessageTextContent,
)
from turnstream.widgets import Card, Text

Events = AsyncIterator[ThreadStreamEvent]


def said(tokens: Sequence[str], arguments: str | None = None) -> Reply:
    """What the model says, and then calls `look` with; the connection ends, since no framework closes its
    client.
    """
    calls = [] if arguments is None else [("call_1", "look", arguments)]
    return Reply(tokens, calls=calls, headers={"connection": "close"})


class OwnContext(AgentContext[Any]):
    """An app's own."""


def user_message(text: str) -> UserMessageItem:
    return UserMessageItem(
        id="msg_user",
        thread_id=THREAD.id,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        content=[UserMessageTextContent(text=text)],
        inference_options=InferenceOptions(),
    )


def serving(speak: Callable[[AgentContext[Any], Sequence[ThreadItem]], Events]) -> Server:
    """A server whose turns are runs over the thread's history."""

    async def respond(thread: ThreadMetadata, item: UserMessageItem | None, request_context: Any) -> Events:
        of = AgentContext(thread=thread, store=server.store, request_context=request_context)
        page = await server.store.load_thread_items(thread.id, None, 50, "asc", context=request_context)
        async for event in speak(of, page.data):
            yield event

    server = memory_server(respond)
    return server


async def converse(server: Server) -> None:
    """Hold the conversation that all bridges show in the same way."""
    reading = await open_stream(server, "threads.create", input=user_input(QUESTION))
    (call,) = await pending_calls(reading)
    await answer(server, call, result=ANSWER_OF_PAGE)
    await reading.rest()
    assert summary(reading.events) == ["user", *EVENTS]
    assert normalised(await items_of(server, call["thread_id"])) == ITEMS


THINKS_BETWEEN_TURNS = (
    Step(thought="Which one?", calls=(Call("call_1", "get_selection", {"kind": "tree"}),)),
    Step(thought="That one.", text="Good."),
)


async def think_between_turns(server: Server) -> None:
    """Let the page answer a call that ended a run of `THINKS_BETWEEN_TURNS`: the thoughts are one
    workflow.
    """
    reading = await open_stream(server, "threads.create", input=user_input(QUESTION))
    await reading.rest()
    assert summary(reading.events) == ["user", "reasoning", "thought Which one?", "call get_selection"]
    thread_id = _thread_id(reading)
    again = await open_stream(server, "threads.add_client_tool_output", thread_id=thread_id, result="oak")
    await again.rest()
    assert summary(again.events) == ["thought That one.", "message", "Good.", "message done"]
    workflow = normalised(await items_of(server, thread_id))[1]
    assert workflow == {
        "type": "workflow",
        "workflow": "reasoning",
        "tasks": ["Which one?", "That one."],
        "ended": True,
    }


class BridgeConformance:
    """Subclass it in a test module, and say how the bridge runs a model that may call tools until it has an
    answer.
    """

    module: ClassVar[str]
    package: ClassVar[str]
    extra: ClassVar[str]
    ToolContext: ClassVar[Any]
    function_tool: ClassVar[Callable[..., Any]]
    client_tool: ClassVar[Callable[..., Any]]

    def speak(self, of: AgentContext[Any], base_url: str, *tools: Any, items: Sequence[ThreadItem]) -> Any:
        """Run a model at `base_url` over the history of a thread."""
        raise NotImplementedError

    def context_in(self, context: Any) -> AgentContext[Any]:
        """Our context in what a tool takes."""
        return context.context

    def raised_by_tool(self, error: Exception | None) -> BaseException | None:
        """What a tool raised, in what ended the run."""
        return error

    def run(self, of: AgentContext[Any], model: ModelServer, *tools: Any) -> Any:
        return self.speak(of, model.base_url, *tools, items=[user_message("go")])

    def serving(self, model: ModelServer, *tools: Any) -> Server:
        return serving(lambda of, items: self.speak(of, model.base_url, *tools, items=items))

    def taking_context(self, function: Callable[..., Any]) -> Callable[..., Any]:
        function.__annotations__["context"] = self.ToolContext
        return function

    async def test_text_grows_in_one_message(self) -> None:
        async with ModelServer([Step(text="Once upon a time")]).running() as model:
            events, raised = await read(self.run(await context(), model))
        assert raised is None
        assert summary(events) == ["message", "Once upon a time", "message done"]
        # The part, its text, which may be one if it came at once, and its end.
        assert 2 < sum(event.type == "thread.item.updated" for event in events) <= 2 + 4
        assert events[-1].item.id == events[0].item.id != "chatcmpl-1"

    async def test_what_a_tool_streams_stands_between_two_messages(self) -> None:
        async def look(place: str) -> AsyncIterator[ThreadStreamEvent | Card | str]:
            """Look around."""
            yield ProgressUpdateEvent(text=f"Looking around the {place}")
            yield Card(children=[Text(value="Oak")])
            yield "an oak"

        steps = [
            Step(text="I look.", calls=(Call("call_1", "look", {"place": "park"}),)),
            Step(text="An oak."),
        ]
        async with ModelServer(steps).running() as model:
            events, raised = await read(self.run(await context(), model, type(self).function_tool(look)))
        assert raised is None
        first, second = [["message", text, "message done"] for text in ("I look.", "An oak.")]
        assert summary(events) == [*first, "Looking around the park", "widget", *second]
        assert _tool_messages(model.requests[1]) == {"call_1": "an oak"}

    async def test_tools_of_one_step_run_at_once_and_keep_their_order(self) -> None:
        met = asyncio.Event()

        async def first() -> AsyncIterator[ThreadStreamEvent | str]:
            """Wait for the other."""
            yield ProgressUpdateEvent(text="first begins")
            await met.wait()
            yield ProgressUpdateEvent(text="first goes on")
            yield "1"

        async def second() -> AsyncIterator[ThreadStreamEvent | str]:
            """Let the other go on."""
            yield ProgressUpdateEvent(text="second")
            met.set()
            yield "2"

        steps = [Step(calls=(Call("call_1", "first", {}), Call("call_2", "second", {}))), Step(text="Done.")]
        tools = [type(self).function_tool(tool) for tool in (first, second)]
        async with ModelServer(steps).running() as model:
            events, raised = await read(self.run(await context(), model, *tools))
        assert raised is None
        assert summary(events)[:3] == ["first begins", "second", "first goes on"]
        assert _tool_messages(model.requests[1]) == {"call_1": "1", "call_2": "2"}

    async def test_a_tool_takes_the_context_or_leaves_it(self) -> None:
        async def streaming(context: Any, place: str) -> str:
            """Stream."""
            await self.context_in(context).stream(ProgressUpdateEvent(text=place))
            return "streamed"

        def blocking(count: int) -> str:
            """Block."""
            return str(count + 1)

        calls = (Call("call_1", "streaming", {"place": "park"}), Call("call_2", "blocking", {"count": 1}))
        tools = [type(self).function_tool(tool) for tool in (self.taking_context(streaming), blocking)]
        async with ModelServer([Step(calls=calls), Step(text="Done.")]).running() as model:
            events, raised = await read(self.run(await context(), model, *tools))
        assert raised is None
        assert summary(events)[0] == "park"
        assert _tool_messages(model.requests[1]) == {"call_1": "streamed", "call_2": "2"}
        parameters = {
            tool["function"]["name"]: tool["function"]["parameters"] for tool in model.requests[0]["tools"]
        }
        assert list(parameters["streaming"]["properties"]) == ["place"]

    @pytest.mark.parametrize("annotation", [AgentContext, AgentContext[Any], OwnContext, "AgentContext[Any]"])
    async def test_a_tool_may_take_our_context_itself(self, annotation: Any) -> None:
        async def greeting(of: Any, place: str) -> AsyncIterator[ThreadStreamEvent | str]:
            """Greet."""
            yield ProgressUpdateEvent(text=of.thread.id)
            yield f"greeted in the {place}"

        async def get_colour(of: Any) -> AsyncIterator[ThreadStreamEvent | str]:
            """Return the colour."""
            yield ProgressUpdateEvent(text=of.thread.id)

        for function in (greeting, get_colour):
            function.__annotations__["of"] = annotation
        calls = (Call("call_1", "greeting", {"place": "park"}),)
        tools = [type(self).function_tool(greeting), type(self).client_tool(get_colour)]
        own = await context()
        of = OwnContext(thread=own.thread, store=own.store, request_context=None)
        async with ModelServer([Step(calls=calls), Step(text="Done.")]).running() as model:
            events, raised = await read(self.run(of, model, *tools))
        assert raised is None
        assert summary(events)[0] == THREAD.id
        assert _tool_messages(model.requests[1]) == {"call_1": "greeted in the park"}
        parameters = {
            tool["function"]["name"]: tool["function"]["parameters"] for tool in model.requests[0]["tools"]
        }
        assert [list(schema["properties"]) for schema in parameters.values()] == [["place"], []]

    async def test_white_space_before_a_call_is_no_message(self) -> None:
        async def look() -> str:
            """Look around."""
            return "an oak"

        replies = [said(("\n", "\n"), "{}"), said(("An oak.",))]
        async with ScriptedServer(replies) as model:
            tool = type(self).function_tool(look)
            events, _ = await read(
                self.speak(await context(), model.base_url, tool, items=[user_message("go")])
            )
        assert summary(events) == ["message", "An oak.", "message done"]

    @pytest.mark.parametrize("words", [(), ("\n",)])
    async def test_silence_after_a_tool_can_be_asked_again(self, words: Sequence[str]) -> None:
        async def look() -> str:
            """Look around."""
            return "an oak"

        replies = [said(("I look.",), "{}"), said(words)]
        async with ScriptedServer(replies) as model:
            tool = type(self).function_tool(look)
            events, raised = await read(
                self.speak(await context(), model.base_url, tool, items=[user_message("go")])
            )
        assert summary(events)[:3] == ["message", "I look.", "message done"]
        assert isinstance(raised, CustomStreamError)
        assert (raised.code, raised.allow_retry) == ("model_no_answer", True)

    @pytest.mark.parametrize("arguments", ["", "null", " \n"])
    async def test_arguments_may_be_left_out(self, arguments: str) -> None:
        async def look(place: str = "park") -> str:
            """Look around."""
            return place

        history, _ = await self._after_a_call(arguments, look)
        assert history == ("{}", "park")

    @pytest.mark.parametrize("arguments", ['["Rome"]', '"x"', "NaN", "7"])
    async def test_arguments_that_are_no_object_are_told(self, arguments: str) -> None:
        async def look(place: str = "park") -> str:
            """Look around."""
            raise AssertionError

        (sent, result), raised = await self._after_a_call(arguments, look)
        assert raised is None
        assert isinstance(json.loads(sent), dict)
        assert "object" in result

    async def _after_a_call(
        self, arguments: str, tool: Callable[..., Any]
    ) -> tuple[tuple[str, str], Exception | None]:
        """What the model gets back of a call with these arguments: them, and the result."""
        replies = [said((), arguments), said(("Done.",))]
        async with ScriptedServer(replies) as model:
            tools = [type(self).function_tool(tool)]
            _, raised = await read(
                self.speak(await context(), model.base_url, *tools, items=[user_message("go")])
            )
        call, result = model.requests[1]["messages"][-2:]
        return (call["tool_calls"][0]["function"]["arguments"], result["content"]), raised

    async def test_the_page_answers_calls_of_one_step_in_any_order(self) -> None:
        async def get_selection(kind: str) -> list[str]:  # pyright: ignore[reportReturnType]
            """Return what is selected."""

        async def get_colour() -> AsyncIterator[ThreadStreamEvent | str]:
            """Return the colour."""
            yield ProgressUpdateEvent(text="Asking for the colour")

        calls = (Call("call_1", "get_selection", {"kind": "tree"}), Call("call_2", "get_colour", {}))
        tools = [type(self).client_tool(tool) for tool in (get_selection, get_colour)]
        async with ModelServer([Step(calls=calls), Step(text="Thanks.")]).running() as model:
            server = self.serving(model, *tools)
            reading = await open_stream(server, "threads.create", input=user_input("hi"))
            asked = {call["name"]: call for call in await pending_calls(reading, 2)}
            assert asked["get_selection"]["arguments"] == {"kind": "tree"}
            await answer(server, asked["get_colour"], result="green")
            await answer(server, asked["get_selection"], result=["oak", "birch"])
            await reading.rest()
        assert "Asking for the colour" in summary(reading.events)
        assert reading.events[-1]["status"] == "completed"
        assert _tool_messages(model.requests[1]) == {"call_1": '["oak", "birch"]', "call_2": "green"}

    @pytest.mark.parametrize(
        ("said", "for_model"),
        [
            (
                {"error": {"code": "declined", "message": "Not now."}},
                "no result for get_count (declined): Not now.",
            ),
            ({"result": "many"}, "answer to get_count is not what was asked for"),
            (None, "no result for get_count (expired)"),
        ],
    )
    async def test_the_model_is_told_why_the_page_gave_nothing(
        self, said: dict[str, Any] | None, for_model: str
    ) -> None:
        async def get_count() -> int:  # pyright: ignore[reportReturnType]
            """Count."""

        steps = [Step(calls=(Call("call_1", "get_count", {}),)), Step(text="A pity.")]
        tool = type(self).client_tool(timeout_s=300 if said else 0.01)(get_count)
        async with ModelServer(steps).running() as model:
            server = self.serving(model, tool)
            reading = await open_stream(server, "threads.create", input=user_input("hi"))
            (call,) = await pending_calls(reading)
            if said:
                await answer(server, call, **said)
            await reading.rest()
        assert reading.events[-1]["status"] == "completed"
        assert for_model in _tool_messages(model.requests[1])["call_1"]

    async def test_a_call_that_ends_the_run_is_answered_in_the_next_turn(self) -> None:
        released = asyncio.Event()

        async def pick(kind: str) -> str:  # pyright: ignore[reportReturnType]
            """Let the user pick."""

        async def look() -> AsyncIterator[ThreadStreamEvent | str]:
            """Look around."""
            await released.wait()
            yield ProgressUpdateEvent(text="Looked")
            yield "an oak"

        calls = (Call("call_1", "pick", {"kind": "tree"}), Call("call_2", "look", {}))
        tools = [type(self).client_tool(reenter=True)(pick), type(self).function_tool(look)]
        async with ModelServer([Step(text="Pick.", calls=calls), Step(text="Good.")]).running() as model:
            server = self.serving(model, *tools)
            reading = await open_stream(server, "threads.create", input=user_input("hi"))
            while "message done" not in summary(reading.events):
                await reading.next()
            released.set()
            await reading.rest()
            assert summary(reading.events)[-2:] == ["Looked", "call pick"]
            assert len(model.requests) == 1
            (call,) = [
                item
                for item in await items_of(server, _thread_id(reading))
                if item["type"] == "client_tool_call"
            ]
            assert (call["call_id"], call["arguments"], call["status"]) == (
                "call_1",
                {"kind": "tree"},
                "pending",
            )
            again = await open_stream(
                server, "threads.add_client_tool_output", thread_id=call["thread_id"], result="birch"
            )
            await again.rest()
        assert texts_of(again.events) == ["Good."]
        assert _tool_messages(model.requests[1]) == {"call_1": "birch"}
        asked = [call for message in model.requests[1]["messages"] for call in message.get("tool_calls", [])]
        assert [(call["id"], call["function"]["name"]) for call in asked] == [("call_1", "pick")]
        roles = [message["role"] for message in model.requests[1]["messages"]]
        assert roles[0] == "user"
        assert roles[-1] == "tool"

    async def test_a_mistake_in_a_tool_ends_the_run(self) -> None:
        async def silent() -> AsyncIterator[ThreadStreamEvent | str]:
            """Say nothing."""
            yield ProgressUpdateEvent(text="Hm")

        steps = [Step(text="Hm.", calls=(Call("call_1", "silent", {}),))]
        async with ModelServer(steps).running() as model:
            events, raised = await read(self.run(await context(), model, type(self).function_tool(silent)))
        assert isinstance(raised, ToolFunctionError)
        assert summary(events) == ["message", "Hm.", "message done", "Hm"]
        assert len(model.requests) == 1

    async def test_a_tool_may_end_the_response_with_words_for_the_user(self) -> None:
        async def closed() -> AsyncIterator[ThreadStreamEvent | str]:
            """Look into the shop."""
            yield ProgressUpdateEvent(text="Looking")
            raise CustomStreamError("The shop is closed.")

        steps = [Step(calls=(Call("call_1", "closed", {}),)), Step(text="Never said")]
        async with ModelServer(steps).running() as model:
            events, raised = await read(self.run(await context(), model, type(self).function_tool(closed)))
        assert isinstance(raised, CustomStreamError)
        assert raised.message == "The shop is closed."
        assert summary(events) == ["Looking"]

    async def test_a_generator_that_is_not_async_is_refused(self) -> None:
        def generating() -> Any:
            """Generate."""
            yield 1

        with pytest.raises(ToolFunctionError, match="async def"):
            type(self).function_tool(generating)

    async def test_a_tool_that_fails_ends_the_run_and_the_other_tools(self) -> None:
        ended = asyncio.Event()

        async def failing() -> str:
            """Fail."""
            raise LookupError("no park")

        async def endless() -> str:
            """Go on."""
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
            return ""

        calls = (Call("call_1", "endless", {}), Call("call_2", "failing", {}))
        tools = [type(self).function_tool(tool) for tool in (failing, endless)]
        async with ModelServer([Step(calls=calls)]).running() as model:
            _, raised = await read(self.run(await context(), model, *tools))
        assert isinstance(self.raised_by_tool(raised), LookupError)
        assert ended.is_set()

    async def test_text_that_was_cut_is_kept(self) -> None:
        async with ModelServer([Step(text="Once upon")], cut_at=0).running() as model:
            of = await context()
            events, raised = await read(self.run(of, model))
        assert raised is not None
        assert summary(events) == ["message", "Once upon", "message done"]
        assert texts(events) == ["Once upon"]
        assert (of.usage.requests, of.usage.unreported_requests) == (1, 1)

    async def test_requests_and_their_tokens_are_counted(self) -> None:
        async def look() -> str:
            """Look around."""
            return "an oak"

        steps = [
            Step(calls=(Call("call_1", "look", {}),)),
            Step(text="Oak.", input_tokens=20, output_tokens=7),
        ]
        async with ModelServer(steps).running() as model:
            of = await context()
            await read(self.run(of, model, type(self).function_tool(look)))
        assert of.usage.model_dump() == {
            "requests": 2,
            "unreported_requests": 0,
            "input_tokens": 30,
            "output_tokens": 12,
        }

    async def test_a_model_that_calls_tools_without_an_end_is_stopped(self) -> None:
        looked: list[int] = []

        async def look() -> str:
            """Look around."""
            looked.append(1)
            return "an oak"

        steps = [Step(calls=(Call(f"call_{number}", "look", {}),)) for number in range(9)]
        async with ModelServer(steps).running() as model:
            limits_of_turn.set(Limits(steps_per_turn=3))
            of = await context()
            _, raised = await read(self.run(of, model, type(self).function_tool(look)))
        assert isinstance(raised, ModelError)
        assert raised.code == "model_step_limit"
        assert len(looked) <= 4

    async def test_a_model_that_calls_too_many_tools_at_once_is_stopped(self) -> None:
        async def look() -> str:
            """Look around."""
            return "an oak"

        calls = tuple(Call(f"call_{number}", "look", {}) for number in range(4))
        async with ModelServer([Step(calls=calls), Step(text="Never said")]).running() as model:
            limits_of_turn.set(Limits(tool_calls_per_step=3))
            of = await context()
            events, raised = await read(self.run(of, model, type(self).function_tool(look)))
        assert isinstance(raised, LimitError)
        assert raised.code == "too_many_tool_calls"
        assert "Never said" not in texts(events)

    @pytest.mark.parametrize("text", ["Once upon", ""])
    async def test_closing_lets_go_of_the_model(self, text: str) -> None:
        async with ModelServer([Step(text=text), Step(text="Again")], hang_at=0).running() as model:
            of = await context()
            events = self.run(of, model)
            reading = asyncio.create_task(read_until(events, lambda event: _is_delta(event, " upon")))
            await model.waits.wait()
            if text:
                await reading
            else:
                reading.cancel()
                await asyncio.wait([reading])
            await events.aclose()
            await model.left.wait()
            assert (of.usage.requests, of.usage.unreported_requests) == (1, 1)
            again, raised = await read(self.run(of, model))
        assert raised is None
        assert texts(again) == ["Again"]

    async def test_closing_ends_the_tools(self) -> None:
        ended = asyncio.Event()

        async def endless() -> AsyncIterator[ThreadStreamEvent | str]:
            """Go on."""
            try:
                yield ProgressUpdateEvent(text="Going on")
                await asyncio.Event().wait()
                yield ""
            finally:
                ended.set()

        async with ModelServer([Step(calls=(Call("call_1", "endless", {}),))]).running() as model:
            events = self.run(await context(), model, type(self).function_tool(endless))
            await read_until(events, lambda event: event.type == "progress_update")
            await events.aclose()
        assert ended.is_set()

    def test_the_bridge_does_not_load_the_agents_sdk(self) -> None:
        _in_a_process(f"import sys, {self.module}; assert 'agents' not in sys.modules")

    def test_a_missing_package_is_named_with_the_extra(self) -> None:
        code = f"import sys; sys.modules['{self.package}'] = None\ntry: import {self.module}\n"
        _in_a_process(
            code + f"except ImportError as error: assert 'install turnstream[{self.extra}]' in str(error)\n"
        )


def _in_a_process(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def _is_delta(event: Any, end: str) -> bool:
    """Whether a text delta ends with `end`."""
    return event.type == "thread.item.updated" and (getattr(event.update, "delta", None) or "").endswith(end)


def _tool_messages(request: dict[str, Any]) -> dict[str, str]:
    """What the model was told of its calls."""
    return {
        message["tool_call_id"]: message["content"]
        for message in request["messages"]
        if message["role"] == "tool"
    }


def _thread_id(reading: Any) -> str:
    (created,) = [event for event in reading.events if event["type"] == "thread.created"]
    return created["thread"]["id"]


def texts_of(events: Sequence[dict[str, Any]]) -> list[str]:
    """The text of each finished message, of events as they are on the wire."""
    return [
        event["item"]["content"][0]["text"]
        for event in events
        if event["type"] == "thread.item.done" and event["item"]["type"] == "assistant_message"
    ]
