"""Serve the page at once and import the agent framework, which takes two seconds, while it loads."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from turnstream.server import ChatKitServer
from turnstream.store import Store
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

__all__ = ["LoadingServer"]


class LoadingServer(ChatKitServer[Any]):
    """Stands for the server that `load` makes, in a thread, at the first response or at `preload`."""

    def __init__(self, store: Store[Any], load: Callable[[], ChatKitServer[Any]]) -> None:
        super().__init__(store)
        self._load = load
        self._loading: asyncio.Task[ChatKitServer[Any]] | None = None

    def preload(self) -> asyncio.Task[ChatKitServer[Any]]:
        """Begin to load, if nobody did; the task's result is the server."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(self._load))
        return self._loading

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        server = await asyncio.shield(self.preload())  # a stop ends the response, not the loading
        async for event in server.respond(thread, input_user_message, context):
            yield event

    async def make_title(self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any) -> str | None:
        server = await asyncio.shield(self.preload())
        return await server.make_title(thread, input_user_message, context)

    async def close(self) -> None:
        await super().close()
        if self._loading is not None:
            await (await self._loading).close()
