"""A store written for the published ChatKit package has every method that ours asks for, and the same
arguments.
"""

import inspect
import re
from typing import Any, get_args

import pytest

from tests.official import STORE as OFFICIAL
from turnstream import store
from turnstream.errors import TurnstreamError

CLASSES = ("Store", "AttachmentStore")
EXTRAS = {
    "is_attachment_of_another",
    "close",
    "owner_of",
    "delete_thread_items_after",
    "load_attachments",
    "load_idle_threads",
    "load_unsent_attachments",
}
"""What ours may have more; an official store lacks it, so a default must do."""


def parameters(method: Any) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in inspect.signature(method).parameters.values()]


def methods_of(contract: type) -> set[str]:
    return {member for member in vars(contract) if not member.startswith("_")}


@pytest.mark.parametrize("name", CLASSES)
def test_the_contracts_have_the_official_methods_and_arguments(name: str) -> None:
    ours, official = getattr(store, name), getattr(OFFICIAL, name)
    assert ours.__abstractmethods__ == official.__abstractmethods__
    methods = methods_of(official)
    assert methods_of(ours) - EXTRAS == methods
    for method in methods:
        assert parameters(getattr(ours, method)) == parameters(getattr(official, method)), method
        assert inspect.iscoroutinefunction(getattr(ours, method)) == inspect.iscoroutinefunction(
            getattr(official, method)
        )


@pytest.mark.parametrize("item_type", get_args(store.StoreItemType))
def test_ids_have_the_official_prefix_and_122_random_bits(item_type: store.StoreItemType) -> None:
    assert get_args(store.StoreItemType) == get_args(OFFICIAL.StoreItemType)
    prefix = OFFICIAL.default_generate_id(item_type).split("_")[0]
    ids = {store.default_generate_id(item_type) for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(rf"{prefix}_[0-9a-f]{{32}}", generated) for generated in ids)


def test_not_found_can_be_raised_with_a_message_as_apps_do() -> None:
    error = store.NotFoundError("Thread thr_1 not found")
    assert isinstance(error, TurnstreamError)
    assert (str(error), error.kind, error.missing_id) == ("Thread thr_1 not found", "", "")
    assert str(store.NotFoundError())


async def test_an_attachment_store_without_two_phases_says_what_to_override() -> None:
    class Direct(store.AttachmentStore[None]):
        async def delete_attachment(self, attachment_id: str, context: None) -> None:
            pass

    with pytest.raises(NotImplementedError, match=r"Direct\.create_attachment"):
        await Direct().create_attachment(None, None)  # pyright: ignore[reportArgumentType]
