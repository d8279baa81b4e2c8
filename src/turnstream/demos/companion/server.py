"""The companion's ChatKit server."""

from typing import Any

from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.agent_server import AgentServer
from turnstream.demos.companion.articles import ArticleStore
from turnstream.demos.companion.tools import companion_tools
from turnstream.demos.scripted import ScriptedModel
from turnstream.store import Store

__all__ = ["CompanionServer"]

INSTRUCTIONS = """You look after a small fox that lives in a garden on the page beside this chat.
Use update_status to feed it, play with it, let it rest or rename it, and tell the user in one or two warm
sentences. Use get_selection when the user mentions what they picked, and search_articles when they ask for
something to read. Answer briefly, in Markdown."""


class CompanionServer(AgentServer):
    """Looks after the fox, and reads articles."""

    def __init__(
        self, store: Store[Any], *, model: ChatModel | ScriptedModel, reading_s: float = 0.6
    ) -> None:
        self.articles = ArticleStore()
        tools = companion_tools(self.articles, reading_s=reading_s)
        super().__init__(store, instructions=INSTRUCTIONS, tools=tools, model=model)

    async def close(self) -> None:
        await super().close()
        self.articles.close()
