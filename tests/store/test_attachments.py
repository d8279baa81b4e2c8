"""Conformance of stores: what describes attachments."""

import pytest

from tests.store.conftest import AnyStore
from tests.store.examples import file_of, image_of
from turnstream.store import NotFoundError


async def test_an_attachment_comes_back_as_it_was_saved_with_its_metadata(store: AnyStore) -> None:
    for attachment in (file_of("atc_1"), image_of("atc_2")):
        await store.save_attachment(attachment, "ada")
        assert await store.load_attachment(attachment.id, "ada") == attachment


async def test_saving_an_attachment_again_replaces_it(store: AnyStore) -> None:
    await store.save_attachment(file_of("atc_1"), "ada")
    linked = file_of("atc_1").model_copy(update={"thread_id": "thr_1"})
    await store.save_attachment(linked, "ada")
    assert (await store.load_attachment("atc_1", "ada")).thread_id == "thr_1"


async def test_a_missing_attachment_is_not_found(store: AnyStore) -> None:
    with pytest.raises(NotFoundError, match=r"^attachment 'atc_9' was not found$"):
        await store.load_attachment("atc_9", "ada")


async def test_deleting_an_attachment_may_be_repeated(store: AnyStore) -> None:
    await store.save_attachment(file_of("atc_1"), "ada")
    await store.delete_attachment("atc_1", "ada")
    await store.delete_attachment("atc_1", "ada")
    with pytest.raises(NotFoundError):
        await store.load_attachment("atc_1", "ada")


async def test_changing_an_attachment_changes_nothing_stored(store: AnyStore) -> None:
    given = file_of("atc_1")
    await store.save_attachment(given, "ada")
    given.name = "given"
    (await store.load_attachment("atc_1", "ada")).name = "loaded"
    assert (await store.load_attachment("atc_1", "ada")).name == "a.csv"


async def all_of(store: AnyStore, limit: int, thread_id: str | None = None) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = await store.load_attachments(limit, after, "ada", thread_id=thread_id)
        found += [attachment.id for attachment in page.data]
        assert page.has_more == (page.after is not None)
        if not page.has_more:
            return found
        after = page.after


async def test_an_owners_attachments_are_listed_in_pages(store: AnyStore) -> None:
    for number in (2, 0, 3, 1):
        await store.save_attachment(file_of(f"atc_{number}"), "ada")
    await store.save_attachment(image_of("atc_9"), "bob")
    assert await all_of(store, 2) == ["atc_0", "atc_1", "atc_2", "atc_3"]
    assert (await store.load_attachments(1, None, "ada")).data == [file_of("atc_0")]


async def test_a_threads_attachments_are_those_that_were_saved_with_it_last(store: AnyStore) -> None:
    for number in range(3):
        await store.save_attachment(file_of(f"atc_{number}"), "ada")
        await store.save_attachment(file_of(f"atc_{number}").model_copy(update={"thread_id": "thr_1"}), "ada")
    await store.save_attachment(file_of("atc_2").model_copy(update={"thread_id": "thr_2"}), "ada")
    await store.save_attachment(file_of("atc_3"), "ada")
    assert await all_of(store, 1, "thr_1") == ["atc_0", "atc_1"]
    assert await all_of(store, 5, "thr_2") == ["atc_2"]
    assert await all_of(store, 5, "thr_9") == []
    assert (await store.load_attachments(5, None, "bob", thread_id="thr_1")).data == []


async def test_a_cursor_that_is_gone_or_anothers_is_not_found(store: AnyStore) -> None:
    await store.save_attachment(file_of("atc_1"), "ada")
    for owner, after in (("ada", "atc_9"), ("bob", "atc_1")):
        with pytest.raises(NotFoundError, match=f"^cursor '{after}' was not found$"):
            await store.load_attachments(5, after, owner)
    with pytest.raises(ValueError, match="limit must be at least 1"):
        await store.load_attachments(0, None, "ada")


async def test_an_attachment_of_a_thread_that_cannot_be_is_kept(store: AnyStore) -> None:
    strange = file_of("atc_1").model_copy(update={"thread_id": "nul \0"})
    await store.save_attachment(strange, "ada")
    assert (await store.load_attachments(5, None, "ada")).data == [strange]
