"""The apps that `bench.start` starts: made by factories, since each imports what it needs."""

import tempfile
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request


def memory() -> Any:
    """turnstream with everything in memory."""
    from turnstream.store import MemoryStore

    return _turnstream(MemoryStore())


def sqlite() -> Any:
    """turnstream with a new SQLite database."""
    from turnstream.store import SqlStore

    return _turnstream(SqlStore(f"sqlite:///{tempfile.mkdtemp()}/chat.sqlite"))


def official() -> Any:
    """`openai-chatkit` with everything in memory, behind one route of Starlette."""
    from chatkit.server import ChatKitServer
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    from bench.official_store import MemoryStore

    class Server(ChatKitServer[Any]):
        def respond(self, thread: Any, input_user_message: Any, context: Any) -> Any:
            raise NotImplementedError

    server = Server(MemoryStore())

    async def chat(request: Request) -> Response:
        result: Any = await server.process(await request.body(), "bench")
        return Response(result.json, media_type="application/json")

    return Starlette(routes=[Route("/chatkit", chat, methods=["POST"])])


def _turnstream(store: Any) -> Any:
    from turnstream.http import create_app
    from turnstream.server import ChatKitServer, stream_text
    from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

    class Server(ChatKitServer[Any]):
        async def respond(
            self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
        ) -> AsyncIterator[ThreadStreamEvent]:
            async for event in stream_text(thread, nothing()):
                yield event

    async def nothing() -> AsyncIterator[str]:
        yield ""

    return create_app(Server(store), authenticate=lambda request: "bench")
