"""The frame of a run, whatever framework it is of: where the thread ends it goes on, and nothing of it stays open."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from turnstream.agents.context import AgentContext, ClientToolCall
from turnstream.agents.model_errors import translated
from turnstream.agents.output import ModelOutput
from turnstream.types import ThreadItemDoneEvent

__all__ = ["Speaker", "speaking"]


class Speaker(ModelOutput):
    """What a model says in one run, and what the page is to be asked when the run is over."""

    def __init__(self, context: AgentContext[Any]) -> None:
        super().__init__(context)
        self._calls: list[ClientToolCall] = []

    def has_asked(self) -> bool:
        """Whether a tool has asked what the page answers in the next turn, so that the run is to end."""
        self._calls += self._context.take_client_calls()
        return bool(self._calls)

    def ask_page(self) -> None:
        """End with the calls, if there are any; the workflow waits for their answers."""
        if self.has_asked():
            self.end_thought()
            self.end_message()
            self._context.pause_workflow()
        for call in self._calls:
            self._context.send(ThreadItemDoneEvent(item=self._context.client_tool_call_item(call)))


@asynccontextmanager
async def speaking(context: AgentContext[Any]) -> AsyncGenerator[Speaker]:
    """Let a run speak; at its end ask the page what its tools left to ask. What fails or is stopped is closed too.

    Raises:
        ModelError: instead of what a client library raised because of the model.
    """
    speaker = Speaker(context)
    await speaker.begin()
    try:
        yield speaker
        speaker.ask_page()
    except Exception as exc:
        with translated(has_begun=speaker.has_spoken):
            raise exc from exc.__cause__
    finally:
        speaker.close()
