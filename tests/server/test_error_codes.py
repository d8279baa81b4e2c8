"""An error with a code of its own, as clients of durable turns and official clients see it."""

from collections.abc import AsyncIterator
from typing import Any

from tests.server.app import ScriptedServer, added, create, delta, user_input
from tests.server.durable import memory_server, open_stream
from turnstream.errors import CustomStreamError
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem


class ClosedError(CustomStreamError):
    code = "shop_closed"


async def closes(
    thread: ThreadMetadata, item: UserMessageItem | None, context: Any
) -> AsyncIterator[ThreadStreamEvent]:
    yield added(thread)
    yield delta("We ")
    raise ClosedError("The shop is closed.", allow_retry=True)


async def test_a_code_of_its_own_reaches_the_client_with_its_message() -> None:
    reading = await open_stream(memory_server(closes), "threads.create", input=user_input("hi"))
    *_, error, ended = await reading.rest()
    assert error == {
        "type": "error",
        "code": "shop_closed",
        "message": "The shop is closed.",
        "allow_retry": True,
    }
    assert ended["status"] == "failed"


async def test_an_official_client_is_told_custom() -> None:
    _, events = await create(ScriptedServer(closes))
    assert events[-1] == {
        "type": "error",
        "code": "custom",
        "message": "The shop is closed.",
        "allow_retry": True,
    }
