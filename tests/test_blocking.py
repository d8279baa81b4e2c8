"""The guard of conftest.py sees what it is there for."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from blockbuster import BlockingError

from tests.server.app import ScriptedServer, call, create
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem


async def silent(
    thread: ThreadMetadata, item: UserMessageItem | None, context: Any
) -> AsyncIterator[ThreadStreamEvent]:
    for event in list[ThreadStreamEvent]():
        yield event


async def test_a_server_that_blocks_the_loop_fails_its_test() -> None:
    class Blocking(ScriptedServer):
        async def add_feedback(self, *args: Any, **kwargs: Any) -> None:
            time.sleep(0.001)  # noqa: ASYNC251

    server = Blocking(silent)
    thread_id, _ = await create(server)
    with pytest.raises(BlockingError):
        await call(server, "items.feedback", thread_id=thread_id, item_ids=[], kind="positive")
