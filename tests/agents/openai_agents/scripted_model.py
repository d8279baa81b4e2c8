"""A model of the OpenAI Agents SDK that answers as a test decides: agents, tools and streaming are the real
ones.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Any, cast

from agents import (
    AgentOutputSchemaBase,
    Handoff,
    Model,
    ModelResponse,
    ModelSettings,
    ModelTracing,
    Tool,
    TResponseInputItem,
    Usage,
)
from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponsePromptParam,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)

from turnstream.agents import PromptTexts
from turnstream.demos.scripted import Call, Decide, Heard, Say

__all__ = ["ScriptedModel", "ScriptedModelError"]

_TOKENS = re.compile(r"\s*\S+|\s+")
_NOTE_BEGINNINGS = tuple(text.partition("{")[0] for text in asdict(PromptTexts()).values())
"""How a message begins that the user did not write."""


class ScriptedModelError(Exception):
    """The script broke off, as a lost connection to a real model would."""


class ScriptedModel(Model):
    """A model that does what `decide` says, at one word per `token_delay_s` seconds."""

    def __init__(self, decide: Decide, *, token_delay_s: float = 0.03) -> None:
        self._decide = decide
        self._token_delay_s = token_delay_s

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> ModelResponse:
        decision = self._decide(_hear(system_instructions, input))
        return ModelResponse(output=[*_output(decision)], usage=Usage(), response_id=None)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        decision = self._decide(_hear(system_instructions, input))
        stream = _ResponseStream()
        yield stream.created()
        for item in _output(decision):
            if isinstance(item, ResponseFunctionToolCall):
                for event in stream.tool_call(item):
                    yield event
            else:
                for event in stream.begin_message(item):
                    yield event
                text = cast("ResponseOutputText", item.content[0]).text
                for word in _TOKENS.findall(text):
                    await asyncio.sleep(self._token_delay_s)
                    yield stream.delta(item, word)
                if isinstance(decision, Say) and decision.then_fail:
                    raise ScriptedModelError("the scripted answer ends here with an error")
                for event in stream.end_message(item):
                    yield event
        yield stream.completed()


class _ResponseStream:
    """Builds the events of one response, numbered."""

    def __init__(self) -> None:
        self._sequence = 0
        self._response = Response(
            id=f"resp_{uuid.uuid4().hex}",
            created_at=time.time(),
            model="scripted",
            object="response",
            output=[],
            parallel_tool_calls=True,
            tool_choice="auto",
            tools=[],
        )

    def created(self) -> TResponseStreamEvent:
        return ResponseCreatedEvent(
            type="response.created", response=self._response, sequence_number=self._next()
        )

    def tool_call(self, call: ResponseFunctionToolCall) -> list[TResponseStreamEvent]:
        index = self._add(call)
        return [
            ResponseOutputItemAddedEvent(
                type="response.output_item.added", item=call, output_index=index, sequence_number=self._next()
            ),
            ResponseOutputItemDoneEvent(
                type="response.output_item.done", item=call, output_index=index, sequence_number=self._next()
            ),
        ]

    def begin_message(self, message: ResponseOutputMessage) -> list[TResponseStreamEvent]:
        index = self._add(message)
        empty = message.model_copy(update={"content": [], "status": "in_progress"})
        return [
            ResponseOutputItemAddedEvent(
                type="response.output_item.added",
                item=empty,
                output_index=index,
                sequence_number=self._next(),
            ),
            ResponseContentPartAddedEvent(
                type="response.content_part.added",
                item_id=message.id,
                output_index=index,
                content_index=0,
                part=ResponseOutputText(type="output_text", text="", annotations=[]),
                sequence_number=self._next(),
            ),
        ]

    def delta(self, message: ResponseOutputMessage, text: str) -> TResponseStreamEvent:
        return ResponseTextDeltaEvent(
            type="response.output_text.delta",
            item_id=message.id,
            output_index=len(self._response.output) - 1,
            content_index=0,
            delta=text,
            logprobs=[],
            sequence_number=self._next(),
        )

    def end_message(self, message: ResponseOutputMessage) -> list[TResponseStreamEvent]:
        index = len(self._response.output) - 1
        part = cast("ResponseOutputText", message.content[0])
        return [
            ResponseTextDoneEvent(
                type="response.output_text.done",
                item_id=message.id,
                output_index=index,
                content_index=0,
                text=part.text,
                logprobs=[],
                sequence_number=self._next(),
            ),
            ResponseContentPartDoneEvent(
                type="response.content_part.done",
                item_id=message.id,
                output_index=index,
                content_index=0,
                part=part,
                sequence_number=self._next(),
            ),
            ResponseOutputItemDoneEvent(
                type="response.output_item.done",
                item=message,
                output_index=index,
                sequence_number=self._next(),
            ),
        ]

    def completed(self) -> TResponseStreamEvent:
        return ResponseCompletedEvent(
            type="response.completed", response=self._response, sequence_number=self._next()
        )

    def _add(self, item: ResponseFunctionToolCall | ResponseOutputMessage) -> int:
        self._response.output.append(item)
        return len(self._response.output) - 1

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence


def _output(decision: Say | Call | Sequence[Call]) -> list[ResponseFunctionToolCall | ResponseOutputMessage]:
    if isinstance(decision, Say):
        part = ResponseOutputText(type="output_text", text=decision.text, annotations=[])
        return [
            ResponseOutputMessage(
                id=f"msg_{uuid.uuid4().hex}",
                content=[part],
                role="assistant",
                status="completed",
                type="message",
            )
        ]
    calls = [decision] if isinstance(decision, Call) else decision
    return [
        ResponseFunctionToolCall(
            id=f"fc_{uuid.uuid4().hex}",
            call_id=f"call_{uuid.uuid4().hex}",
            name=call.name,
            arguments=json.dumps(call.arguments),
            type="function_call",
            status="completed",
        )
        for call in calls
    ]


def _hear(instructions: str | None, input: str | list[TResponseInputItem]) -> Heard:  # noqa: A002
    if isinstance(input, str):
        return Heard(instructions=instructions or "", text=input, results={})
    items = [cast("dict[str, Any]", item) for item in input]
    last = max(
        (i for i, item in enumerate(items) if item.get("role") == "user" and not _is_note(item)), default=-1
    )
    names = {item["call_id"]: item["name"] for item in items if item.get("type") == "function_call"}
    results = {
        names[item["call_id"]]: str(item["output"])
        for item in items[last + 1 :]
        if item.get("type") == "function_call_output" and item["call_id"] in names
    }
    return Heard(
        instructions=instructions or "", text=_text(items[last]) if last >= 0 else "", results=results
    )


def _is_note(item: dict[str, Any]) -> bool:
    """Whether the app says this, not the person."""
    return _text(item).startswith(_NOTE_BEGINNINGS)


def _text(item: dict[str, Any]) -> str:
    content = item.get("content", "")
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in cast("list[dict[str, Any]]", content))
