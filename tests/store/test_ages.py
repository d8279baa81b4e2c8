"""Conformance of stores: what is old, of all owners."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.store.conftest import AnyStore, only_sql
from tests.store.examples import NOON, file_of, message_of, thread_of
from turnstream.errors import NotSupportedError
from turnstream.store import MemoryStore, OwnedId, SqlStore, Store
from turnstream.types import Page


async def every_page(load: Any, before: datetime, limit: int = 2) -> list[OwnedId]:
    found: list[OwnedId] = []
    after = None
    while True:
        page: Page[OwnedId] = await load(before, limit, after)
        assert len(page.data) <= limit
        found += page.data
        if not page.has_more:
            return found
        after = page.after


async def test_a_thread_is_as_old_as_its_newest_item_or_itself(store: AnyStore) -> None:
    for number in range(5):
        await store.save_thread(thread_of(f"thr_{number}", minutes=-number), "ada" if number % 2 else "bob")
    await store.add_thread_item("thr_3", message_of("msg_1", minutes=-60), "ada")
    await store.add_thread_item("thr_3", message_of("msg_2", minutes=30), "ada")
    await store.add_thread_item("thr_4", message_of("msg_1", minutes=-2), "bob")
    old = await every_page(store.load_idle_threads, NOON)
    assert sorted(old) == [OwnedId("ada", "thr_1"), OwnedId("bob", "thr_2"), OwnedId("bob", "thr_4")]
    assert await every_page(store.load_idle_threads, NOON - timedelta(minutes=4)) == []
    assert len(await every_page(store.load_idle_threads, NOON + timedelta(hours=1))) == 5


async def test_a_page_goes_on_behind_threads_that_were_deleted(store: AnyStore) -> None:
    for number in range(4):
        await store.save_thread(thread_of(f"thr_{number}"), "ada")  # all of one time
    page = await store.load_idle_threads(NOON + timedelta(seconds=1), 2, None)
    assert [each.id for each in page.data] == ["thr_0", "thr_1"]
    for each in page.data:
        await store.delete_thread(each.id, each.owner)
    page = await store.load_idle_threads(NOON + timedelta(seconds=1), 2, page.after)
    assert ([each.id for each in page.data], page.has_more) == (["thr_2", "thr_3"], False)


async def test_a_thread_that_is_saved_again_is_as_old_as_it_says(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    await store.save_thread(thread_of("thr_1", minutes=5), "ada")
    assert await every_page(store.load_idle_threads, NOON + timedelta(minutes=1)) == []


async def test_unsent_attachments_are_those_that_no_thread_took(store: AnyStore) -> None:
    earlier = datetime.now(UTC) - timedelta(hours=1)
    for number in range(3):
        await store.save_attachment(file_of(f"atc_{number}"), "ada")
    await store.save_attachment(file_of("atc_3"), "bob")
    await store.save_attachment(file_of("atc_1").model_copy(update={"thread_id": "thr_1"}), "ada")
    later = datetime.now(UTC) + timedelta(hours=1)
    assert await every_page(store.load_unsent_attachments, earlier) == []
    unsent = await every_page(store.load_unsent_attachments, later)
    assert unsent == [OwnedId("ada", "atc_0"), OwnedId("ada", "atc_2"), OwnedId("bob", "atc_3")]


@only_sql
async def test_saving_an_attachment_again_does_not_make_it_young(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.save_attachment(file_of("atc_1"), "ada")
    saved = datetime.now(UTC) + timedelta(seconds=1)
    monkeypatch.setattr("turnstream.store.sql.time.time", lambda: saved.timestamp() + 3600)
    await store.save_attachment(file_of("atc_1", "renamed"), "ada")
    assert await every_page(store.load_unsent_attachments, saved) == [OwnedId("ada", "atc_1")]


@pytest.mark.parametrize("method", ["load_attachments", "load_idle_threads", "load_unsent_attachments"])
async def test_a_store_that_cannot_tell_says_what_to_override(method: str) -> None:
    class Own(MemoryStore[Any]):
        pass

    with pytest.raises(NotSupportedError, match=rf"Own\.{method}\(\)"):
        await getattr(Store, method)(Own(), 5, None, "ada")
