"""The ChatKit server that every demo uses: an agent whose tools change the page."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from agents import Agent, Model, RunConfig, Runner, Tool

from turnstream.agents import AgentContext, TitleAgent, simple_to_agent_input, stream_agent_response
from turnstream.server import ChatKitServer
from turnstream.store import Store
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

__all__ = ["AgentServer"]

HISTORY_ITEMS = 40
NO_TRACING = RunConfig(tracing_disabled=True)


class AgentServer(ChatKitServer[Any]):
    """Answers with an agent on `model` that has these tools; the thread's last items are its memory."""

    def __init__(
        self,
        store: Store[Any],
        *,
        name: str,
        instructions: str | Callable[[], str],
        tools: Sequence[Tool],
        model: Model | str | None,
    ) -> None:
        """If `instructions` is a function, it is called for each response."""
        super().__init__(store)
        self._instructions = instructions
        self._agent = Agent[AgentContext[Any]](name=name, instructions=self._instruct, model=model, tools=[*tools])
        self._titles = TitleAgent(model)

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        page = await self.store.load_thread_items(thread.id, None, HISTORY_ITEMS, "desc", context=context)
        agent_context = AgentContext(thread=thread, store=self.store, request_context=context)
        run = Runner.run_streamed(
            self._agent, await simple_to_agent_input(page.data[::-1]), context=agent_context, run_config=NO_TRACING
        )
        async for event in stream_agent_response(agent_context, run):
            yield event

    async def make_title(self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any) -> str | None:
        return await self._titles.make_title(input_user_message)

    def _instruct(self, run: Any, agent: Any) -> str:
        return self._instructions if isinstance(self._instructions, str) else self._instructions()
