"""The tools of the companion's agent: change the page, read its state, and search articles."""

import asyncio
from typing import Any

from pydantic import BaseModel

from turnstream.agents.chat_completions import ChatTool, client_tool, function_tool
from turnstream.contracts import Effect
from turnstream.demos.companion.articles import ArticleStore
from turnstream.types import ProgressUpdateEvent

__all__ = ["companion_tools"]


class UpdateStatus(Effect):
    """Change the companion's state on the page; `flash` is a word or two shown above it."""

    state: dict[str, Any]
    flash: str


class ShowNotification(Effect):
    """Show a short message in the corner of the page."""

    message: str


class Thing(BaseModel):
    """Something in the garden."""

    label: str
    note: str


class Selection(BaseModel):
    """What the user picked in the garden, if anything."""

    selected: Thing | None = None


def companion_tools(articles: ArticleStore, *, reading_s: float) -> list[ChatTool]:
    """Return the tools; `reading_s` is how long the agent spends on each article it found, in seconds."""

    @function_tool
    async def search_articles(query: str):
        """Search the library for articles about `query`."""
        yield ProgressUpdateEvent(icon="search", text="Searching articles…")
        await asyncio.sleep(reading_s)
        found = await articles.search(query)
        yield ProgressUpdateEvent(icon="book-open", text=f"Found {len(found)} articles…")
        for number, _ in enumerate(found, start=1):
            await asyncio.sleep(reading_s)
            yield ProgressUpdateEvent(icon="book-open", text=f"Processing article {number}/{len(found)}…")
        await asyncio.sleep(reading_s)
        yield "\n\n".join(f"{article.title}\n{article.text}" for article in found) or "No article matches."

    return [search_articles, update_status, show_notification, get_selection]


@function_tool
async def update_status(
    flash: str,
    energy: int | None = None,
    happiness: int | None = None,
    name: str | None = None,
):
    """Change the companion.

    `energy` and `happiness` are 0 to 100; `flash` is a word or two shown above it.
    """
    state = {"energy": energy, "happiness": happiness, "name": name}
    given = {key: value for key, value in state.items() if value is not None}
    yield UpdateStatus(state=given, flash=flash)
    yield f"Done: {given}"


@function_tool
async def show_notification(message: str):
    """Show a short message in the corner of the page."""
    yield ShowNotification(message=message)
    yield "Shown."


@client_tool
async def get_selection() -> Selection:
    """Ask the page which thing in the garden the user picked."""
    ...
