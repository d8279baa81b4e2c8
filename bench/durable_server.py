"""A server whose turns do what the message says: `wait`, `backlog BYTES`, `flow BYTES_PER_S SECONDS`.

python -m bench.durable_server memory|sqlite|postgresql|redis PORT
"""

import asyncio
import gc
import os
import resource
import sys
from collections.abc import AsyncIterator
from typing import Any

import uvicorn

from bench.logs import DATABASE, log_of
from bench.unlimited import UNLIMITED
from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import MemoryStore, SqlStore
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

WORD = "word " * 8
FLOWS_PER_S = 50


class Server(ChatKitServer[Any]):
    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        assert input_user_message is not None
        what, *numbers = input_user_message.content[0].text.split()
        async for event in stream_text(thread, texts(what, [float(number) for number in numbers])):
            yield event


async def texts(what: str, numbers: list[float]) -> AsyncIterator[str]:
    """Yield text as asked for; each text of a backlog is an entry of its own."""
    match what, numbers:
        case "backlog", [size]:
            for _ in range(int(size / 200)):
                yield WORD
                await asyncio.sleep(0.002)
            await asyncio.Event().wait()
        case "flow", [bytes_per_s, seconds]:
            text = "x" * int(bytes_per_s / FLOWS_PER_S)
            for _ in range(int(seconds * FLOWS_PER_S)):
                yield text
                await asyncio.sleep(1 / FLOWS_PER_S)
        case _:
            await asyncio.Event().wait()


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    store = MemoryStore() if kind == "memory" else SqlStore(os.environ[DATABASE])
    server = Server(store, log=log_of(kind))
    app = create_app(server, authenticate=lambda request: "bench", limits=UNLIMITED)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
    uvicorn.run(
        app, host="127.0.0.1", port=port, log_level="error", access_log=False, loop="uvloop",
          http="httptools",
        backlog=4096,
    )  # fmt: skip


if __name__ == "__main__":
    main()
