"""Titles of threads, by a model of any bridge."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, cast

from turnstream.titles import TITLE_INSTRUCTIONS, clean_title
from turnstream.types import UserMessageItem, UserMessageTagContent

__all__ = ["Ask", "TitleAgent"]

Ask: TypeAlias = Callable[[str, str], Awaitable[str]]
"""Asks a model: the instructions and the user's words in, its answer out."""

LONGEST_MESSAGE = 2000
"""Characters of the message that the model gets: a title needs no more."""


class TitleAgent:
    """Makes titles of three to five words in the language of the user. Give it a fast model.

        titles = TitleAgent("gpt-5-nano")

        class Support(ChatKitServer):
            async def make_title(self, thread, input_user_message, context):
                return await titles.make_title(input_user_message)

    The server runs `make_title` in parallel with the first response.
    """

    def __init__(self, model: Any, *, instructions: str = TITLE_INSTRUCTIONS) -> None:
        """`model` is one of the bridges' models, or an async function that asks one (see `Ask`).

        That is: a name or `Model` of the OpenAI Agents SDK (None is its default), a `ChatModel` of
        `turnstream.agents.chat_completions`, a `Model` of pydantic-ai, a chat model of LangChain.
        """
        self.instructions = instructions
        self._ask = _ask_of(model)

    async def make_title(self, message: UserMessageItem | str) -> str | None:
        """Return a title for a conversation that begins with `message`, or None if the model gave none."""
        text = message if isinstance(message, str) else _words_of(message)
        if not text.strip():
            return None
        return clean_title(await self._ask(self.instructions, text[:LONGEST_MESSAGE]))


def _words_of(message: UserMessageItem) -> str:
    return "".join(
        f"@{part.text}" if isinstance(part, UserMessageTagContent) else part.text for part in message.content
    )


def _ask_of(model: Any) -> Ask:
    if _is_of(model, "pydantic_ai.models", "Model"):
        return _ask_pydantic_ai(model)
    if _is_of(model, "langchain_core.runnables", "Runnable"):
        return _ask_langchain(model)
    if model is None or isinstance(model, str) or _is_of(model, "agents.models.interface", "Model"):
        return _ask_agents_sdk(model)
    if callable(getattr(model, "ask", None)):
        return cast("Ask", model.ask)
    if callable(model):
        return cast("Ask", model)
    raise TypeError(
        f"TitleAgent needs a model, a model name, or an async function that calls a model, not {model!r}"
    )


def _is_of(model: Any, module: str, name: str) -> bool:
    """Whether `model` is of a framework's class; a framework that is not loaded has made no model."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(model, kind)


def _ask_agents_sdk(model: Any) -> Ask:
    from agents import Agent, RunConfig, Runner

    async def ask(instructions: str, text: str) -> str:
        agent = Agent[None](name="Titles", instructions=instructions, model=model)
        run = await Runner.run(agent, text, max_turns=1, run_config=RunConfig(tracing_disabled=True))
        return str(run.final_output)

    return ask


def _ask_pydantic_ai(model: Any) -> Ask:
    from pydantic_ai import Agent

    async def ask(instructions: str, text: str) -> str:
        return (await Agent(model, instructions=instructions).run(text)).output

    return ask


def _ask_langchain(model: Any) -> Ask:
    async def ask(instructions: str, text: str) -> str:
        answer = await model.ainvoke([("system", instructions), ("human", text)])
        return str(answer.text)

    return ask
