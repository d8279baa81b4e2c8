"""Conformance of stores: what belongs to another owner behaves as if it did not exist."""

from collections.abc import Awaitable, Callable

import pytest

from tests.store.conftest import AnyStore
from tests.store.examples import file_of, message_of, thread_of
from turnstream.store import NotFoundError

Operation = Callable[[AnyStore, str, str], Awaitable[object]]

# Each takes a store, the id of a thread or attachment, and a context.
REFUSED: dict[str, Operation] = {
    "load_thread": lambda s, i, c: s.load_thread(i, c),
    "load_thread_items": lambda s, i, c: s.load_thread_items(i, None, 10, "asc", c),
    "load_thread_items after": lambda s, i, c: s.load_thread_items(i, "msg_1", 10, "asc", c),
    "load_item": lambda s, i, c: s.load_item(i, "msg_1", c),
    "add_thread_item": lambda s, i, c: s.add_thread_item(i, message_of("msg_1", "stolen"), c),
    "save_item": lambda s, i, c: s.save_item(i, message_of("msg_1", "stolen"), c),
    "delete_thread_item": lambda s, i, c: s.delete_thread_item(i, "msg_1", c),
    "load_threads after": lambda s, i, c: s.load_threads(10, i, "asc", c),
    "load_attachment": lambda s, i, c: s.load_attachment(i, c),
}
WITHOUT_EFFECT: dict[str, Operation] = {
    "delete_thread": lambda s, i, c: s.delete_thread(i, c),
    "delete_attachment": lambda s, i, c: s.delete_attachment(i, c),
}
RESERVED_NAMES: dict[str, Operation] = {
    "save_thread": lambda s, i, c: s.save_thread(thread_of(i, "stolen"), c),
    "save_attachment": lambda s, i, c: s.save_attachment(file_of(i, "stolen"), c),
}


async def fill(store: AnyStore) -> None:
    await store.save_thread(thread_of("id_1", "Ada's"), "ada")
    await store.add_thread_item("id_1", message_of("msg_1", "Ada's"), "ada")
    await store.save_attachment(file_of("id_1"), "ada")


async def assert_untouched(store: AnyStore) -> None:
    assert (await store.load_thread("id_1", "ada")).title == "Ada's"
    assert (await store.load_thread_items("id_1", None, 10, "asc", "ada")).data == [
        message_of("msg_1", "Ada's")
    ]
    assert await store.load_attachment("id_1", "ada") == file_of("id_1")
    assert (await store.load_threads(10, None, "asc", "bob")).data == []


@pytest.mark.parametrize("operation", REFUSED.values(), ids=REFUSED)
async def test_the_answer_is_that_for_what_does_not_exist(store: AnyStore, operation: Operation) -> None:
    await fill(store)
    with pytest.raises(NotFoundError) as another:
        await operation(store, "id_1", "bob")
    with pytest.raises(NotFoundError) as missing:
        await operation(store, "id_9", "bob")
    assert str(another.value) == str(missing.value).replace("id_9", "id_1")
    assert another.value.kind == missing.value.kind
    await assert_untouched(store)


@pytest.mark.parametrize("operation", WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT)
async def test_deleting_what_belongs_to_another_does_nothing(store: AnyStore, operation: Operation) -> None:
    await fill(store)
    await operation(store, "id_1", "bob")
    await assert_untouched(store)


@pytest.mark.parametrize("operation", RESERVED_NAMES.values(), ids=RESERVED_NAMES)
async def test_an_id_that_another_has_cannot_be_taken(store: AnyStore, operation: Operation) -> None:
    await fill(store)
    with pytest.raises(NotFoundError, match=r"^(thread|attachment) 'id_1' was not found$"):
        await operation(store, "id_1", "bob")
    await assert_untouched(store)


async def test_an_attachment_of_another_is_told_from_none(store: AnyStore) -> None:
    await fill(store)
    received = [
        await store.is_attachment_of_another(i, who) for i in ("id_1", "id_9") for who in ("ada", "bob")
    ]
    assert received == [False, True, False, False]


async def test_each_owner_lists_only_their_own_threads(store: AnyStore) -> None:
    for number in range(6):
        await store.save_thread(thread_of(f"thr_{number}"), "ada" if number % 2 else "bob")
    page = await store.load_threads(2, None, "asc", "ada")
    assert ([t.id for t in page.data], page.has_more) == (["thr_1", "thr_3"], True)
    page = await store.load_threads(2, page.after, "asc", "ada")
    assert ([t.id for t in page.data], page.has_more) == (["thr_5"], False)


async def test_a_context_without_an_owner_is_refused_everywhere(store: AnyStore) -> None:
    for operation in (*REFUSED.values(), *WITHOUT_EFFECT.values(), *RESERVED_NAMES.values()):
        with pytest.raises(TypeError, match="owner_of="):
            await operation(store, "id_1", {})  # pyright: ignore[reportArgumentType]
