"""One answer of the model, put together from its chunks."""

import json
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from turnstream.agents.chat_completions.answers import Chunk
from turnstream.agents.output import ModelOutput
from turnstream.agents.usage import Usage
from turnstream.types import Annotation, URLSource

__all__ = ["Step", "ToolCall"]


@dataclass(slots=True)
class ToolCall:
    """A call that the model makes; its arguments arrive in pieces."""

    id: str
    name: str = ""
    pieces: list[str] = field(default_factory=list[str])

    @property
    def arguments(self) -> str:
        """The arguments as the model wrote them."""
        return "".join(self.pieces)

    def message(self) -> dict[str, Any]:
        """Return what stands in a message's `tool_calls`; servers refuse to read arguments that are not JSON."""
        arguments = self.arguments if _is_json(self.arguments) else "{}"
        return {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": arguments}}


class Step:
    """Takes the chunks of one answer: text and thoughts are shown as they come, calls are kept for later."""

    def __init__(self, output: ModelOutput, usage: Usage) -> None:
        self._output = output
        self._usage = usage
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self._calls = _Calls()
        self._tokens: dict[str, Any] | None = None
        self.finish_reason: str | None = None
        usage.begin_request()

    @property
    def has_text(self) -> bool:
        """Whether the model said something aloud."""
        return bool(self._texts)

    @property
    def calls(self) -> list[ToolCall]:
        """The calls, in the order in which they began."""
        return self._calls.made

    def message(self) -> dict[str, Any]:
        """Return the answer as a message of the conversation.

        Models that think in `reasoning_content` want it back together with their calls.
        """
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self._texts) or None}
        if self.calls:
            message["tool_calls"] = [call.message() for call in self.calls]
            if self._thoughts:
                message["reasoning_content"] = "".join(self._thoughts)
        return message

    def take(self, chunk: Chunk) -> None:
        """Take the next chunk."""
        choices = chunk.get("choices")
        if choices:
            choice = choices[0]
            delta = choice.get("delta")
            if delta:
                self._take_delta(delta)
            if choice.get("finish_reason") is not None:
                self.finish_reason = choice["finish_reason"]
        if chunk.get("usage"):
            self._tokens = chunk["usage"]

    def end(self) -> None:
        """Count the tokens, if the server said how many; some say so with every chunk."""
        tokens, self._tokens = self._tokens, None
        if tokens is not None:
            self._usage.end_request(
                input_tokens=tokens.get("prompt_tokens") or 0, output_tokens=tokens.get("completion_tokens") or 0
            )

    def _take_delta(self, delta: dict[str, Any]) -> None:
        content = delta.get("content")
        if content and len(delta) == 1 and content.__class__ is str:  # nearly every one
            self._texts.append(content)
            self._output.add_text(content)
            return
        self._think(delta)
        self._say(_text_of(content))
        self._say(_text_of(delta.get("refusal")))
        for annotation in delta.get("annotations") or ():
            self._annotate(annotation)
        for call in delta.get("tool_calls") or ():
            self._calls.take(call)

    def _think(self, delta: dict[str, Any]) -> None:
        """Take a thought: `reasoning_content` of DeepSeek and vLLM, `reasoning` of Ollama and OpenRouter."""
        content = delta.get("reasoning_content")
        thought = content or delta.get("reasoning")
        if not thought or not isinstance(thought, str):
            return
        if content:
            self._thoughts.append(thought)
        self._output.add_thought(thought)

    def _say(self, text: str) -> None:
        if text:
            self._texts.append(text)
            self._output.add_text(text)

    def _annotate(self, annotation: dict[str, Any]) -> None:
        """Take a citation.

        {"type": "url_citation", "url_citation": {"url": "https://example.com", "title": "Fares", "end_index": 12}}
        """
        citation = annotation.get("url_citation")
        if citation and citation.get("url"):
            source = URLSource(title=citation.get("title") or citation["url"], url=citation["url"])
            self._output.annotate(Annotation(source=source, index=citation.get("end_index")))


class _Calls:
    """Calls in pieces. A piece has its call's index, but not on every server: then a name begins a new call.

    Some give whole calls all the same index, and an id of their own to each, or none.
    """

    def __init__(self) -> None:
        self.made: list[ToolCall] = []
        self._by_index: dict[Any, ToolCall] = {}

    def take(self, delta: dict[str, Any]) -> None:
        function: dict[str, Any] = delta.get("function") or {}
        index, call_id, name = delta.get("index"), delta.get("id"), function.get("name")
        call = self._by_index.get(index)
        if call is None or (name and (index is None or _is_another(call, call_id, function))):
            call = ToolCall(call_id or f"call_{uuid4().hex}")
            self._by_index[index] = call
            self.made.append(call)
        call.name = call.name or name or ""
        arguments = function.get("arguments")
        if arguments:
            call.pieces.append(arguments if isinstance(arguments, str) else json.dumps(arguments))


def _is_another(call: ToolCall, call_id: str | None, function: dict[str, Any]) -> bool:
    """Whether a piece that has a name begins another call than the one at its index."""
    if call_id:
        return call_id != call.id
    if call.name and function["name"] != call.name:
        return True
    return bool(function.get("arguments")) and _is_json(call.arguments)  # the other one is whole


def _text_of(content: Any) -> str:
    """Return the text of content, which some servers give in parts."""
    if content is None or isinstance(content, str):
        return content or ""
    parts = cast("list[dict[str, Any]]", content) if isinstance(content, list) else []
    return "".join(part.get("text") or "" for part in parts)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
