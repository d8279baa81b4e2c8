"""Declarations: an effect is a pydantic model; a client tool has a name, parameters and a result type."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel

from turnstream.contracts.errors import ContractError
from turnstream.contracts.schemas import Schema, schema_of
from turnstream.types import ClientEffectEvent
from turnstream.widgets.component import Component, own_components

__all__ = ["ClientToolContract", "Contracts", "Effect", "collect", "declare", "find_client_tool"]

T = TypeVar("T")

WORD_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Effect(BaseModel):
    """A one-way instruction to the page. A subclass declares one effect; its fields are the effect's data.

        class UpdateStatus(Effect):
            "Shows the cat's new state."
            energy: int

        yield UpdateStatus(energy=80).event(replay="latest")

    The docstring describes the effect. Its name in the protocol is `update_status`;
    `class UpdateStatus(Effect, name="status")` changes it.
    """

    effect_name: ClassVar[str]

    def __init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.__pydantic_generic_metadata__["origin"] is not None:
            return  # Status[int] is no effect of its own
        cls.effect_name = name or WORD_BOUNDARY.sub("_", cls.__name__).lower()
        _effects[_place(cls)] = cls

    def event(
        self, *, replay: Literal["skip", "latest", "all"] | None = None, key: str | None = None
    ) -> ClientEffectEvent:
        """Return the event for the page, to yield in `respond` or to stream from a tool."""
        data = self.model_dump(mode="json", by_alias=True)
        return ClientEffectEvent(name=self.effect_name, data=data, replay=replay, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientToolContract:
    """A tool that runs in the page."""

    name: str
    description: str
    parameters: type[BaseModel]
    """The model of the arguments that the page receives."""
    result: Any
    """The annotation of the page's result; `None` if there is none: the page returns `{}` or null."""
    confirm: bool | str | None = None
    """Whether to ask the person before the tool runs, or the question to ask."""


@dataclass(frozen=True, slots=True)
class Contracts:
    """All declarations, sorted by name."""

    effects: tuple[type[Effect], ...]
    client_tools: tuple[ClientToolContract, ...]
    components: tuple[type[Component], ...] = ()
    """The components of widgets that are an app's own."""


_effects: dict[str, type[Effect]] = {}
_client_tools: dict[tuple[str, str], ClientToolContract] = {}


def declare(contract: ClientToolContract, *, module: str | None = None) -> None:
    """Register a client tool, declared in `module`, by default the module of its parameters.

    Registering the same name in the same module again replaces it, for example when the module is reloaded.
    """
    _client_tools[module or contract.parameters.__module__, contract.name] = contract


def find_client_tool(name: str) -> ClientToolContract | None:
    """Return the client tool of this name; None if there is none, or if several differ in their result."""
    found = [contract for (_, each), contract in _client_tools.items() if each == name]
    return found[-1] if found and all(contract.result == found[-1].result for contract in found) else None


def collect(modules: Collection[str] | None = None) -> Contracts:
    """Return the declarations in these modules and packages, or in all imported modules.

    Raises:
        ContractError: two places declare the same name with different schemas.
    """
    effects = [
        (effect.effect_name, place, effect)
        for place, effect in _effects.items()
        if _is_in(effect.__module__, modules)
    ]
    tools = [
        (name, f"{module}.{name}", contract)
        for (module, name), contract in _client_tools.items()
        if _is_in(module, modules)
    ]
    return Contracts(
        effects=tuple(_distinct("effect", effects, _effect_schema)),
        client_tools=tuple(_distinct("client tool", tools, _tool_schema)),
        components=tuple(each for each in own_components() if _is_in(each.__module__, modules)),
    )


def _distinct(kind: str, declared: list[tuple[str, str, T]], schema_of_one: Callable[[T], Any]) -> list[T]:
    known: dict[str, tuple[str, T]] = {}
    for name, place, each in sorted(declared, key=lambda entry: entry[:2]):
        first_place, first = known.setdefault(name, (place, each))
        if first is not each and schema_of_one(first) != schema_of_one(each):
            places = first_place, place
            text = (
                f"The {kind} {name!r} is declared in {places[0]} and otherwise in {places[1]}: rename one "
                "of them."
            )
            raise ContractError(text, name=name, places=places)
    return [each for _, each in known.values()]


def _effect_schema(effect: type[Effect]) -> Schema:
    return schema_of(effect, "serialization")


def _tool_schema(tool: ClientToolContract) -> Any:
    return schema_of(tool.parameters, "serialization"), schema_of(tool.result, "validation"), tool.confirm


def _is_in(module: str, modules: Collection[str] | None) -> bool:
    return modules is None or any(module == name or module.startswith(f"{name}.") for name in modules)


def _place(effect: type[Effect]) -> str:
    return f"{effect.__module__}.{effect.__qualname__}"
