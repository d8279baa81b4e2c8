"""What the messages of LangGraph's models say, in turn, and what they cost."""

import asyncio
import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any, cast
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, GenerationChunk, LLMResult
from langgraph.constants import TAG_NOSTREAM

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode, check_finish
from turnstream.agents.core.model_output import ModelOutput
from turnstream.agents.core.think_tags import answer_in, text_of_thinking
from turnstream.types import Annotation, FileSource, URLSource

__all__ = ["Floor", "ModelListener"]

Utterance = Callable[[ModelOutput], None]


class _Speech:
    __slots__ = ("has_begun", "is_over", "waiting")

    def __init__(self) -> None:
        self.has_begun = False
        self.waiting: list[Utterance] = []
        self.is_over = False


class Floor:
    """Lets one model speak at a time: nodes that run at once send their tokens in turn.

    The first that speaks has the floor until it is over; the others are heard behind it.
    """

    def __init__(self, output: ModelOutput) -> None:
        self._output = output
        self._speeches: dict[Hashable, _Speech] = {}

    def say(self, speaker: Hashable, message: AIMessage) -> None:
        """Take a message, or a piece of one."""
        speech = self._speeches.setdefault(speaker, _Speech())
        speech.waiting += _utterances(message)
        self._hear()

    def end(self, speaker: Hashable) -> None:
        """Take note that nothing more comes from `speaker`."""
        if speaker in self._speeches:
            self._speeches[speaker].is_over = True
            self._hear()

    def check_answer(self) -> None:
        """Return if the run produced an answer: text, or an item that a tool showed.

        Raises:
            ModelError: the person would see nothing.
        """
        self.close()
        self._output.check_answer()

    def close(self) -> None:
        """Let be heard what waits: nothing more comes."""
        for speech in self._speeches.values():
            speech.is_over = True
        self._hear()

    def _hear(self) -> None:
        while self._speeches:
            speaker, speech = next(iter(self._speeches.items()))
            if not speech.has_begun:
                speech.has_begun = True
                self._output.begin_answer()
            for utter in speech.waiting:
                utter(self._output)
            speech.waiting.clear()
            if not speech.is_over:
                return
            self._output.end_message()
            self._output.end_thought()
            del self._speeches[speaker]


def _utterances(message: AIMessage) -> Iterator[Utterance]:
    if reasoning := message.additional_kwargs.get("reasoning_content"):
        yield _thought(str(reasoning))
    content = message.content
    if isinstance(content, str):
        yield _text(content)
        return
    for block in content:
        yield from [_text(block)] if isinstance(block, str) else _block(cast("dict[str, Any]", block))


def _block(block: dict[str, Any]) -> Iterator[Utterance]:
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


def _text(text: str) -> Utterance:
    return lambda output: output.add_text(text)


def _thought(text: str) -> Utterance:
    return lambda output: output.add_thought(text)


def _annotation(annotation: Annotation) -> Utterance:
    return lambda output: output.annotate(annotation)


def _mark(raw: dict[str, Any]) -> Annotation | None:
    """Return a citation, in LangChain's words or in OpenAI's; one that leads nowhere is left out."""
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


def _gives_reason(metadata: dict[str, Any]) -> bool:
    """Whether a message is of chat completions, which end with a reason; the Responses API gives a status."""
    return metadata.get("model_provider") == "openai" and "status" not in metadata


class ModelListener(BaseCallbackHandler):
    """Hears the chat models of a run: what they say, when it is over, and what it has cost.

    LangGraph's own stream tells neither when a message ends nor of which call a token is: some models change
    the message's id on the way. It is heard here when it is said, so that it stands in order with what tools
    stream.
    """

    run_inline = True  # or it is called in a thread
    raise_error = True  # or what goes wrong here is only logged

    def __init__(self, floor: Floor, context: AgentContext[Any]) -> None:
        self._floor = floor
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        self._shown: set[UUID] = set()
        self._streamed: set[UUID] = set()
        self._heard: set[str | None] = set()
        self._last: AIMessage | None = None
        self._is_last_streamed = False

    def check(self) -> None:
        """Return if what a model said last is whole, and an answer.

        Raises:
            ModelError: it is not.
        """
        if self._last is None:
            return
        metadata = cast("dict[str, Any]", cast("Any", self._last).response_metadata)
        reason = metadata.get("finish_reason")
        answer = answer_in(self._last.text)
        check_finish(reason, has_text=bool(answer))
        if self._is_last_streamed and not reason and _gives_reason(metadata):
            raise ModelError(ModelErrorCode.CUT, "the stream ended without a finish_reason")
        if not answer and not self._last.tool_calls:
            self._floor.check_answer()

    def take_whole(self, message: Any) -> None:
        """Show a message that a node made, if no model said it here."""
        if isinstance(message, AIMessage) and message.id not in self._heard:
            self._heard.add(message.id)
            self._last, self._is_last_streamed = message, False
            self._floor.say(message.id, message)
            self._floor.end(message.id)

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        tags: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Count a request; listen to the answer, unless it is not to be streamed."""
        self._do(self._context.begin_step)
        if TAG_NOSTREAM not in (tags or []):
            self._shown.add(run_id)

    def on_llm_new_token(
        self,
        token: str | list[str | dict[str, Any]],
        *,
        chunk: GenerationChunk | ChatGenerationChunk | None = None,
        run_id: UUID,
        **kwargs: Any,
    ) -> None:
        """Hear a piece of a message."""
        if run_id in self._shown and isinstance(chunk, ChatGenerationChunk):
            self._streamed.add(run_id)
            self._do(self._say, run_id, chunk.message)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """Hear a message that did not come in pieces; end it, and count what it has cost, if the model says
        so.
        """
        for generation in (generation for generations in response.generations for generation in generations):
            if isinstance(generation, ChatGeneration) and isinstance(generation.message, AIMessage):
                self._do(self._end, run_id, generation.message)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """End a message that broke off."""
        self._do(self._floor.end, run_id)

    def _say(self, run_id: UUID, message: BaseMessage) -> None:
        self._heard.add(message.id)
        if isinstance(message, AIMessage):
            self._floor.say(run_id, message)

    def _end(self, run_id: UUID, message: AIMessage) -> None:
        self._context.check_tool_calls(len(message.tool_calls))
        if (cost := message.usage_metadata) is not None:
            self._context.usage.end_request(
                input_tokens=cost["input_tokens"], output_tokens=cost["output_tokens"]
            )
        if run_id in self._shown:
            self._last, self._is_last_streamed = message, run_id in self._streamed
            if run_id not in self._streamed:
                self._floor.say(run_id, message)
            self._heard.add(message.id)
            self._floor.end(run_id)

    def _do(self, act: Callable[..., None], *args: Any) -> None:
        """Do it in the loop's thread; a node that is not async runs in another."""
        if threading.get_ident() == self._thread_id:
            act(*args)
        else:
            self._loop.call_soon_threadsafe(act, *args)
