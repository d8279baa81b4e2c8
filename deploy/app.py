"""What the containers serve: replace `Echo` by your own server.

Settings come from the environment: `DATABASE_URL`, `REDIS_URL`, `COOKIE_SECRET` (the same for all replicas;
to change it, the new one and the old one), and separated by spaces `ALLOWED_ORIGINS`, the other origins whose
pages may use this chat, and `ALLOWED_HOSTS`, its own hosts.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

from turnstream.eventlog import RedisEventLog
from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import SqlStore
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem, UserMessageTextContent


class Echo(ChatKitServer[Any]):
    """Says what it is told."""

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        async for event in stream_text(thread, _words(input_user_message)):
            yield event


async def _words(message: UserMessageItem | None) -> AsyncIterator[str]:
    for part in message.content if message is not None else []:
        if isinstance(part, UserMessageTextContent):
            yield part.text


store = SqlStore[Any](os.environ["DATABASE_URL"])
app = create_app(
    Echo(store, log=RedisEventLog(os.environ["REDIS_URL"], store.database)),
    cookie_secret=os.environ["COOKIE_SECRET"].split(),
    allowed_origins=os.environ.get("ALLOWED_ORIGINS", "").split(),
    allowed_hosts=os.environ.get("ALLOWED_HOSTS", "").split() or None,
)
