"""Whose data a request is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast
from uuid import UUID

__all__ = ["OwnerOf", "Principal", "owner_of"]

OwnerOf: TypeAlias = Callable[[Any], str]
"""Finds the owner's id in a context."""


@dataclass(frozen=True)
class Principal:
    """Who makes a request: an id that never changes hands, and what else the authentication said.

    `repr` leaves the claims out: they may contain tokens.
    """

    id: str
    claims: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False, repr=False)


def owner_of(context: object) -> str:
    """The owner's id in a context of one of the usual shapes.

    A `Principal` owns by its id, a string is an id itself, a mapping or an object has it under `user_id`, and
    None is the one owner "" of an app without users.

    Raises:
        TypeError: no owner can be told, so nothing can be shown or stored.
    """
    match context:
        case None:
            return ""
        case str():
            return context
        case Principal(id=owner):
            return owner
        case _:
            return _user_id(context)


def _user_id(context: object) -> str:
    is_mapping = isinstance(context, Mapping)
    user_id = (
        cast("Mapping[str, object]", context).get("user_id")
        if is_mapping
        else getattr(context, "user_id", None)
    )
    match user_id:
        case str():
            return user_id
        case UUID() | int() if not isinstance(user_id, bool):
            return str(user_id)
        case _:
            raise TypeError(
                f"cannot determine the owner from a context of type {type(context).__name__}: use a "
                "Principal, a string or an object with a user_id, or pass a function to the store: owner_of=…"
            )
