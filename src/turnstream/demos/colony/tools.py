"""The tools of the colony's agent: change modules and crew, notify people, and read the page's state."""

import asyncio
from typing import Any, Literal, get_args

from pydantic import BaseModel

from turnstream.agents.chat_completions import ChatTool, client_tool, function_tool
from turnstream.contracts import Effect
from turnstream.types import ProgressUpdateEvent

__all__ = ["CREW", "MODULES", "ModuleId", "colony_tools"]

ModuleId = Literal["solar", "habitat", "greenhouse", "ice", "electrolyser", "workshop", "rover"]
MODULES: tuple[ModuleId, ...] = get_args(ModuleId)
CREW = ("amara", "jonas", "mei", "luis", "priya", "tove")


class UpdateEntity(Effect):
    """Change a module or a crew member: `changes` has some of `name`, `on`, `level` (0 to 100) and `task`."""

    id: str
    changes: dict[str, Any]


class ShowNotification(Effect):
    """Show a short message over the colony."""

    message: str


class Entity(BaseModel):
    """A module, which has `on` and `level`, or a crew member, who has a `task`: the id of a module."""

    id: str
    name: str
    on: bool | None = None
    level: int | None = None
    task: str | None = None


class Change(BaseModel):
    """The new values of an entity; omitted values stay the same."""

    id: str
    name: str | None = None
    on: bool | None = None
    level: int | None = None
    task: ModuleId | None = None


class Selection(BaseModel):
    """What the person picked, if anything."""

    selected: Entity | None = None


class Status(BaseModel):
    """The state of the colony; the stores are percentages of their capacity."""

    sol: int
    clock: str
    power: int
    water: int
    oxygen: int
    food: int
    entities: list[Entity]


def colony_tools(*, reading_s: float) -> list[ChatTool]:
    """Return the tools; `reading_s` sets how long two changes take, in seconds."""

    @function_tool
    async def update_entities(changes: list[Change]):
        """Switch modules on and off, set their output (`level`, 0 to 100), rename them, and move the crew."""
        for number, change in enumerate(changes, start=1):
            yield ProgressUpdateEvent(icon="bolt", text=f"Changing {number}/{len(changes)}…")
            for name, value in change.model_dump(exclude={"id"}, exclude_none=True).items():
                # A key for each property: a page that comes later needs the newest of each.
                yield UpdateEntity(id=change.id, changes={name: value}).event(
                    replay="latest", key=f"{change.id}.{name}"
                )
            await asyncio.sleep(reading_s / 2)
        yield f"Changed: {', '.join(change.id for change in changes)}."

    return [update_entities, show_notification, get_selection, get_colony_status]


@function_tool
async def show_notification(message: str):
    """Show a short message over the colony."""
    yield ShowNotification(message=message)
    yield "Shown."


@client_tool(timeout_s=30)
async def get_selection() -> Selection:
    """Ask the page which module or crew member the person picked."""
    ...


@client_tool(timeout_s=30)
async def get_colony_status() -> Status:
    """Ask the page for the current state of the colony."""
    ...
