"""From a run of the OpenAI Agents SDK to thread events."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

from agents import RunResultStreaming, StreamEvent
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseStreamEvent

from turnstream.agents.context import AgentContext
from turnstream.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientToolCallItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)

__all__ = ["stream_agent_response"]


async def stream_agent_response(
    context: AgentContext[Any], result: RunResultStreaming
) -> AsyncGenerator[ThreadStreamEvent, None]:
    """Yield the thread events of a streamed run, those of its tools among them.

    Closing the generator cancels the run. If a tool set `context.client_tool_call`, the last event is that call.

    Raises:
        Exception: whatever the run raised, after the events that came before it.
    """
    run = asyncio.create_task(_convert_run(context, result))
    run.add_done_callback(lambda _: context.events.put_nowait(None))  # behind whatever the tools streamed
    try:
        while (event := await context.events.get()) is not None:
            try:
                yield event
            finally:
                context.events.task_done()  # only now: who asks for the next one has dealt with this one
        context.events.task_done()
        await run
    finally:
        if not run.done():
            result.cancel()
            run.cancel()
            await asyncio.wait([run])
            _drop_what_waits(context)
        if not run.cancelled():
            run.exception()  # raised above, or nobody is left to be told


def _drop_what_waits(context: AgentContext[Any]) -> None:
    """Another run with the same context must not begin with the rest, and the end, of this one."""
    while not context.events.empty():
        context.events.get_nowait()
        context.events.task_done()


async def _convert_run(context: AgentContext[Any], result: RunResultStreaming) -> None:
    converter = _RunConverter(context)
    async for event in result.stream_events():
        await converter.take(event)
    if context.client_tool_call is not None:
        await context.stream(ThreadItemDoneEvent(item=converter.client_tool_call_item()))


class _RunConverter:
    """Follows one run. The thread's ids are our own: chat-completions models give every message the same one."""

    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self._message: AssistantMessageItem | None = None
        self._calls: dict[str, ResponseFunctionToolCall] = {}

    async def take(self, event: StreamEvent) -> None:
        if event.type == "raw_response_event":
            await self._take_raw(event.data)

    def client_tool_call_item(self) -> ClientToolCallItem:
        context, call = self._context, self._context.client_tool_call
        if call is None:
            raise RuntimeError("no client tool was called")
        item_id = context.generate_id("tool_call")
        return ClientToolCallItem(
            id=item_id,
            thread_id=context.thread.id,
            created_at=datetime.now(UTC),
            call_id=self._calls[call.name].call_id if call.name in self._calls else item_id,
            name=call.name,
            arguments=call.arguments,
        )

    async def _take_raw(self, event: ResponseStreamEvent) -> None:
        match event.type:
            case "response.output_item.added" if event.item.type == "message":
                await self._start_message()
            case "response.content_part.added":
                await self._update(
                    AssistantMessageContentPartAdded(
                        content_index=event.content_index, content=AssistantMessageContent(text="")
                    )
                )
            case "response.output_text.delta" | "response.refusal.delta":
                await self._update(
                    AssistantMessageContentPartTextDelta(content_index=event.content_index, delta=event.delta)
                )
            case "response.output_text.done":
                await self._finish_part(event.content_index, event.text)
            case "response.refusal.done":
                await self._finish_part(event.content_index, event.refusal)
            case "response.output_item.done":
                if isinstance(event.item, ResponseOutputMessage):
                    await self._finish_message(event.item)
                elif isinstance(event.item, ResponseFunctionToolCall):
                    self._calls[event.item.name] = event.item
            case _:
                pass

    async def _start_message(self) -> None:
        self._message = AssistantMessageItem(
            id=self._context.generate_id("message"),
            thread_id=self._context.thread.id,
            created_at=datetime.now(UTC),
            content=[],
        )
        await self._context.stream(ThreadItemAddedEvent(item=self._message))

    async def _update(self, update: ThreadItemUpdate) -> None:
        if self._message is not None:
            await self._context.stream(ThreadItemUpdatedEvent(item_id=self._message.id, update=update))

    async def _finish_part(self, content_index: int, text: str) -> None:
        content = AssistantMessageContent(text=text)
        await self._update(AssistantMessageContentPartDone(content_index=content_index, content=content))

    async def _finish_message(self, message: ResponseOutputMessage) -> None:
        if self._message is None:
            return
        content = [
            AssistantMessageContent(text=part.text if part.type == "output_text" else part.refusal)
            for part in message.content
        ]
        done = self._message.model_copy(update={"content": content})
        self._message = None
        await self._context.stream(ThreadItemDoneEvent(item=done))
