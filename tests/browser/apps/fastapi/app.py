from contextlib import asynccontextmanager

from fastapi import FastAPI

from turnstream.http import create_app, drain
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import SqlStore


async def model(question):
    for word in f"You said: {question}".split():
        yield word + " "


class Support(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        async for event in stream_text(thread, model(input_user_message.content[0].text)):
            yield event


server = Support(SqlStore("sqlite+aiosqlite:///chat.sqlite"))
chat = create_app(
    server, cookie_secret="your own secret of 32 or more bytes", allowed_origins=["http://localhost:5173"]
)


@asynccontextmanager
async def lifespan(app):
    await server.open()
    yield
    await drain()
    await server.close()


app = FastAPI(lifespan=lifespan)
app.mount("/", chat)  # after your own routes
