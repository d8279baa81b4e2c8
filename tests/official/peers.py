"""Our server and the official one, driven by the same raw requests."""

import json
from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import Any

import turnstream.server
import turnstream.types
from tests.official import SERVER, TYPES, OfficialStore
from turnstream.store import MemoryStore

__all__ = ["Peer", "Respond", "fill", "peers"]

OWNER = "ada"

Respond = Callable[[ModuleType, Any, Any], AsyncIterator[Any]]
"""What `respond` of both servers yields, from the types of each."""


class Peer:
    """One server of the two, driven by raw requests."""

    def __init__(self, module: ModuleType, types: ModuleType, store: Any, respond: Respond) -> None:
        class Server(module.ChatKitServer):
            def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator[Any]:
                return respond(types, thread, input_user_message)

            def accepts_input(self, thread: Any, context: Any) -> bool:
                """The official server takes messages in locked and closed threads; ours refuses unless told
                so.
                """
                return True

        self.server: Any = Server(store)
        self.types: Any = types
        self.thread_id = ""
        self.user_id = ""

    async def stream(self, operation: str, **params: Any) -> list[dict[str, Any]]:
        result = await self.server.process(json.dumps({"type": operation, "params": params}), OWNER)
        events = [json.loads(frame[6:]) async for frame in result.json_events]
        for event in events:
            if event["type"] == "thread.created":
                self.thread_id = event["thread"]["id"]
            if event.get("item", {}).get("type") == "user_message":
                self.user_id = event["item"]["id"]
        return events

    async def call(self, operation: str, **params: Any) -> Any:
        result = await self.server.process(json.dumps({"type": operation, "params": params}), OWNER)
        return json.loads(result.json)


def peers(respond: Respond) -> tuple[Peer, Peer]:
    ours = Peer(turnstream.server, turnstream.types, MemoryStore(), respond)
    return ours, Peer(SERVER, TYPES, OfficialStore(), respond)


def fill(peer: Peer, params: dict[str, Any]) -> dict[str, Any]:
    made = {"$thread": peer.thread_id, "$user": peer.user_id}
    return {key: made.get(value, value) if isinstance(value, str) else value for key, value in params.items()}
