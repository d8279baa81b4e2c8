"""The published package, imported as the oracle that ours is compared with."""

import ast
import inspect
import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from turnstream import actions, errors, icons, types, widgets

with warnings.catch_warnings():
    # Its widget classes warn as soon as they are subclassed, which their own module does.
    warnings.simplefilter("ignore", DeprecationWarning)
    import chatkit.actions
    import chatkit.agents
    import chatkit.errors
    import chatkit.icons
    import chatkit.server
    import chatkit.store
    import chatkit.types
    import chatkit.widgets

    from bench.official_store import MemoryStore as OfficialStore

__all__ = ["AGENTS", "PAIRS", "SERVER", "STORE", "TYPES", "OfficialStore", "Pair", "public_names"]

AGENTS = chatkit.agents
SERVER = chatkit.server
STORE = chatkit.store
TYPES = chatkit.types


@dataclass(frozen=True)
class Pair:
    """One of our modules beside the official one of the same name."""

    name: str
    ours: ModuleType
    official: ModuleType

    def member(self, name: str) -> tuple[Any, Any]:
        return getattr(self.ours, name), getattr(self.official, name)


PAIRS = (
    Pair("actions", actions, chatkit.actions),
    Pair("errors", errors, chatkit.errors),
    Pair("icons", icons, chatkit.icons),
    Pair("types", types, chatkit.types),
    Pair("widgets", widgets, chatkit.widgets),
)


def public_names(module: ModuleType) -> set[str]:
    """What an official module defines, or imports from a sibling, under a name without an underscore."""
    names: set[str] = set()
    for node in ast.parse(inspect.getsource(module)).body:
        match node:
            case (
                ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name))
            ):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
            case ast.ImportFrom(module=source, names=aliases, level=level) if level or str(source).startswith(
                "chatkit."
            ):
                names |= {alias.name for alias in aliases}
            case _:
                pass
    return {name for name in names if not name.startswith("_")}
