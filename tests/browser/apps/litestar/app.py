from contextlib import asynccontextmanager

from litestar import Litestar, asgi
from litestar.types import Receive, Scope, Send

from turnstream.http import create_app, drain
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import MemoryStore


async def model(question):
    yield f"You said: {question}"


class Support(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        async for event in stream_text(thread, model(input_user_message.content[0].text)):
            yield event


server = Support(MemoryStore())
chat = create_app(server, cookie_secret="your own secret of 32 or more bytes")


@asgi("/", is_mount=True, copy_scope=True)
async def mount(scope: Scope, receive: Receive, send: Send) -> None:
    await chat(scope, receive, send)


@asynccontextmanager
async def lifespan(app):
    await server.open()
    yield
    await drain()
    await server.close()


app = Litestar([mount], lifespan=[lifespan])
