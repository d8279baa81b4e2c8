"""A model that says what a test wrote down, in the events of the Responses API."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from agents import Agent, Model, ModelResponse, RunConfig, Runner, RunResultStreaming
from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter

__all__ = ["HANG", "ReplayedModel", "ReplayedServer", "call", "image", "message", "reasoning", "run_of"]

_EVENT: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)

Json = dict[str, Any]
Step = Sequence[Sequence[Json]]
"""The output items of one response: the events of each."""


class ReplayedModel(Model):
    """Says one step after another; a step that holds an exception ends with it."""

    def __init__(self, *steps: Sequence[Any]) -> None:
        self.steps = list(steps)
        self.heard: list[Any] = []

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        raise NotImplementedError

    async def stream_response(
        self,
        system_instructions: str | None,
        input: Any,  # noqa: A002
        *args: Any,
        **kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        self.heard.append(input)
        for event in _events_of(self.steps.pop(0)):
            if isinstance(event, Exception):
                raise event
            await asyncio.sleep(0)
            yield _event(event)


class ReplayedServer:
    """Says the same over HTTP, for the real openai SDK; after a step's `HANG` it says nothing more."""

    def __init__(self, *steps: Sequence[Any]) -> None:
        self.steps = list(steps)
        self.base_url = ""
        self.left = asyncio.Event()
        """Set when the client has left an answer that hangs."""
        self._answering: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "ReplayedServer":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._answering:
            task.cancel()
        if self._answering:
            await asyncio.wait(self._answering)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._answer(reader, writer))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            for event in _events_of(self.steps.pop(0)):
                if event["type"] == HANG["type"]:
                    await writer.drain()
                    await reader.read()
                    self.left.set()
                    return
                writer.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
            await writer.drain()
        finally:
            writer.close()


HANG: Json = {"type": "hang"}


def _events_of(step: Sequence[Any]) -> Iterator[Any]:
    response: Json = {
        "id": "resp_replayed",
        "created_at": 0,
        "model": "replayed",
        "object": "response",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    yield {"sequence_number": 0, "type": "response.created", "response": response}
    for index, events in enumerate(step):
        if isinstance(events, Exception):
            yield events
            return
        for event in events:
            yield {"sequence_number": 0, "output_index": index, **event}
            if event["type"] == "response.output_item.done":
                response["output"].append(event["item"])
    response["usage"] = {
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    yield {"sequence_number": 0, "type": "response.completed", "response": response}


def _event(event: Json) -> Any:
    return _EVENT.validate_python(event)


def message(*parts: Json | str, item_id: str = "msg_model", streams_annotations: bool = True) -> list[Json]:
    """The events of a message; a part is its text, or `{"text", "annotations"}`, or `{"refusal"}`."""
    item: Json = {
        "id": item_id,
        "type": "message",
        "role": "assistant",
        "status": "in_progress",
        "content": [],
    }
    events: list[Json] = [{"type": "response.output_item.added", "item": item}]
    content: list[Json] = []
    for index, given in enumerate(parts):
        part: Json = {"text": given} if isinstance(given, str) else given
        place: Json = {"item_id": item_id, "content_index": index}
        if "refusal" in part:
            full: Json = {"type": "refusal", "refusal": part["refusal"]}
            empty: Json = {**full, "refusal": ""}
        else:
            full = {"type": "output_text", "text": part["text"], "annotations": part.get("annotations", [])}
            empty = {**full, "text": "", "annotations": []}
        events.append({"type": "response.content_part.added", **place, "part": empty})
        kind = "refusal" if "refusal" in part else "output_text"
        text: str = part.get("refusal") or part["text"]
        for word in text.split(" "):
            delta = word if text.startswith(word) else f" {word}"
            events.append({"type": f"response.{kind}.delta", **place, "delta": delta, "logprobs": []})
        for number, annotation in enumerate(part.get("annotations", []) if streams_annotations else []):
            added = {"annotation": annotation, "annotation_index": number}
            events.append({"type": "response.output_text.annotation.added", **place, **added})
        said: Json = {"refusal": text} if kind == "refusal" else {"text": text, "logprobs": []}
        events += [
            {"type": f"response.{kind}.done", **place, **said},
            {"type": "response.content_part.done", **place, "part": full},
        ]
        content.append(full)
    return [
        *events,
        {"type": "response.output_item.done", "item": {**item, "status": "completed", "content": content}},
    ]


def reasoning(*summaries: str, item_id: str = "rs_model", kind: str = "reasoning_summary_text") -> list[Json]:
    """The events of a reasoning item, as summaries or, with `reasoning_text`, as the thoughts themselves."""
    item: Json = {"id": item_id, "type": "reasoning", "summary": []}
    events: list[Json] = [{"type": "response.output_item.added", "item": item}]
    index_name = "summary_index" if kind == "reasoning_summary_text" else "content_index"
    for index, text in enumerate(summaries):
        place: Json = {"item_id": item_id, index_name: index}
        middle = len(text) // 2
        events += [
            {"type": f"response.{kind}.delta", **place, "delta": half}
            for half in (text[:middle], text[middle:])
        ]
        events.append({"type": f"response.{kind}.done", **place, "text": text})
    summary = [{"type": "summary_text", "text": text} for text in summaries]
    return [*events, {"type": "response.output_item.done", "item": {**item, "summary": summary}}]


def call(name: str, arguments: str = "{}", call_id: str | None = None) -> list[Json]:
    """The events of a function call."""
    item: Json = {
        "id": f"fc_{name}",
        "type": "function_call",
        "name": name,
        "arguments": arguments,
        "call_id": call_id or f"call_{name}",
    }
    return [
        {"type": "response.output_item.added", "item": item},
        {"type": "response.output_item.done", "item": item},
    ]


def image(result: str | None, *partial: str) -> list[Json]:
    """The events of a generated image, in base64."""
    item: Json = {"id": "ig_model", "type": "image_generation_call", "status": "in_progress", "result": None}
    previews = [
        {
            "type": "response.image_generation_call.partial_image",
            "item_id": "ig_model",
            "partial_image_b64": data,
            "partial_image_index": index,
        }
        for index, data in enumerate(partial)
    ]
    done = {**item, "status": "completed" if result else "failed", "result": result}
    return [
        {"type": "response.output_item.added", "item": item},
        *previews,
        {"type": "response.output_item.done", "item": done},
    ]


def run_of(context: Any, model: Model, text: Any = "go", **agent: Any) -> RunResultStreaming:
    """A streamed run of an agent on `model`."""
    made = Agent[Any](name="a", model=model, **agent)
    return Runner.run_streamed(made, text, context=context, run_config=RunConfig(tracing_disabled=True))
