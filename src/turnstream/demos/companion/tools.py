"""What the companion's agent can do: change the page, ask it, and read."""

import asyncio
from typing import Any

from agents import RunContextWrapper, Tool, function_tool

from turnstream.agents import AgentContext, ClientToolCall
from turnstream.demos.companion.articles import ArticleStore
from turnstream.types import ClientEffectEvent, ProgressUpdateEvent

__all__ = ["CLIENT_TOOLS", "companion_tools"]

CLIENT_TOOLS = ["get_selection"]
"""Tools that the page answers: the run stops at them and goes on with the answer."""

Context = RunContextWrapper[AgentContext[Any]]


def companion_tools(articles: ArticleStore, *, reading_s: float) -> list[Tool]:
    """Return the tools; `reading_s` is how long the agent spends on each article it found, in seconds."""

    @function_tool
    async def search_articles(ctx: Context, query: str) -> str:
        """Search the library for articles about `query`."""
        stream = ctx.context.stream
        await stream(ProgressUpdateEvent(icon="search", text="Searching articles…"))
        await asyncio.sleep(reading_s)
        found = await articles.search(query)
        await stream(ProgressUpdateEvent(icon="book-open", text=f"Found {len(found)} articles…"))
        for number, _ in enumerate(found, start=1):
            await asyncio.sleep(reading_s)
            await stream(ProgressUpdateEvent(icon="book-open", text=f"Processing article {number}/{len(found)}…"))
        await asyncio.sleep(reading_s)
        return "\n\n".join(f"{article.title}\n{article.text}" for article in found) or "No article matches."

    return [search_articles, update_status, show_notification, get_selection]


@function_tool
async def update_status(
    ctx: Context,
    flash: str,
    energy: int | None = None,
    happiness: int | None = None,
    name: str | None = None,
) -> str:
    """Change the companion. `energy` and `happiness` are 0 to 100; `flash` is a word or two shown above it."""
    state = {"energy": energy, "happiness": happiness, "name": name}
    given = {key: value for key, value in state.items() if value is not None}
    await ctx.context.stream(ClientEffectEvent(name="update_status", data={"state": given, "flash": flash}))
    return f"Done: {given}"


@function_tool
async def show_notification(ctx: Context, message: str) -> str:
    """Show a short message in the corner of the page."""
    await ctx.context.stream(ClientEffectEvent(name="show_notification", data={"message": message}))
    return "Shown."


@function_tool
async def get_selection(ctx: Context) -> str:
    """Ask the page which thing in the garden the user picked."""
    ctx.context.client_tool_call = ClientToolCall(name="get_selection", arguments={})
    return "The page was asked."
