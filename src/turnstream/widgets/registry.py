"""The classes of components by their types on the wire: ChatKit's, and an app's own."""

import re

from pydantic import BaseModel

__all__ = ["OFFICIAL", "OURS", "OWN", "VERBATIM", "check_name", "class_of"]

OFFICIAL: dict[str, type[BaseModel]] = {}
"""ChatKit's components and roots; filled once, when the package is imported."""

OWN: dict[str, type[BaseModel]] = {}
"""The components that an app has declared, in the order of their declaration."""

OURS: dict[str, type[BaseModel]] = {}
"""The components that ChatKit does not have. A model gets them only by name."""

VERBATIM: dict[str, frozenset[str]] = {}
"""Fields with JSON of somebody else's, by the components' types: a null in them means something."""

NAME = re.compile(r"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)+", re.ASCII)


def class_of(component_type: object) -> type[BaseModel] | None:
    """Return the class of a component that is not ChatKit's, or None."""
    if not isinstance(component_type, str):
        return None
    return OWN.get(component_type) or OURS.get(component_type)


def check_name(name: str | None, cls: type[BaseModel]) -> str:
    """Return the name under which `cls` can be declared.

    The same class of the same module may be declared again, for example when the module is reloaded.

    Raises:
        ValueError: the name is missing, not dotted, ChatKit's, or another component's.
    """
    if name is None:
        raise ValueError(f'{_place(cls)} has no name: class {cls.__name__}(Component, name="vendor.Name")')
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{_place(cls)}: {name!r} is no component's name: write a vendor and a name with a dot between, "
            'such as "acme.Seat"'
        )
    if name in OFFICIAL or name.split(".")[0] in OFFICIAL:
        raise ValueError(f"{_place(cls)}: {name!r} is ChatKit's: use a vendor's name, such as \"acme.Seat\"")
    known = OWN.get(name)
    if known is not None and _place(known) != _place(cls):
        raise ValueError(f"{_place(cls)}: {_place(known)} is already called {name!r}: rename one of them")
    return name


def _place(cls: type[BaseModel]) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
