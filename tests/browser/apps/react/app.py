from pydantic import BaseModel
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from turnstream.contracts import ClientToolContract, Effect, declare
from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import SqlStore


class AddItem(Effect):
    """Adds an item to the list."""

    name: str


class RemoveItem(Effect):
    """Removes an item from the list."""

    name: str


class Nothing(BaseModel):
    pass


class Items(BaseModel):
    items: list[str]


declare(ClientToolContract(name="get_list", description="Reads the list.", parameters=Nothing, result=Items))


async def words(text):
    for word in text.split():
        yield word + " "


class Packing(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        packed = (await self.call_client("get_list"))["items"]
        yield AddItem(name=f"Thing {len(packed) + 1}").event()
        async for event in stream_text(thread, words(f"You had {len(packed)}. I added one more.")):
            yield event


store = SqlStore("sqlite+aiosqlite:///packing.sqlite")
app = create_app(Packing(store), cookie_secret="your own secret of 32 or more bytes")
# The output of `vite build`.
app.routes.append(Mount("/", StaticFiles(directory="dist", html=True, check_dir=False)))
