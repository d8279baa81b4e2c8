"""Conformance of stores: any text can be stored, and comes back by one rule."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.conftest import AnyStore
from tests.store.examples import file_of, message_of, thread_of
from turnstream.store import NotFoundError
from turnstream.types import AssistantMessageItem, HiddenContextItem

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=20)


def as_stored(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


async def stored(store: AnyStore, text: str) -> str:
    await store.save_thread(thread_of("thr_1"), "ada")
    await store.add_thread_item("thr_1", message_of("msg_1", text), "ada")
    item = await store.load_item("thr_1", "msg_1", "ada")
    assert isinstance(item, AssistantMessageItem)
    return item.content[0].text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a\0b", "a\0b"),
        ("\ud800", "\ufffd"),
        ("a\udc00b\ud83d", "a\ufffdb\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("\x1f\x7f\u2028\ufeff\uffff 😀", "\x1f\x7f\u2028\ufeff\uffff 😀"),
        ('"\\u0000"', '"\\u0000"'),
    ],
    ids=ascii,
)
async def test_nul_is_kept_and_lone_surrogates_are_replaced(
    store: AnyStore, given: str, expected: str
) -> None:
    assert await stored(store, given) == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANY_TEXT)
async def test_every_text_comes_back_by_the_rule(store: AnyStore, text: str) -> None:
    assert await stored(store, text) == as_stored(text)


async def test_the_rule_holds_at_any_depth_and_for_names(store: AnyStore) -> None:
    thread = thread_of("thr_1", "\ud800")
    thread.metadata = {"\ud800key": ["\0", {"deep": ("\udc00", float("nan"))}]}
    await store.save_thread(thread, "ada")
    loaded = await store.load_thread("thr_1", "ada")
    assert loaded.title == "\ufffd"
    assert loaded.metadata == {"\ufffdkey": ["\0", {"deep": ["\ufffd", None]}]}
    assert loaded.created_at == thread.created_at


async def test_numbers_that_json_lacks_become_null(store: AnyStore) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    content: dict[str, Any] = {"nan": float("nan"), "inf": float("inf"), "big": 2**70, "half": 0.5}
    hidden = HiddenContextItem(
        id="m", thread_id="thr_1", created_at=thread_of("t").created_at, content=content
    )
    await store.add_thread_item("thr_1", hidden, "ada")
    loaded = await store.load_item("thr_1", "m", "ada")
    assert isinstance(loaded, HiddenContextItem)
    assert loaded.content == {"nan": None, "inf": None, "big": 2**70, "half": 0.5}


@pytest.mark.parametrize("key", ["\0", "a\0b", "\ud800"], ids=ascii)
async def test_an_id_that_cannot_be_kept_is_refused_and_names_nothing(store: AnyStore, key: str) -> None:
    await store.save_thread(thread_of("thr_1"), "ada")
    with pytest.raises(ValueError, match=r"U\+0000"):
        await store.save_thread(thread_of(key), "ada")
    with pytest.raises(ValueError, match=r"U\+0000"):
        await store.add_thread_item("thr_1", message_of(key), "ada")
    with pytest.raises(ValueError, match=r"U\+0000"):
        await store.save_attachment(file_of(key), "ada")
    for lookup in (
        store.load_thread(key, "ada"),
        store.load_item("thr_1", key, "ada"),
        store.load_thread_items("thr_1", key, 5, "asc", "ada"),
        store.load_threads(5, key, "asc", "ada"),
        store.load_attachment(key, "ada"),
        store.add_thread_item(key, message_of("msg_1"), "ada"),
    ):
        with pytest.raises(NotFoundError):
            await lookup
    await store.delete_thread(key, "ada")
    await store.delete_thread_item("thr_1", key, "ada")
    await store.delete_attachment(key, "ada")


@pytest.mark.parametrize("owner", ["\0", "\ud800"], ids=ascii)
async def test_an_owner_that_cannot_be_kept_is_refused(store: AnyStore, owner: str) -> None:
    for operation in (
        store.load_thread("thr_1", owner),
        store.load_threads(5, None, "asc", owner),
        store.save_thread(thread_of("thr_1"), owner),
        store.delete_thread("thr_1", owner),
    ):
        with pytest.raises(ValueError, match="owner"):
            await operation
