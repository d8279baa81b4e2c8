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
