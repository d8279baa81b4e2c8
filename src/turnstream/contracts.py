"""Effects and client tools that are declared: what the page must understand."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import BaseModel

from turnstream.types import ClientEffectEvent

__all__ = ["ClientToolContract", "Effect", "declare", "find_client_tool"]


class Effect(BaseModel):
    """A client effect, declared by a model of its data. Its name is that of the class in snake case, or `name`."""

    effect_name: ClassVar[str]

    def __init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.effect_name = name or re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def event(
        self, *, replay: Literal["skip", "latest", "all"] | None = None, key: str | None = None
    ) -> ClientEffectEvent:
        """Return the event that carries this effect to the page."""
        return ClientEffectEvent(name=self.effect_name, data=self.model_dump(mode="json"), replay=replay, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientToolContract:
    """What a client tool is asked with, and what it answers."""

    name: str
    description: str
    parameters: type[BaseModel]
    result: Any
    confirm: bool | str | None = None


DECLARED: dict[str, ClientToolContract] = {}


def declare(contract: ClientToolContract) -> None:
    """Note a client tool."""
    DECLARED[contract.name] = contract


def find_client_tool(name: str) -> ClientToolContract | None:
    """Return the client tool that was declared with this name."""
    return DECLARED.get(name)
