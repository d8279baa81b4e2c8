"""The scope of a run of any framework: resumes the thread's workflow and closes open items at the end."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from turnstream.agents.core.client_errors import translated
from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.model_output import ModelOutput

__all__ = ["run_scope"]


@asynccontextmanager
async def run_scope(context: AgentContext[Any]) -> AsyncGenerator[ModelOutput]:
    """Yield the run's output. At the end, show the calls left for the page, and close open items.

    A run that fails or is stopped is closed too.

    Raises:
        ModelError: instead of what a client library raised because of the model.
    """
    output = ModelOutput(context)
    await output.begin()
    try:
        yield output
        output.ask_page()
    except Exception as exc:
        with translated(has_begun=output.has_begun):
            raise exc from exc.__cause__
    finally:
        output.close()
