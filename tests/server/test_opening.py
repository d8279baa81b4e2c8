"""What is stored when a turn cannot begin: nothing."""

from typing import Any

import pytest

from tests.server.app import OWNER, start, user_input
from tests.turns.gated import GatedServer, hello
from turnstream.errors import RequestError
from turnstream.types import ThreadMetadata


async def test_a_thread_whose_first_message_cannot_be_stored_is_not_left_empty() -> None:
    server = GatedServer(hello)
    server.gated.failures["add user_message"] = 1
    with pytest.raises(RequestError) as refused:
        await start(server, "threads.create", input=user_input("hi"))
    assert (refused.value.status, refused.value.code) == (503, "storage_unavailable")
    assert (await server.store.load_threads(10, None, "asc", context=OWNER)).data == []
    assert server.running_turns == 0


async def test_stream_options_that_fail_store_nothing() -> None:
    class Server(GatedServer):
        def get_stream_options(self, thread: ThreadMetadata, context: Any) -> Any:
            raise RuntimeError("no options")

    server = Server(hello)
    with pytest.raises(RuntimeError, match="no options"):
        await start(server, "threads.create", input=user_input("hi"))
    assert (await server.store.load_threads(10, None, "asc", context=OWNER)).data == []
