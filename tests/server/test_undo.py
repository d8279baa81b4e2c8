"""What an answer changed in the page is taken back and done again, for every page and for the model."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.server.app import OWNER, create, stream, types, user_input
from tests.server.durable import (
    MakeServer,
    Server,
    ask,
    fetch,
    memory_server,
    open_stream,
    running,
    sqlite_server,
)
from turnstream.errors import ConflictError, InvalidRequestError, RequestNotFoundError, ThreadBusyError
from turnstream.limits import Limits
from turnstream.types import (
    ClientEffectEvent,
    SDKHiddenContextItem,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

Events = AsyncIterator[ThreadStreamEvent]
REMOVE = {"name": "remove_marker", "data": {"id": "m1"}, "replay": "latest", "key": "m1", "of": "add_marker"}
ADD = {"name": "add_marker", "data": {"id": "m1"}, "replay": "latest", "key": "m1"}
INVERSE = {"name": "paint", "data": {"color": "white"}, "of": "pan_to"}


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> MakeServer:
    return memory_server if request.param == "memory" else partial(sqlite_server, tmp_path)


async def marks(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
    yield ClientEffectEvent(name="add_marker", data={"id": "m1"}, replay="latest", key="m1")
    yield ClientEffectEvent(name="pan_to", data={"lat": 51.5}, replay="latest")


async def marked(server: Server) -> tuple[str, str]:
    """Let the server answer; return the ids of the thread and of the message."""
    thread_id, events = await create(server, "Where is the museum?")
    return thread_id, next(event["item"]["id"] for event in events if event["type"] == "thread.item.done")


async def undo(
    server: Server, thread_id: str, item_id: str, *effects: Any, is_undone: bool = True, **more: Any
) -> Any:
    reading = await open_stream(
        server,
        "turns.undo",
        thread_id=thread_id,
        item_id=item_id,
        is_undone=is_undone,
        effects=effects,
        **more,
    )
    return await reading.rest()


async def state(server: Server, thread_id: str) -> tuple[list[tuple[str, Any]], list[str]]:
    """The effects that a fresh page runs again, and the turns that are undone."""
    snapshot = (await fetch(server, "threads.get_by_id", thread_id=thread_id))["turnstream"]
    return [(effect["name"], effect["data"]) for effect in snapshot["effects"]], snapshot["undone"]


async def test_undoing_is_a_turn_of_a_mark_and_the_effects_in_their_order(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        events = await undo(server, thread_id, item_id, INVERSE, REMOVE)
    assert types(events) == [
        "stream_options",
        "turnstream.undone",
        "client_effect",
        "client_effect",
        "turnstream.turn_ended",
    ]
    assert events[1] == {"type": "turnstream.undone", "item_id": item_id, "is_undone": True}
    assert events[2] == {"type": "client_effect", "name": "paint", "data": {"color": "white"}}
    assert events[3] == {
        "type": "client_effect",
        **{name: REMOVE[name] for name in ("name", "data", "replay", "key")},
    }
    assert events[-1]["status"] == "completed"


async def test_a_fresh_page_finds_what_is_undone_and_not_what_it_was(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        pan = ("pan_to", {"lat": 51.5})
        assert await state(server, thread_id) == ([("add_marker", {"id": "m1"}), pan], [])
        await undo(server, thread_id, item_id, REMOVE)
        assert await state(server, thread_id) == ([pan, ("remove_marker", {"id": "m1"})], [item_id])
        await undo(server, thread_id, item_id, ADD, is_undone=False)
        assert await state(server, thread_id) == ([pan, ("add_marker", {"id": "m1"})], [])


async def test_the_next_answer_to_the_same_message_is_not_undone(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        await undo(server, thread_id, item_id, REMOVE)
        reading = await open_stream(server, "threads.retry_after_item", thread_id=thread_id, item_id=item_id)
        events = await reading.rest()
        assert await state(server, thread_id) == (
            [("add_marker", {"id": "m1"}), ("pan_to", {"lat": 51.5})],
            [],
        )
    assert events[0] == {
        "type": "turnstream.undone",
        "item_id": item_id,
        "is_undone": False,
        "is_forgotten": True,
    }
    assert types(events)[1:4] == ["stream_options", "client_effect", "client_effect"]


async def test_the_model_is_told_and_the_user_is_not(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        await undo(server, thread_id, item_id, REMOVE)
        await undo(server, thread_id, item_id, ADD, is_undone=False)
        page = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
        shown = await fetch(server, "threads.get_by_id", thread_id=thread_id)
    undone, redone = [item.content for item in page.data if isinstance(item, SDKHiddenContextItem)]
    assert undone.startswith("The user undid what your answer to 'Where is the museum?' had changed")
    assert redone.endswith("changed in the app done again.")
    assert [item["type"] for item in shown["items"]["data"]] == ["user_message"]


async def test_an_app_may_refuse(make: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any) -> None:
        raise ConflictError("The letter is in the post.")

    server = make(marks)
    monkeypatch.setattr(server, "handle_undo", refuse)
    async with running(server):
        thread_id, item_id = await marked(server)
        with pytest.raises(ConflictError, match="in the post"):
            await undo(server, thread_id, item_id, REMOVE)
        assert (await state(server, thread_id))[1] == []
        await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("and now?"))


async def test_the_same_request_again_undoes_nothing_twice(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        first = await undo(server, thread_id, item_id, REMOVE, key="k1")
        again = await undo(server, thread_id, item_id, REMOVE, key="k1")
        page = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
    assert [event for event in again if event["type"] != "turnstream.live"] == first
    assert len([item for item in page.data if isinstance(item, SDKHiddenContextItem)]) == 1


async def test_what_is_undone_already_and_what_is_not_undone_is_refused(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        with pytest.raises(ConflictError, match="are not undone"):
            await undo(server, thread_id, item_id, ADD, is_undone=False)
        await undo(server, thread_id, item_id, REMOVE)
        with pytest.raises(ConflictError, match="are already undone"):
            await undo(server, thread_id, item_id, REMOVE)
        await undo(server, thread_id, item_id, INVERSE, is_again=True)
        await undo(server, thread_id, item_id, ADD, is_undone=False)
        with pytest.raises(ConflictError, match="are not undone"):
            await undo(server, thread_id, item_id, ADD, is_undone=False)
        page = await server.store.load_thread_items(thread_id, None, 20, "asc", context=OWNER)
        assert len([item for item in page.data if isinstance(item, SDKHiddenContextItem)]) == 3
        assert (await state(server, thread_id))[1] == []


async def test_nothing_is_undone_while_a_turn_runs(make: MakeServer) -> None:
    async def asks(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        await server.call_client("get_selection")
        return
        yield

    server = make(asks)
    async with running(server):
        reading = await open_stream(server, "threads.create", input=user_input("hi"))
        await reading.until("turnstream.call_waiting")
        done = next(event for event in reading.events if event["type"] == "thread.item.done")
        thread_id, item_id = done["item"]["thread_id"], done["item"]["id"]
        with pytest.raises(ThreadBusyError):
            await undo(server, thread_id, item_id, REMOVE)
        await fetch(server, "turns.cancel", thread_id=thread_id, turn_id=reading.turn_id)
        await reading.leave()


async def test_what_cannot_be_undone_is_refused_by_name(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        with pytest.raises(InvalidRequestError, match="effects"):
            await undo(server, thread_id, item_id)
        with pytest.raises(InvalidRequestError, match="name"):
            await undo(server, thread_id, item_id, {"data": {}})
        with pytest.raises(RequestNotFoundError):
            await undo(server, thread_id, "msg_of_nobody", REMOVE)
        with pytest.raises(RequestNotFoundError):
            await ask(
                server,
                "turns.undo",
                owner="eve",
                thread_id=thread_id,
                item_id=item_id,
                is_undone=True,
                effects=[REMOVE],
            )
        assert await state(server, thread_id) != ([], [])


async def test_an_effect_that_no_answer_has_made_is_refused(make: MakeServer) -> None:
    server = make(marks)
    async with running(server):
        thread_id, item_id = await marked(server)
        for name, of in (("delete_all", None), ("remove_marker", "delete_all"), ("remove_marker", None)):
            with pytest.raises(
                ConflictError, match="No answer of this thread has made the effect"
            ) as refused:
                await undo(server, thread_id, item_id, REMOVE, {"name": name, "of": of})
            assert refused.value.code == "not_undoable"
        assert (await state(server, thread_id))[1] == []


async def test_an_effect_that_no_page_runs_again_may_be_undone_long_after(make: MakeServer) -> None:
    async def flash(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        yield ClientEffectEvent(name="flash", data={"color": "red"})
        yield ClientEffectEvent(name="dim", data={}, replay="skip")

    server = make(flash)
    async with running(server):
        thread_id, item_id = await marked(server)
        server.script = marks
        await stream(server, "threads.add_user_message", thread_id=thread_id, input=user_input("and now?"))
        assert await undo(server, thread_id, item_id, {"name": "unflash", "of": "flash"}, {"name": "dim"})
        assert ("flash", {"color": "red"}) not in (await state(server, thread_id))[0]


async def test_effects_of_undoing_do_not_add_up(make: MakeServer) -> None:
    effects = [{"name": "add_marker", "replay": "all", "data": {"n": n}} for n in range(400)]
    server = make(marks)
    server.limits = Limits(messages_per_minute=None)
    async with running(server):
        thread_id, item_id = await marked(server)
        await undo(server, thread_id, item_id, *effects)
        for _ in range(4):
            await undo(server, thread_id, item_id, *effects, is_again=True)
        effects_now, undone = await state(server, thread_id)
        assert len(effects_now) == 999  # and the mark
        assert (effects_now[-1], undone) == (("add_marker", {"n": 399}), [item_id])


async def test_large_effects_are_kept_up_to_a_mebibyte(make: MakeServer) -> None:
    async def draws(thread: ThreadMetadata, item: UserMessageItem | None, context: Any) -> Events:
        for n in range(15):
            yield ClientEffectEvent(name="draw", data={"n": n, "svg": "x" * 100_000}, replay="all")

    server = make(draws)
    async with running(server):
        thread_id, _ = await marked(server)
        assert [data["n"] for _, data in (await state(server, thread_id))[0]] == list(range(5, 15))
