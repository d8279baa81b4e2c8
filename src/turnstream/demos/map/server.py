"""The map's ChatKit server."""

from typing import Any

from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.agent_server import AgentServer
from turnstream.demos.map.tools import map_tools
from turnstream.demos.scripted import ScriptedModel
from turnstream.store import Store

__all__ = ["MapServer"]

INSTRUCTIONS = """You show people London on the map beside this chat.
Find places with search_places, put them on the map with show_places, then move there with pan_to; for a walk
also draw_route. Before you describe what the person is viewing or picked, call get_current_viewport or
get_selection. Answer briefly, in Markdown."""


class MapServer(AgentServer):
    """Knows its way around London."""

    def __init__(
        self, store: Store[Any], *, model: ChatModel | ScriptedModel, reading_s: float = 0.6
    ) -> None:
        tools = map_tools(reading_s=reading_s)
        super().__init__(store, instructions=INSTRUCTIONS, tools=tools, model=model)
