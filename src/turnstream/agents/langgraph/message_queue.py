"""Messages of LangGraph's models on their way to the thread, one at a time."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from langchain_core.messages import AIMessage

from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.think_tags import text_of_thinking
from turnstream.types import Annotation, FileSource, URLSource

__all__ = ["MessageQueue"]

Piece: TypeAlias = Callable[[ModelOutput], None]
"""Sends a piece of a message to the output."""


@dataclass(slots=True)
class _QueuedMessage:
    pieces: list[Piece] = field(default_factory=list[Piece])
    has_begun: bool = False
    is_complete: bool = False


class MessageQueue:
    """Shows one message at a time: nodes that run at once stream theirs at the same time.

    The first message that begins is shown to its end, then the next one.
    """

    def __init__(self, output: ModelOutput) -> None:
        self._output = output
        self._messages: dict[Hashable, _QueuedMessage] = {}

    def add(self, source: Hashable, message: AIMessage) -> None:
        """Add a message of `source`, or a piece of one."""
        queued = self._messages.setdefault(source, _QueuedMessage())
        queued.pieces += _pieces(message)
        self._show()

    def end(self, source: Hashable) -> None:
        """End the message of `source`, if it has one."""
        if source in self._messages:
            self._messages[source].is_complete = True
            self._show()

    def check_answer(self) -> None:
        """Return if the run produced an answer: text, or an item that a tool showed.

        Raises:
            ModelError: the user would see nothing.
        """
        self.close()
        self._output.check_answer()

    def close(self) -> None:
        """End and show all messages."""
        for queued in self._messages.values():
            queued.is_complete = True
        self._show()

    def _show(self) -> None:
        while self._messages:
            source, queued = next(iter(self._messages.items()))
            if not queued.has_begun:
                queued.has_begun = True
                self._output.begin_answer()
            for send in queued.pieces:
                send(self._output)
            queued.pieces.clear()
            if not queued.is_complete:
                return
            self._output.end_message()
            self._output.end_thought()
            del self._messages[source]


def _pieces(message: AIMessage) -> Iterator[Piece]:
    if reasoning := message.additional_kwargs.get("reasoning_content"):
        yield _thought(str(reasoning))
    content = message.content
    if isinstance(content, str):
        yield _text(content)
        return
    for block in content:
        yield from [_text(block)] if isinstance(block, str) else _block(cast("dict[str, Any]", block))


def _block(block: dict[str, Any]) -> Iterator[Piece]:
    match block:
        case {"type": "text", "text": str(text)} | {"type": "refusal", "refusal": str(text)}:
            yield _text(text)
            marks = cast("list[dict[str, Any]]", block.get("annotations") or [])
            yield from (_annotation(mark) for raw in marks if (mark := _mark(raw)))
        case {"type": "reasoning", "reasoning": str(thought)}:
            yield _thought(thought)
        case {"type": "thinking", "thinking": thinking}:
            yield _thought(text_of_thinking(thinking))
        case {"type": "reasoning", "summary": list()}:
            parts = cast("list[dict[str, Any]]", block["summary"])
            yield from (_thought(str(part.get("text", ""))) for part in parts)
        case _:
            pass


def _text(text: str) -> Piece:
    return lambda output: output.add_text(text)


def _thought(text: str) -> Piece:
    return lambda output: output.add_thought(text)


def _annotation(annotation: Annotation) -> Piece:
    return lambda output: output.annotate(annotation)


def _mark(raw: dict[str, Any]) -> Annotation | None:
    """Return a citation in LangChain's or OpenAI's form; None for one without a target."""
    match raw:
        case {"type": "citation" | "url_citation", "url": str(url)}:
            source = URLSource(title=raw.get("title") or url, url=url)
        case {"type": "file_citation", "filename": str(filename)}:
            source = FileSource(title=filename, filename=filename)
        case {"type": "citation", "title": str(title)}:
            source = FileSource(title=title, filename=title)
        case _:
            return None
    return Annotation(source=source, index=raw.get("end_index", raw.get("index")))
