"""The run of a chat-completions model with its tools, as thread events."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from turnstream.agents.chat_completions.chat_tools import call_tool, definition_of
from turnstream.agents.chat_completions.chat_tools import tools as declared_tools
from turnstream.agents.chat_completions.endpoint import CompletionSource
from turnstream.agents.chat_completions.messages import without_files
from turnstream.agents.chat_completions.step import Step, ToolCall
from turnstream.agents.core.context import AgentContext, check_context
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode, is_length
from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.run_scope import run_scope
from turnstream.redaction import logger_of
from turnstream.turns.closing import closing
from turnstream.types import NoticeEvent, ProgressUpdateEvent, ThreadStreamEvent

__all__ = ["stream_chat_response"]

logger = logger_of("turnstream.agents")

MAX_STEPS = 10
REFUSED = frozenset({400, 413, 415, 422})
"""The statuses of a server that does not accept a request as it is."""
REFUSED_FILES = (
    "the model's server refused a request with files (%s): it is made again with notes in their place. Leave "
    "out the kinds that the model does not read: FileLimits(kinds=…)"
)
SHOW_WAIT_FROM_S = 1.0
"""A shorter wait for the model is over before anybody could read of it."""


async def stream_chat_response(
    context: AgentContext[Any],
    model: CompletionSource,
    messages: Sequence[Mapping[str, Any]],
    *,
    instructions: str | None = None,
    tools: Sequence[Any] = (),
    max_steps: int = MAX_STEPS,
    **options: Any,
) -> AsyncGenerator[ThreadStreamEvent]:
    """Yield the thread events of the model's answer and of its tools, in the order in which they happen.

    Tools of one step run at the same time; the model is then asked again with their results, up to
    `max_steps` times in all. A client tool that reenters ends the run with its call. `options` go into each
    request. Closing the generator closes the connection to the model; `context.usage` says what was used up
    to then.

    Raises:
        ModelError: there is no whole answer. What was said before it is complete in the thread.
        ToolFunctionError: a tool's function breaks the rules.
        TypeError: `context` or `messages` is something else; the message has the remedy.
    """
    check_context(context)
    if inspect.iscoroutine(messages):
        name = messages.__name__
        messages.close()
        raise TypeError(f"messages is a coroutine: await it, as in `await {name}(…)`")
    begin = [{"role": "system", "content": instructions}] if instructions else []
    run = _Run(context, model, [*begin, *messages], tools=tools, options=options)
    async with closing(context.read(lambda: run.answer(max_steps))) as events:
        async for event in events:
            yield event


class _Run:
    def __init__(
        self,
        context: AgentContext[Any],
        model: CompletionSource,
        messages: list[Mapping[str, Any]],
        *,
        tools: Sequence[Any],
        options: dict[str, Any],
    ) -> None:
        self._context = context
        self._model = model
        self._messages = messages
        declared = declared_tools(tools)
        self._tools = {tool.name: tool for tool in declared}
        self._options = options
        if declared:
            self._options = {"tools": [definition_of(tool) for tool in declared], **options}
        self._output: ModelOutput

    async def answer(self, max_steps: int) -> None:
        """Ask the model until it makes no more calls."""
        async with run_scope(self._context) as self._output:
            await self._go_on(max_steps)

    async def _go_on(self, max_steps: int) -> None:
        for _ in range(max_steps):
            step = await self._accepted_step()
            if not step.calls:
                self._output.check_answer()
                return
            self._context.check_tool_calls(len(step.calls))
            self._messages.append(step.message())
            self._messages.extend(await self._call_tools(step.calls))
            if self._output.ask_page({call.name: call.id for call in step.calls}):
                return
        raise ModelError(
            ModelErrorCode.STEP_LIMIT, f"the model was still calling tools after {max_steps} steps"
        )

    async def _accepted_step(self) -> Step:
        """Ask once; if the server refuses the request, ask again without files, now and in later steps.

        Many models read no files of some kinds, and one in the history would end each later turn.
        """
        try:
            return await self._step()
        except ModelError as exc:
            messages = without_files(self._messages)
            if exc.status not in REFUSED or self._output.has_begun or messages is None:
                raise
            logger.warning(REFUSED_FILES, exc)
            self._messages = messages
        return await self._step()

    async def _step(self) -> Step:
        """Ask once."""
        step = Step(self._output, self._context)
        try:
            async with closing(
                self._model.stream(self._messages, on_wait=self._report_retry, **self._options)
            ) as chunks:
                async for chunk in chunks:
                    step.add(chunk)
                    if self._output.is_ahead:
                        await self._context.has_room()
        finally:
            step.end()
        self._output.end_message()
        self._output.end_thought()
        self._check(step)
        return step

    def _check(self, step: Step) -> None:
        """Deal with an answer that ended early."""
        if not is_length(step.finish_reason):
            return
        if step.calls or not self._output.answer:
            raise ModelError(
                ModelErrorCode.OUTPUT_LIMIT, "finish_reason length before the answer, or within a call"
            )
        self._context.send(
            NoticeEvent(level="warning", message="The answer ends here: it reached its greatest length.")
        )

    async def _report_retry(self, error: ModelError, wait_s: float) -> None:
        if wait_s >= SHOW_WAIT_FROM_S:
            await self._context.stream(ProgressUpdateEvent(text="The assistant is busy. Trying again…"))

    async def _call_tools(self, calls: list[ToolCall]) -> list[dict[str, Any]]:
        """Run the calls at the same time; the first that fails for good ends the others."""
        running = [asyncio.create_task(self._call(call)) for call in calls]
        try:
            results = await asyncio.gather(*running)
        finally:
            for task in running:
                task.cancel()
            await asyncio.wait(running)
        return [
            {"role": "tool", "tool_call_id": call.id, "content": result}
            for call, result in zip(calls, results, strict=True)
        ]

    async def _call(self, call: ToolCall) -> str:
        tool = self._tools.get(call.name)
        if tool is None:
            return f"There is no tool {call.name!r}. The tools are: {', '.join(self._tools) or 'none'}."
        return await call_tool(tool, self._context, call.id, call.arguments)
