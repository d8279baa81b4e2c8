"""The messages of LangGraph's models, as LangChain's callbacks report them."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, GenerationChunk, LLMResult
from langgraph.constants import TAG_NOSTREAM

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode, check_finish
from turnstream.agents.core.think_tags import answer_in
from turnstream.agents.langgraph.message_queue import MessageQueue

__all__ = ["ModelListener"]


def _gives_reason(metadata: dict[str, Any]) -> bool:
    """Whether a message is of chat completions, which end with a reason; the Responses API gives a status."""
    return metadata.get("model_provider") == "openai" and "status" not in metadata


class ModelListener(BaseCallbackHandler):
    """Receives the messages of a run's chat models, their ends and their usage.

    LangGraph's own stream reports neither when a message ends nor which call a token belongs to, because some
    models change the message's id on the way. These callbacks run as the models stream, so that messages keep
    their order among what tools stream.
    """

    run_inline = True  # or it is called in a thread
    raise_error = True  # or what goes wrong here is only logged

    def __init__(self, queue: MessageQueue, context: AgentContext[Any]) -> None:
        self._queue = queue
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._thread_id = threading.get_ident()
        self._shown: set[UUID] = set()
        self._streamed: set[UUID] = set()
        self._seen: set[str | None] = set()
        self._last: AIMessage | None = None
        self._is_last_streamed = False

    def check(self) -> None:
        """Return if the last message is complete, and an answer.

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
            self._queue.check_answer()

    def show_whole(self, message: Any) -> None:
        """Show a message that a node made itself, and not a model of this run."""
        if isinstance(message, AIMessage) and message.id not in self._seen:
            self._seen.add(message.id)
            self._last, self._is_last_streamed = message, False
            self._queue.add(message.id, message)
            self._queue.end(message.id)

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        tags: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Count a request; its answer is shown unless it has the tag `nostream`."""
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
        """Add a piece of a message."""
        if run_id in self._shown and isinstance(chunk, ChatGenerationChunk):
            self._streamed.add(run_id)
            self._do(self._add_piece, run_id, chunk.message)

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        """End a message, which may not have come in pieces, and count its usage if the model reports it."""
        for generation in (generation for generations in response.generations for generation in generations):
            if isinstance(generation, ChatGeneration) and isinstance(generation.message, AIMessage):
                self._do(self._end, run_id, generation.message)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        """End a message whose model failed."""
        self._do(self._queue.end, run_id)

    def _add_piece(self, run_id: UUID, message: BaseMessage) -> None:
        self._seen.add(message.id)
        if isinstance(message, AIMessage):
            self._queue.add(run_id, message)

    def _end(self, run_id: UUID, message: AIMessage) -> None:
        self._context.check_tool_calls(len(message.tool_calls))
        if (cost := message.usage_metadata) is not None:
            self._context.usage.end_request(
                input_tokens=cost["input_tokens"], output_tokens=cost["output_tokens"]
            )
        if run_id in self._shown:
            self._last, self._is_last_streamed = message, run_id in self._streamed
            if run_id not in self._streamed:
                self._queue.add(run_id, message)
            self._seen.add(message.id)
            self._queue.end(run_id)

    def _do(self, act: Callable[..., None], *args: Any) -> None:
        """Call `act` in the thread of the loop; a node that is not async runs in another one."""
        if threading.get_ident() == self._thread_id:
            act(*args)
        else:
            self._loop.call_soon_threadsafe(act, *args)
