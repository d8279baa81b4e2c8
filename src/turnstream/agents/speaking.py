"""The frame of a run, whatever framework it is of: where the thread ends it goes on, and nothing of it stays open."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from turnstream.agents.context import AgentContext
from turnstream.agents.model_errors import translated
from turnstream.agents.output import ModelOutput

__all__ = ["speaking"]


@asynccontextmanager
async def speaking(context: AgentContext[Any]) -> AsyncGenerator[ModelOutput]:
    """Let a run speak; at its end ask the page what its tools left to ask. What fails or is stopped is closed too.

    Raises:
        ModelError: instead of what a client library raised because of the model.
    """
    speaker = ModelOutput(context)
    await speaker.begin()
    try:
        yield speaker
        speaker.ask_page()
    except Exception as exc:
        with translated(has_begun=speaker.has_spoken):
            raise exc from exc.__cause__
    finally:
        speaker.close()
