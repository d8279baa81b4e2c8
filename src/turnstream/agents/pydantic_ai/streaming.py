"""From a run of Pydantic AI to thread events.

Errors: what a run raises comes out of `stream_agent_response` as it is; a mistake in a tool is a
`ToolFunctionError`.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias, cast

from pydantic_ai import (
    AgentRunResultEvent,
    DeferredToolRequestsEvent,
    PartStartEvent,
)
from pydantic_ai.messages import (
    ModelResponse,
    ToolCallPart,
)

from turnstream.agents.core.context import AgentContext, check_context
from turnstream.agents.core.model_errors import check_finish
from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.run_scope import run_scope
from turnstream.agents.pydantic_ai.parts import PartReader
from turnstream.agents.pydantic_ai.usage import UsageMeter
from turnstream.turns.closing import closing
from turnstream.types import ThreadStreamEvent

__all__ = ["stream_agent_response"]

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
    events = context.read(lambda: _convert(context, run))
    async with closing(events):
        async for event in events:
            yield event


async def _convert(context: AgentContext[Any], run: RunEvents) -> None:
    meter = UsageMeter(context)
    async with run_scope(context) as output, _opened(run) as events:
        parts = PartReader(output)
        try:
            async for event in events:
                if output.is_ahead:
                    await context.has_room()
                match event:
                    case PartStartEvent():
                        meter.read(events)
                    case AgentRunResultEvent():
                        meter.end(cast("Any", event).result)
                        _check(cast("Any", event).result.response, output)
                    case DeferredToolRequestsEvent() if context.has_client_calls:
                        meter.end(events)
                        break
                    case _:
                        pass
                parts.read(event)
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
