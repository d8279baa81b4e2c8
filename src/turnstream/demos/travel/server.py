"""The travel desk's ChatKit server."""

from datetime import UTC, datetime
from typing import Any

from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.agent_server import AgentServer
from turnstream.demos.scripted import ScriptedModel
from turnstream.demos.travel.timetable import CITIES
from turnstream.demos.travel.tools import travel_tools
from turnstream.store import Store

__all__ = ["TravelServer"]

INSTRUCTIONS = """You are the travel desk of a furniture studio in London. The page beside this chat shows one
trip, with a flight out and a flight back. You can book flights to {cities}.
Begin with get_itinerary, and with plan_trip if there is no trip. For each flight: show_fares, choose_flight,
ask_traveller (not for the flight back if the itinerary has a traveller), choose_seat, buy_ticket. The last
four ask the person with widgets and return the answers: do not ask for the same in words. Never say that a
flight is booked unless buy_ticket has returned a reference. show_guide shows notes on a city. Answer briefly,
in Markdown. Today is {today}."""


class TravelServer(AgentServer):
    """Plans a trip and books its flights."""

    def __init__(
        self, store: Store[Any], *, model: ChatModel | ScriptedModel, reading_s: float = 0.6
    ) -> None:
        tools = travel_tools(reading_s=reading_s)
        super().__init__(store, instructions=_instructions, tools=tools, model=model)


def _instructions() -> str:
    today = datetime.now(UTC).strftime("%A, %Y-%m-%d")
    return INSTRUCTIONS.format(cities=", ".join(CITIES), today=today)
