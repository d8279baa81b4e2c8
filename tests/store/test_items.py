"""Conformance of stores: items."""

from contextlib import suppress

import anyio
import pytest
from pydantic import TypeAdapter

from tests.store.conftest import AnyStore
from tests.store.examples import message_of, thread_of
from tests.types.test_examples import DOCUMENTED, example_of
from turnstream.store import NotFoundError
from turnstream.types import AssistantMessageItem, ThreadItem, ThreadItemBase

ITEM: TypeAdapter[ThreadItem] = TypeAdapter(ThreadItem)
EXAMPLES = [example_of(model) for model in DOCUMENTED if issubclass(model, ThreadItemBase)]


async def items_of(store: AnyStore, thread_id: str = "thr_1") -> list[tuple[str, str]]:
    page = await store.load_thread_items(thread_id, None, 100, "asc", "ada")
    return [(i.id, i.content[0].text) for i in page.data if isinstance(i, AssistantMessageItem)]


async def test_an_item_comes_back_as_it_was_added(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    assert len(EXAMPLES) == 8
    for item in map(ITEM.validate_json, EXAMPLES):
        await store.add_thread_item("thr_1", item, "ada")
        assert await store.load_item("thr_1", item.id, "ada") == item


async def test_items_keep_the_order_in_which_they_were_added_whatever_their_times(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    for number, minutes in enumerate((5, -5, 0)):
        await store.add_thread_item("thr_1", message_of(f"msg_{number}", minutes=minutes), "ada")
    assert [item_id for item_id, _ in await items_of(store)] == ["msg_0", "msg_1", "msg_2"]


async def test_an_item_with_a_known_id_replaces_that_one_where_it_stands(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    for item_id in ("msg_1", "msg_2"):
        await store.add_thread_item("thr_1", message_of(item_id, "old"), "ada")
    await store.add_thread_item("thr_1", message_of("msg_1", "added again"), "ada")
    assert await items_of(store) == [("msg_1", "added again"), ("msg_2", "old")]
    await store.save_item("thr_1", message_of("msg_1", "saved"), "ada")
    assert await items_of(store) == [("msg_1", "saved"), ("msg_2", "old")]


async def test_saving_an_unknown_item_adds_it(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    await store.save_item("thr_1", message_of("msg_1", "new"), "ada")
    assert await items_of(store) == [("msg_1", "new")]


async def test_two_threads_may_have_items_of_the_same_id(store: AnyStore) -> None:
    for thread_id in ("thr_1", "thr_2"):
        await store.save_thread(thread_of(thread_id), "ada")
        await store.add_thread_item(thread_id, message_of("msg_1", thread_id), "ada")
    await store.delete_thread("thr_2", "ada")
    assert await items_of(store) == [("msg_1", "thr_1")]


async def test_what_is_missing_is_not_found(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    with pytest.raises(NotFoundError, match=r"^item 'msg_9' was not found$"):
        await store.load_item("thr_1", "msg_9", "ada")
    with pytest.raises(NotFoundError, match=r"^thread 'thr_9' was not found$"):
        await store.load_item("thr_9", "msg_1", "ada")
    with pytest.raises(NotFoundError, match=r"^thread 'thr_9' was not found$"):
        await store.load_thread_items("thr_9", None, 10, "asc", "ada")
    with pytest.raises(NotFoundError, match=r"^thread 'thr_9' was not found$"):
        await store.add_thread_item("thr_9", message_of("msg_1"), "ada")
    with pytest.raises(NotFoundError, match=r"^thread 'thr_9' was not found$"):
        await store.save_item("thr_9", message_of("msg_1"), "ada")
    with pytest.raises(NotFoundError, match=r"^thread 'thr_9' was not found$"):
        await store.delete_thread_item("thr_9", "msg_1", "ada")


async def test_deleting_an_item_leaves_the_others_and_may_be_repeated(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    for item_id in ("msg_1", "msg_2"):
        await store.add_thread_item("thr_1", message_of(item_id, "kept"), "ada")
    await store.delete_thread_item("thr_1", "msg_1", "ada")
    await store.delete_thread_item("thr_1", "msg_1", "ada")
    assert await items_of(store) == [("msg_2", "kept")]


async def test_changing_an_item_changes_nothing_stored(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    item = message_of("msg_1", "kept")
    await store.add_thread_item("thr_1", item, "ada")
    item.content[0].text = "given"
    loaded = await store.load_item("thr_1", "msg_1", "ada")
    assert isinstance(loaded, AssistantMessageItem)
    loaded.content[0].text = "loaded"
    assert await items_of(store) == [("msg_1", "kept")]


async def test_fifty_items_added_at_once_are_all_kept(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    async with anyio.create_task_group() as tasks:
        for number in range(50):
            tasks.start_soon(store.add_thread_item, "thr_1", message_of(f"msg_{number}"), "ada")
    assert {item_id for item_id, _ in await items_of(store)} == {f"msg_{number}" for number in range(50)}


async def test_an_item_saved_by_many_at_once_is_one_item(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(store.save_item, "thr_1", message_of("msg_1", str(number)), "ada")
    [(item_id, text)] = await items_of(store)
    assert item_id == "msg_1"
    assert text in map(str, range(20))


async def test_items_added_while_the_thread_is_deleted_leave_nothing_behind(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")

    async def add(number: int) -> None:
        with suppress(NotFoundError):
            await store.add_thread_item("thr_1", message_of(f"msg_{number}"), "ada")

    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(add, number)
        tasks.start_soon(store.delete_thread, "thr_1", "ada")
        for number in range(10, 20):
            tasks.start_soon(add, number)
    await store.save_thread(thread_of("thr_1"), "ada")
    assert await items_of(store) == []
