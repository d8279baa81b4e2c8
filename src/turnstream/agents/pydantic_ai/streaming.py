"""From a run of Pydantic AI to thread events, and tools for its agents.

Errors: what a run raises comes out of `stream_agent_response` as it is; `ToolFunctionError` is a mistake in a
    tool.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from functools import wraps
from typing import Any, TypeAlias, cast, get_origin, overload

from pydantic_ai import (
    AgentRunResult,
    AgentRunResultEvent,
    CallDeferred,
    DeferredToolRequestsEvent,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    RunContext,
    Tool,
    UserError,
)
from pydantic_ai.agent import AgentRunEvents
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from turnstream.agents.core.context import AgentContext, check_context
from turnstream.agents.core.history import (
    AnsweredCall,
    AssistantText,
    HistoryConverter,
    HistoryEntry,
    Note,
    UserText,
)
from turnstream.agents.core.model_errors import check_finish
from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.run_scope import run_scope
from turnstream.agents.core.think_tags import CLOSE, OPEN
from turnstream.agents.core.tools.arguments import arguments_of
from turnstream.agents.core.tools.signature import AskClient, ToolFunctionError, as_coroutine
from turnstream.turns.closing import closing
from turnstream.types import ThreadItem, ThreadStreamEvent

__all__ = ["ToolContext", "client_tool", "function_tool", "stream_agent_response", "to_message_history"]

ToolContext: TypeAlias = RunContext[AgentContext[Any]]
"""What a tool may take first: its `deps` are the run's `AgentContext`."""

RunEvents: TypeAlias = AsyncIterator[Any] | AbstractAsyncContextManager[AsyncIterator[Any]]
"""What `Agent.run_stream_events` returns, or another iterator of a run's events."""


async def stream_agent_response(
    context: AgentContext[Any], run: RunEvents
) -> AsyncGenerator[ThreadStreamEvent]:
    """Yield the thread events of a run, those of its tools among them; the run's `deps` are to be `context`.

        async for event in stream_agent_response(context, agent.run_stream_events(text, deps=context)):
            yield event

    Closing the generator cancels the run. If a tool of `client_tool(reenter=True)` was called, the step's
    other tools end first, then the run does, and the last events are those calls.

    Raises:
        Exception: whatever the run raised, after the events that came before it.
    """
    check_context(context)
    events = context.read(lambda: _speak(context, run))
    async with closing(events):
        async for event in events:
            yield event


async def _speak(context: AgentContext[Any], run: RunEvents) -> None:
    meter = _Meter(context)
    async with run_scope(context) as speaker, _opened(run) as events:
        parts = _Parts(speaker)
        try:
            async for event in events:
                if speaker.is_ahead:
                    await context.has_room()
                match event:
                    case PartStartEvent():
                        meter.read(events)
                    case AgentRunResultEvent():
                        meter.end(cast("Any", event).result)
                        _check(cast("Any", event).result.response, speaker)
                    case DeferredToolRequestsEvent() if context.has_client_calls:
                        meter.end(events)
                        break
                    case _:
                        pass
                parts.take(event)
        finally:
            meter.read(events)


def _check(response: ModelResponse, output: ModelOutput) -> None:
    output.end_message()
    reason = (response.provider_details or {}).get("finish_reason") or response.finish_reason
    check_finish(reason, has_text=bool(output.answer))
    if not any(isinstance(part, ToolCallPart) for part in response.parts):  # a tool call can carry the output
        output.check_answer()


def _opened(run: RunEvents) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
    return run if isinstance(run, AbstractAsyncContextManager) else closing(run)


class _Parts:
    """Sends the parts of a run's answers to the thread: each text part as a message, each thinking part as a
    thought.

    Pydantic AI also makes thinking parts from `<think>` tags anywhere in the text, if each tag is a delta of
    its own. This class restores the tags, so that `ModelOutput` treats them as on the other bridges.
    """

    def __init__(self, output: ModelOutput) -> None:
        self._output = output
        self._in_tags: list[str] | None = None
        """The text of a thinking part that was made from tags; None in other parts."""

    def take(self, event: Any) -> None:
        """Send the content of an event, if it has any."""
        match event:
            case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                self._output.add_text(text)
            case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=text)):
                self._think(text or "")
            case PartStartEvent(index=index, part=part):
                self._end()
                if index == 0:
                    self._output.begin_answer()
                self._begin(part)
            case PartEndEvent(part=part):
                self._end()
                if (
                    isinstance(part, ToolCallPart)
                    and isinstance(part.args, str)
                    and arguments_of(part.args) == {}
                ):
                    part.args = "{}"  # some models write `null`, or only white space
            case _:
                pass

    def _begin(self, part: ModelResponsePart) -> None:
        match part:
            case TextPart(content=text):
                self._output.add_text(text)
            case ThinkingPart(content=text, id=id_):
                if id_ == "content":
                    self._in_tags = []
                    self._output.add_text(OPEN)
                self._think(text)
            case _:
                pass

    def _think(self, text: str) -> None:
        if self._in_tags is None:
            self._output.add_thought(text)
        else:
            self._in_tags.append(text)
            self._output.add_text(text)

    def _end(self) -> None:
        if self._in_tags is None:
            self._output.end_message()
            self._output.end_thought()
        elif CLOSE not in "".join(self._in_tags):  # split in two deltas, the tag is in the text
            self._output.add_text(CLOSE)
        self._in_tags = None


class _Meter:
    """Counts a run's requests by its messages: one that ends them waits for its response, which has the
    cost.
    """

    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self._counted = 0
        self._is_waiting = False
        self._is_over = False

    def end(self, messages: Any) -> None:
        """Count what a run has cost that sends no more requests."""
        self._is_over = True
        self.read(messages)

    def read(self, messages: Any) -> None:
        """Count what is new in `AgentRunEvents` or an `AgentRunResult`; any other iterator tells at its
        end.
        """
        if not isinstance(messages, (AgentRunEvents, AgentRunResult)):
            return
        with suppress(UserError):  # the run has not begun
            new, everything = cast("Any", messages).new_messages(), cast("Any", messages).all_messages()
            for message in new[self._counted :]:
                self._counted += 1
                if isinstance(message, ModelResponse):
                    self._count(message)
            if everything and isinstance(everything[-1], ModelRequest) and not self._is_over:
                self._begin()

    def _begin(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._context.begin_step()

    def _count(self, response: ModelResponse) -> None:
        self._begin()
        self._is_waiting = False
        self._context.check_tool_calls(len(response.tool_calls))
        cost = response.usage
        if response.state != "interrupted" or cost.has_values():
            self._context.usage.end_request(input_tokens=cost.input_tokens, output_tokens=cost.output_tokens)


@overload
def function_tool(function: Callable[..., Any], /) -> Tool[AgentContext[Any]]: ...
@overload
def function_tool(**options: Any) -> Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]: ...
def function_tool(
    function: Callable[..., Any] | None = None, /, **options: Any
) -> Tool[AgentContext[Any]] | Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]:
    """Make a function a tool. Takes everything that `pydantic_ai.Tool` takes.

    An async generator says on the way what it does: the events (progress, effect, notice …), effects and
    widgets that it yields are streamed at once; its last, and only other, value is the result. Its first
    parameter may be the run's `AgentContext`, or the framework's `RunContext` around it.

    Raises:
        ToolFunctionError: the function is a plain generator. While the tool runs: it yields no result, two,
            or an event behind its result; this ends the run, since the model could do nothing about it.
    """

    def decorate(function: Callable[..., Any]) -> Tool[AgentContext[Any]]:
        call = as_coroutine(
            function, is_context=_is_context, context_of=_context_of, context_type=ToolContext
        )
        return Tool[AgentContext[Any]](call, takes_ctx=True, **options)

    return decorate if function is None else decorate(function)


@overload
def client_tool(function: Callable[..., Any], /) -> Tool[AgentContext[Any]]: ...
@overload
def client_tool(
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
    **options: Any,
) -> Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]: ...
def client_tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    timeout_s: float | None = None,
    confirm: bool | str = False,
    reenter: bool = False,
    **options: Any,
) -> Tool[AgentContext[Any]] | Callable[[Callable[..., Any]], Tool[AgentContext[Any]]]:
    """Make a function a tool that runs in the page: its signature is the contract, its body is empty.

        @client_tool(timeout_s=30, confirm=True)
        async def get_selection(kind: str) -> Selection:
            \"""Return what the user has selected.\"""
            ...

    The model gets the page's answer if it is what the return annotation says, or else a sentence that says
    what is wrong. An async generator may yield events first; what it is annotated to yield beside them is the
    answer. With `confirm`, the page asks the user first, in the words given or its own. Calls of one step run
    at the same time.

    With `reenter` the call ends the run, once the other tools of its step have ended, and the answer begins
    the next turn, whose `to_message_history` has both. `options` are for `pydantic_ai.Tool`.

    Raises:
        ToolFunctionError: the signature cannot be a contract. While the tool runs: the function gives a
            result.
    """

    def decorate(function: Callable[..., Any]) -> Tool[AgentContext[Any]]:
        asking = AskClient(
            function,
            is_context=_is_context,
            context_of=_context_of,
            name=name,
            description=description,
            timeout_s=timeout_s,
            confirm=confirm,
            reenter=reenter,
        )
        call = asking.as_coroutine(ToolContext)
        call = _deferring(call) if reenter else call
        return Tool[AgentContext[Any]](
            call, takes_ctx=True, name=asking.contract.name, description=description, **options
        )

    return decorate if function is None else decorate(function)


def _deferring(ask: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Let a call defer its result, which ends the run."""

    @wraps(ask)
    async def call(*args: Any, **kwargs: Any) -> Any:
        await ask(*args, **kwargs)
        raise CallDeferred

    del call.__wrapped__  # or its signature is read instead
    return call


def _is_context(annotation: Any) -> bool:
    kind = get_origin(annotation) or annotation
    return isinstance(kind, type) and issubclass(kind, RunContext)


def _context_of(context: RunContext[Any]) -> AgentContext[Any]:
    if not isinstance(context.deps, AgentContext):
        raise ToolFunctionError(
            "a tool that streams needs the run's deps to be an AgentContext, not "
            f"{type(context.deps).__name__}: "
            "pass deps=AgentContext(…) to run_stream_events()"
        )
    return cast("AgentContext[Any]", context.deps)


def to_message_history(
    thread_items: Sequence[ThreadItem] | ThreadItem, *, converter: HistoryConverter | None = None
) -> list[ModelMessage]:
    """Return items, oldest first, as a run's `message_history`.

    If they end with the user's message or a client tool's answer, the run needs no other prompt. An agent
    that is given a history says no `system_prompt` again: use `instructions`.
    """
    return [
        message
        for entry in (converter or HistoryConverter()).convert(thread_items)
        for message in _messages(entry)
    ]


def _messages(entry: HistoryEntry) -> list[ModelMessage]:
    match entry:
        case UserText(text) | Note(text):
            return [ModelRequest(parts=[UserPromptPart(text)])]
        case AssistantText(text):
            return [ModelResponse(parts=[TextPart(text)])]
        case AnsweredCall(call_id, name, arguments, answer):
            return [
                ModelResponse(parts=[ToolCallPart(name, arguments, tool_call_id=call_id)]),
                ModelRequest(parts=[ToolReturnPart(name, answer, tool_call_id=call_id)]),
            ]
