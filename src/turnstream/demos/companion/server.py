"""The companion's ChatKit server: an agent whose tools change the page."""

from collections.abc import AsyncIterator
from typing import Any

from agents import Agent, Model, RunConfig, Runner

from turnstream.agents import AgentContext, TitleAgent, simple_to_agent_input, stream_agent_response
from turnstream.demos.companion.articles import ArticleStore
from turnstream.demos.companion.tools import companion_tools
from turnstream.server import ChatKitServer
from turnstream.store import Store
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

__all__ = ["CompanionServer"]

INSTRUCTIONS = """You look after a small fox that lives in a garden on the page beside this chat.
Use update_status to feed it, play with it, let it rest or rename it, and say so in one or two warm sentences.
Use get_selection when the user speaks of what they picked, search_articles when they ask for something to read.
Answer in markdown, briefly."""

HISTORY_ITEMS = 40
NO_TRACING = RunConfig(tracing_disabled=True)


class CompanionServer(ChatKitServer[Any]):
    """Answers with an agent on `model`; the thread's last items are its memory."""

    def __init__(self, store: Store[Any], *, model: Model | str | None, reading_s: float = 0.6) -> None:
        super().__init__(store)
        self.articles = ArticleStore()
        self._agent = Agent[AgentContext[Any]](
            name="Companion",
            instructions=INSTRUCTIONS,
            model=model,
            tools=companion_tools(self.articles, reading_s=reading_s),
        )
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

    async def close(self) -> None:
        await super().close()
        self.articles.close()
