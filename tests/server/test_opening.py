"""What is stored when a turn cannot begin: nothing."""

from typing import Any

import pytest

from tests.server.app import OWNER, create, start, stream, user_input
from tests.turns.gated import GatedServer, GatedStore, hello
from turnstream.errors import RequestError
from turnstream.store import StorageError
from turnstream.types import ThreadItem, ThreadMetadata


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


async def test_a_message_whose_storing_was_not_answered_is_not_stored_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def lose_the_answer(self: GatedStore, thread_id: str, item: ThreadItem, context: Any) -> None:
        await add(self, thread_id, item, context)
        monkeypatch.undo()
        raise StorageError("the connection is gone")

    server = GatedServer(hello)
    thread_id, _ = await create(server)
    add = GatedStore.add_thread_item
    monkeypatch.setattr(GatedStore, "add_thread_item", lose_the_answer)
    with pytest.raises(RequestError, match="storage"):
        await start(server, "threads.add_user_message", thread_id=thread_id, input=user_input("again"))
    await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("again"))
    assert [stored for stored in await server.stored(thread_id) if stored[0] == "user_message"][1:] == [
        ("user_message", "again")
    ]
