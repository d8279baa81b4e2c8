"""Conformance of stores: pages."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.conftest import AnyStore
from tests.store.examples import message_of, thread_of
from turnstream.store import NotFoundError, default_generate_id
from turnstream.types import Page

UNHURRIED = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ORDERS = st.sampled_from(["asc", "desc"])


async def fill(store: AnyStore, count: int) -> str:
    """The id of a new thread of items `msg_0` to `msg_<count - 1>`."""
    thread_id = default_generate_id("thread")
    await store.save_thread(thread_of(thread_id), "ada")
    for number in range(count):
        await store.add_thread_item(thread_id, message_of(f"msg_{number}"), "ada")
    return thread_id


def assert_well_formed(page: Page[Any], limit: int) -> None:
    assert len(page.data) <= limit
    assert page.after == (page.data[-1].id if page.has_more else None)


@UNHURRIED
@given(count=st.integers(0, 9), limits=st.lists(st.integers(1, 4), min_size=10, max_size=10), order=ORDERS)
async def test_walking_the_pages_meets_every_item_once_in_order(
    store: AnyStore, count: int, limits: list[int], order: str
) -> None:
    thread_id, met, after = await fill(store, count), list[str](), None
    for limit in limits:
        page = await store.load_thread_items(thread_id, after, limit, order, "ada")
        assert_well_formed(page, limit)
        met += [item.id for item in page.data]
        assert page.has_more == (len(met) < count)
        if not page.has_more:
            break
        after = page.after
    expected = [f"msg_{number}" for number in range(count)]
    assert met == (expected if order == "asc" else expected[::-1])


@UNHURRIED
@given(count=st.integers(0, 7), limit=st.integers(1, 3), order=ORDERS)
async def test_walking_the_pages_meets_every_thread_once_in_order(
    store: AnyStore, count: int, limit: int, order: str
) -> None:
    owner = default_generate_id("message")
    expected = [default_generate_id("thread") for _ in range(count)]
    for thread_id in expected:
        await store.save_thread(thread_of(thread_id), owner)
    met, after = list[str](), None
    for _ in range(count + 1):
        page = await store.load_threads(limit, after, order, owner)
        assert_well_formed(page, limit)
        met += [thread.id for thread in page.data]
        assert page.has_more == (len(met) < count)
        if not page.has_more:
            break
        after = page.after
    assert met == (expected if order == "asc" else expected[::-1])


async def test_what_is_added_during_a_walk_comes_last(store: AnyStore) -> None:
    thread_id = await fill(store, 2)
    page = await store.load_thread_items(thread_id, None, 1, "asc", "ada")
    await store.add_thread_item(thread_id, message_of("msg_2"), "ada")
    await store.save_item(thread_id, message_of("msg_0", "changed"), "ada")
    page = await store.load_thread_items(thread_id, page.after, 5, "asc", "ada")
    assert [item.id for item in page.data] == ["msg_1", "msg_2"]


async def test_behind_the_last_item_there_is_nothing(store: AnyStore) -> None:
    thread_id = await fill(store, 2)
    assert await store.load_thread_items(thread_id, "msg_1", 5, "asc", "ada") == Page()
    assert await store.load_threads(5, thread_id, "asc", "ada") == Page()


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_a_cursor_that_does_not_exist_is_not_found(store: AnyStore, order: str) -> None:
    thread_id = await fill(store, 3)
    with pytest.raises(NotFoundError, match=r"^cursor 'msg_9' was not found$"):
        await store.load_thread_items(thread_id, "msg_9", 5, order, "ada")
    with pytest.raises(NotFoundError, match=r"^cursor 'thr_9' was not found$"):
        await store.load_threads(5, "thr_9", order, "ada")
    await store.delete_thread_item(thread_id, "msg_1", "ada")
    with pytest.raises(NotFoundError, match=r"^cursor 'msg_1' was not found$"):
        await store.load_thread_items(thread_id, "msg_1", 5, order, "ada")


async def test_what_is_no_page_is_refused(store: AnyStore) -> None:
    thread_id = await fill(store, 1)
    for limit, order, message in ((0, "asc", "at least 1"), (-1, "asc", "at least 1"), (1, "up", "'up'")):
        with pytest.raises(ValueError, match=message):
            await store.load_thread_items(thread_id, None, limit, order, "ada")
        with pytest.raises(ValueError, match=message):
            await store.load_threads(limit, None, order, "ada")
