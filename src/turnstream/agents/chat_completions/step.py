"""One answer of the model, put together from its chunks."""

import json
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from turnstream.agents.chat_completions.chunks import Chunk, first_choice
from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.think_tags import text_of_thinking
from turnstream.agents.core.tools.arguments import is_object
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
        """Return the call for a message's `tool_calls`; servers accept only objects as arguments."""
        arguments = self.arguments if is_object(self.arguments) else "{}"
        return {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": arguments}}


class Step:
    """Assembles one answer from its chunks: shows text and thoughts at once, and collects the calls."""

    def __init__(self, output: ModelOutput, context: AgentContext[Any]) -> None:
        self._output = output
        self._usage = context.usage
        self._thoughts: list[str] = []
        self._calls = _Calls()
        self._tokens: dict[str, Any] | None = None
        self.finish_reason: str | None = None
        output.begin_answer()
        context.begin_step()

    @property
    def calls(self) -> list[ToolCall]:
        """The calls, in the order in which they began."""
        return self._calls.made

    def message(self) -> dict[str, Any]:
        """Return the answer as a message of the conversation.

        Models that think in `reasoning_content` want it back together with their calls.
        """
        message: dict[str, Any] = {"role": "assistant", "content": self._output.answer or None}
        if self.calls:
            message["tool_calls"] = [call.message() for call in self.calls]
            if self._thoughts:
                message["reasoning_content"] = "".join(self._thoughts)
        return message

    def add(self, chunk: Chunk) -> None:
        """Add the next chunk."""
        choice = first_choice(chunk)
        if choice is not None:
            delta = choice.get("delta")
            if delta:
                self._add_delta(delta)
            if choice.get("finish_reason"):
                self.finish_reason = choice["finish_reason"]
        if chunk.get("usage"):
            self._tokens = chunk["usage"]

    def end(self) -> None:
        """Count the tokens, if the server reported them; some servers do so with every chunk."""
        tokens, self._tokens = self._tokens, None
        if tokens is not None:
            self._usage.end_request(
                input_tokens=tokens.get("prompt_tokens") or 0,
                output_tokens=tokens.get("completion_tokens") or 0,
            )

    def _add_delta(self, delta: dict[str, Any]) -> None:
        content = delta.get("content")
        if content and len(delta) == 1 and content.__class__ is str:  # nearly every one
            self._output.add_text(content)
            return
        self._add_thought(delta)
        self._add_content(content)
        self._add_content(delta.get("refusal"))
        for annotation in delta.get("annotations") or ():
            self._annotate(annotation)
        for call in delta.get("tool_calls") or ():
            self._calls.add(call)

    def _add_thought(self, delta: dict[str, Any]) -> None:
        """Add a thought: `reasoning_content` of DeepSeek and vLLM, `reasoning` of Ollama and OpenRouter."""
        content = delta.get("reasoning_content")
        thought = content or delta.get("reasoning")
        if not thought or not isinstance(thought, str):
            return
        if content:
            self._thoughts.append(thought)
        self._output.add_thought(thought)

    def _add_content(self, content: Any) -> None:
        """Add content: text or, from some servers, a list of parts; Magistral's parts include its thoughts.

        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}
        """
        if isinstance(content, str):
            self._output.add_text(content)
            return
        text = ""
        for part in cast("list[dict[str, Any]]", content or []):
            if part.get("type") == "thinking":
                self._output.add_text(text)
                text = ""
                self._output.add_thought(text_of_thinking(part.get("thinking")))
            else:
                text += part.get("text") or ""
        self._output.add_text(text)

    def _annotate(self, annotation: dict[str, Any]) -> None:
        """Add a citation.

        {"type": "url_citation", "url_citation": {"url": "https://example.com", "title": "Fares",
          "end_index": 12}}
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

    def add(self, delta: dict[str, Any]) -> None:
        function: dict[str, Any] = delta.get("function") or {}
        index, call_id, name = delta.get("index"), delta.get("id"), function.get("name")
        call = self._by_index.get(index)
        if call is None or (name and (index is None or _is_another(call, call_id, function))):
            call = ToolCall(call_id or f"call_{uuid4().hex}")
            self._by_index[index] = call
            self.made.append(call)
        if name and name != call.name:  # some servers repeat it in every chunk, others split it
            call.name += name
        arguments = function.get("arguments")
        if arguments:
            call.pieces.append(arguments if isinstance(arguments, str) else json.dumps(arguments))


def _is_another(call: ToolCall, call_id: str | None, function: dict[str, Any]) -> bool:
    """Whether a piece that has a name begins another call than the one at its index."""
    if call_id:
        return call_id != call.id
    return bool(function.get("arguments")) and is_object(call.arguments)  # the earlier call is complete
