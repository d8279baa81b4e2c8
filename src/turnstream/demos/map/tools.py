"""The tools of the map's agent: search places, add them to the map, move it, and read its state."""

import asyncio
from typing import Literal

from pydantic import BaseModel

from turnstream.agents.chat_completions import ChatTool, client_tool, function_tool
from turnstream.contracts import Effect
from turnstream.demos.map.places import PLACES, find_places
from turnstream.types import ProgressUpdateEvent

__all__ = ["map_tools"]

Mode = Literal["explore", "pick", "measure"]


class AddMarker(Effect):
    """Add a place to the map, or move the place that has this id."""

    id: str
    label: str
    lat: float
    lng: float
    kind: str


class RemoveMarker(Effect):
    """Remove a place from the map: the inverse of `add_marker`."""

    id: str


class DrawRoute(Effect):
    """Draw a line through these places in order; an empty list removes the line."""

    ids: list[str]


class PanTo(Effect):
    """Centre the map on this point."""

    lat: float
    lng: float
    zoom: float


class SelectMode(Effect):
    """Set what a click on the map does."""

    mode: Mode


class Point(BaseModel):
    lat: float
    lng: float


class Picked(Point):
    """A place of the map, or a borough with the point in its middle."""

    id: str
    label: str
    kind: str
    borough: str | None = None


class Selection(BaseModel):
    """What the person picked, if anything."""

    selected: Picked | None = None


class Bounds(BaseModel):
    south: float
    west: float
    north: float
    east: float


class Viewport(BaseModel):
    """The part of the map that the person sees now."""

    center: Point
    zoom: float
    bounds: Bounds
    borough: str | None = None


def map_tools(*, reading_s: float) -> list[ChatTool]:
    """Return the tools; `reading_s` sets how long a search and the placing of a marker take, in seconds."""

    @function_tool
    async def search_places(query: str):
        """Search London for a kind of place (museum, landmark, park, market) or for a name."""
        yield ProgressUpdateEvent(icon="search", text="Searching…")
        await asyncio.sleep(reading_s)
        found = find_places(query)
        yield ProgressUpdateEvent(icon="map-pin", text=f"Found {len(found)} places…")
        await asyncio.sleep(reading_s)
        lines = [
            f"{place.id}: {place.label}, {place.kind}, {place.lat}, {place.lng}. {place.note}"
            for place in found
        ]
        yield "\n".join(lines) or "No place matches."

    @function_tool
    async def show_places(ids: list[str]):
        """Add the places with these ids to the map. search_places returns the ids."""
        places = [PLACES[place_id] for place_id in ids if place_id in PLACES]
        for number, place in enumerate(places, start=1):
            yield ProgressUpdateEvent(icon="map-pin", text=f"Placing {number}/{len(places)}…")
            marker = AddMarker(id=place.id, label=place.label, lat=place.lat, lng=place.lng, kind=place.kind)
            yield marker.event(replay="latest", key=place.id)
            await asyncio.sleep(reading_s / 2)
        yield (
            f"On the map: {', '.join(place.label for place in places)}"
            if places
            else "None of these ids is known."
        )

    return [search_places, show_places, draw_route, pan_to, select_mode, get_selection, get_current_viewport]


@function_tool
async def draw_route(ids: list[str]):
    """Draw a line through places on the map, in walking order."""
    yield DrawRoute(ids=ids).event(replay="latest")
    yield "Drawn."


@function_tool
async def pan_to(lat: float, lng: float, zoom: float = 14):
    """Move the map to a point. Zoom 10 shows all of London, 13 a borough, 15 a few streets."""
    yield PanTo(lat=lat, lng=lng, zoom=zoom).event(replay="latest")
    yield "Moved."


@function_tool
async def select_mode(mode: Mode):
    """Choose what a click does: explore the map, pick a place or a borough, or measure a distance."""
    yield SelectMode(mode=mode).event(replay="latest")
    yield f"The map is in {mode} mode."


@client_tool(timeout_s=30)
async def get_selection() -> Selection:
    """Ask the map which place or borough the person picked."""
    ...


@client_tool(timeout_s=30)
async def get_current_viewport() -> Viewport:
    """Ask the map which part of London the person sees now."""
    ...
