"""Declaring effects and client tools, and collecting what is declared."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Generic, TypeVar

import pytest
from pydantic import BaseModel, Field

from tests.contracts import shop
from turnstream.contracts import (
    ClientToolContract,
    ContractError,
    Effect,
    collect,
    declare,
    find_client_tool,
    to_typescript,
)
from turnstream.types import ClientEffectEvent

T = TypeVar("T")
SHOP = "tests.contracts.shop"


def module(name: str, source: str) -> ModuleType:
    """A module as if it were imported from a file."""
    made = ModuleType(name)
    exec(f"from turnstream.contracts import Effect\n{source}", made.__dict__)
    return made


def test_an_effect_is_the_event_that_the_page_gets() -> None:
    class UpdateStatus(Effect):
        energy: int
        full_name: str = Field(default="Mia", alias="full-name")

    assert UpdateStatus(energy=80).event() == ClientEffectEvent(
        name="update_status", data={"energy": 80, "full-name": "Mia"}
    )
    sent = UpdateStatus(energy=80).event(replay="latest", key="mia")
    assert (sent.replay, sent.key) == ("latest", "mia")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("class ShowHTTPError(Effect): pass", "show_http_error"),
        ("class Blink2Times(Effect): pass", "blink2_times"),
        ("class X(Effect, name='any Thing'): pass", "any Thing"),
        ("class Base(Effect, name='base'): pass\nclass MoreOfIt(Base): pass", "more_of_it"),
    ],
)
def test_the_name_is_the_classs_or_the_one_that_is_given(written: str, name: str) -> None:
    made = module(f"names_of_{name}", written)
    assert [effect.effect_name for effect in collect([made.__name__]).effects][-1] == name


def test_a_generic_effect_is_declared_once() -> None:
    class Moved(Effect, Generic[T]):
        what: T

    assert Moved[int](what=1).event().name == "moved"
    assert [effect for effect in collect([__name__]).effects if effect.effect_name.startswith("moved")] == [
        Moved
    ]


def test_what_is_declared_is_collected_by_module_in_the_order_of_names() -> None:
    found = collect([SHOP])
    assert [effect.effect_name for effect in found.effects] == ["blink", "highlight-row", "show_cart"]
    assert found.client_tools == (shop.COUNT, shop.DELETE, shop.SEARCH)
    assert found.components == (shop.Rack, shop.Tag)
    assert shop.Blink in collect(["tests.contracts"]).effects
    assert collect(["tests.contracts.sho"]).effects == ()


def test_a_module_that_is_loaded_anew_takes_its_own_place() -> None:
    module("again", "class Ring(Effect):\n  times: int")
    module("again", "class Ring(Effect):\n  loud: bool")
    [ring] = collect(["again"]).effects
    assert list(ring.model_fields) == ["loud"]


def test_two_places_may_say_the_same() -> None:
    for name in ("same_a", "same_b"):
        module(name, "class Ring(Effect):\n  times: int")
    assert len(collect(["same_a", "same_b"]).effects) == 1


def test_two_places_that_differ_are_named() -> None:
    module("one_place", "class Ring(Effect):\n  times: int")
    module("other_place", "class Ring(Effect):\n  times: str")
    with pytest.raises(
        ContractError, match=r"'ring' is declared in one_place\.Ring and otherwise in other_place\.Ring"
    ) as no:
        collect(["one_place", "other_place"])
    assert (no.value.name, no.value.places) == ("ring", ("one_place.Ring", "other_place.Ring"))
    assert len(collect(["one_place"]).effects) == 1


@pytest.mark.parametrize("change", [{"result": int}, {"parameters": shop.Search}, {"confirm": "Sure?"}])
def test_client_tools_that_differ_are_named_too(change: dict[str, Any]) -> None:
    first: dict[str, Any] = {
        "name": "look",
        "description": "",
        "parameters": shop.RowArguments,
        "result": None,
    }
    for place, contract in (("here", first), ("there", {**first, **change})):
        declare(ClientToolContract(**contract), module=f"{place}.{next(iter(change))}")
    with pytest.raises(ContractError, match="The client tool 'look' is declared in here"):
        collect([f"{place}.{next(iter(change))}" for place in ("here", "there")])


def test_what_has_no_json_is_named() -> None:
    class Calls(Effect):
        back: Callable[[], None]

    class Plain(BaseModel):
        pass

    with pytest.raises(ContractError, match="The effect calls cannot be described in JSON"):
        to_typescript([Calls], [])
    odd = ClientToolContract(name="odd", description="", parameters=Plain, result=object())
    with pytest.raises(ContractError, match="The result odd cannot be described in JSON"):
        to_typescript([], [odd])


def test_a_client_tool_is_found_by_its_name_unless_two_are_answered_otherwise() -> None:
    one = ClientToolContract(name="find_me", description="", parameters=Empty, result=int)
    declare(one, module="first")
    assert find_client_tool("find_me") is one
    assert find_client_tool("nowhere") is None
    declare(ClientToolContract(name="find_me", description="", parameters=Empty, result=str), module="second")
    assert find_client_tool("find_me") is None


class Empty(BaseModel):
    """Nothing."""
