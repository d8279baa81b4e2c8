"""Conformance of stores: threads."""

import pytest

from tests.store.conftest import AnyStore
from tests.store.examples import message_of, thread_of
from turnstream.store import NotFoundError
from turnstream.types import LockedStatus, Page, Thread, ThreadMetadata


async def test_a_thread_comes_back_as_it_was_saved(store: AnyStore) -> None:
    thread = thread_of("thr_1", "Refund")
    thread.status = LockedStatus(reason="Waiting")
    thread.metadata = {"tier": None, "tags": ["a", {"b": 1.5}]}
    thread.allowed_image_domains = ["example.com"]
    await store.save_thread(thread, "ada")
    assert await store.load_thread("thr_1", "ada") == thread


async def test_saving_a_thread_again_replaces_it(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1", "Old"), "ada")
    await store.save_thread(thread_of("thr_1", "New"), "ada")
    assert (await store.load_thread("thr_1", "ada")).title == "New"
    assert len((await store.load_threads(10, None, "asc", "ada")).data) == 1


async def test_the_items_of_a_whole_thread_are_not_saved(store: AnyStore) -> None:
    whole = Thread(**thread_of("thr_1").model_dump(), items=Page(data=[message_of("msg_1")]))
    await store.save_thread(whole, "ada")
    loaded = await store.load_thread("thr_1", "ada")
    assert type(loaded) is ThreadMetadata
    assert (await store.load_thread_items("thr_1", None, 10, "asc", "ada")).data == []


async def test_a_missing_thread_is_not_found(store: AnyStore) -> None:
    with pytest.raises(NotFoundError, match=r"^thread 'thr_9' was not found$") as raised:
        await store.load_thread("thr_9", "ada")
    assert (raised.value.kind, raised.value.missing_id) == ("thread", "thr_9")


async def test_threads_are_listed_in_the_order_of_their_creation_whatever_their_times(
    store: AnyStore,
) -> None:
    for number, minutes in enumerate((5, -5, 0)):
        await store.save_thread(thread_of(f"thr_{number}", minutes=minutes), "ada")
    await store.save_thread(thread_of("thr_0", "changed"), "ada")
    oldest_first = await store.load_threads(10, None, "asc", "ada")
    newest_first = await store.load_threads(10, None, "desc", "ada")
    assert [t.id for t in oldest_first.data] == ["thr_0", "thr_1", "thr_2"]
    assert [t.id for t in newest_first.data] == ["thr_2", "thr_1", "thr_0"]


async def test_deleting_a_thread_deletes_its_items(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    await store.add_thread_item("thr_1", message_of("msg_1"), "ada")
    await store.delete_thread("thr_1", "ada")
    with pytest.raises(NotFoundError):
        await store.load_thread_items("thr_1", None, 10, "asc", "ada")
    await store.save_thread(thread_of("thr_1"), "ada")
    assert (await store.load_thread_items("thr_1", None, 10, "asc", "ada")).data == []


async def test_deleting_a_thread_may_be_repeated(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    await store.delete_thread("thr_1", "ada")
    await store.delete_thread("thr_1", "ada")
    assert (await store.load_threads(10, None, "asc", "ada")).data == []


async def test_a_thread_that_is_created_again_is_the_newest(store: AnyStore) -> None:
    for thread_id in ("thr_1", "thr_2"):
        await store.save_thread(thread_of(thread_id), "ada")
    await store.delete_thread("thr_1", "ada")
    await store.save_thread(thread_of("thr_1"), "ada")
    assert [t.id for t in (await store.load_threads(10, None, "desc", "ada")).data] == ["thr_1", "thr_2"]


async def test_changing_a_thread_changes_nothing_stored(store: AnyStore) -> None:
    thread = thread_of("thr_1")
    thread.metadata = {"tags": ["a"]}
    await store.save_thread(thread, "ada")
    thread.metadata["tags"].append("given")
    (await store.load_thread("thr_1", "ada")).metadata["tags"].append("loaded")
    (await store.load_threads(1, None, "asc", "ada")).data[0].metadata["tags"].append("listed")
    assert (await store.load_thread("thr_1", "ada")).metadata == {"tags": ["a"]}
