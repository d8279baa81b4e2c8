"""The colony's ChatKit server."""

from typing import Any

from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.agent_server import AgentServer
from turnstream.demos.colony.tools import CREW, MODULES, colony_tools
from turnstream.demos.scripted import ScriptedModel
from turnstream.store import Store

__all__ = ["ColonyServer"]

INSTRUCTIONS = f"""You help run a base on Mars, a simulation on the page beside this chat that pauses while
you act. Its modules are {", ".join(MODULES)}; its crew are {", ".join(CREW)}. Change them with
update_entities, and announce the change with one show_notification. Call get_colony_status before you
describe the state of the base, and get_selection when the user mentions a selection. Answer briefly, in
Markdown."""


class ColonyServer(AgentServer):
    """Runs the base."""

    def __init__(
        self, store: Store[Any], *, model: ChatModel | ScriptedModel, reading_s: float = 0.6
    ) -> None:
        tools = colony_tools(reading_s=reading_s)
        super().__init__(store, instructions=INSTRUCTIONS, tools=tools, model=model)
