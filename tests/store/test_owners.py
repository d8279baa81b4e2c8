"""The owner is found in contexts of the usual shapes, and in no other."""

from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

import pytest

from tests.store.examples import thread_of
from turnstream.store import MemoryStore, NotFoundError, Principal, SqlStore, owner_of


@dataclass
class Session:
    user_id: str


@pytest.mark.parametrize(
    ("context", "owner"),
    [
        (None, ""),
        ("ada", "ada"),
        (Principal("ada", {"role": "admin"}), "ada"),
        ({"user_id": "ada", "locale": "en"}, "ada"),
        (Session("ada"), "ada"),
        (SimpleNamespace(user_id=7), "7"),
        ({"user_id": UUID(int=1)}, "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_the_owner_is_found(context: object, owner: str) -> None:
    assert owner_of(context) == owner


@pytest.mark.parametrize(
    "context", [{}, {"user_id": None}, {"user": "ada"}, object(), 7, SimpleNamespace(user_id=True)]
)
def test_without_an_owner_the_error_names_the_remedy(context: object) -> None:
    with pytest.raises(TypeError, match=r"owner_of="):
        owner_of(context)


def test_principals_are_equal_by_id_and_claims_and_can_be_keys() -> None:
    assert {Principal("ada", {"role": "admin"}): 1}[Principal("ada", {"role": "admin"})] == 1
    assert Principal("ada") != Principal("bob")


async def test_an_app_can_say_who_the_owner_is() -> None:
    stores = [
        MemoryStore[dict[str, str]](owner_of=lambda c: c["team"]),
        SqlStore("sqlite://", owner_of=lambda c: c["team"]),
    ]
    for store in stores:
        await store.save_thread(thread_of("thr_1"), {"team": "red"})
        assert (await store.load_thread("thr_1", {"team": "red"})).id == "thr_1"
        with pytest.raises(NotFoundError):
            await store.load_thread("thr_1", {"team": "blue"})
    assert isinstance(stores[1], SqlStore)
    await stores[1].close()
