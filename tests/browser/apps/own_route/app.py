from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

from turnstream.http import element_files
from turnstream.server import ChatKitServer, StreamingResult, stream_text
from turnstream.store import MemoryStore


async def model(question):
    yield f"You said: {question}"


class Support(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        async for event in stream_text(thread, model(input_user_message.content[0].text)):
            yield event


server = Support(MemoryStore())


@asynccontextmanager
async def lifespan(app):
    await server.open()
    yield
    await server.close()


app = FastAPI(lifespan=lifespan)


@app.post("/api/chat")
async def chat(request: Request):
    result = await server.process(await request.body(), context="ada")
    if isinstance(result, StreamingResult):
        return StreamingResponse(result, media_type="text/event-stream")
    return Response(result.json, media_type="application/json")


app.mount("/assets/chat", element_files())
