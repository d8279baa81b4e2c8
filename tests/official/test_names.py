"""What code for the official package imports is here, under the same names and with the same signatures.

`tests/types/test_official_schema.py` compares the fields and the JSON Schemas of models; this is the rest.
"""

import importlib
import inspect
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from tests.official import public_names

MODULES = ("actions", "agents", "errors", "icons", "logger", "server", "store", "types", "version", "widgets")

DIFFERENT = {
    "actions.Action.type": "the default is a type variable there, which cannot be sent",
    "agents.T1": "a type variable of a private function",
    "agents.T2": "a type variable of a private function",
    "agents.TWidget": "a type variable of one function",
    "logger.log_level": "importing turnstream reads no environment: see docs/moving.md",
    "server.StreamingResult(stream)": "only the server makes it: see docs/moving.md",
}
"""Each deliberate difference with its reason. An entry that is not needed any longer fails."""

IMPORTS = [
    line
    for line in Path(__file__).with_name("imports.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def modules(name: str) -> tuple[ModuleType, ModuleType]:
    """Return our module and the official one of the same name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return importlib.import_module(f"turnstream.{name}"), importlib.import_module(f"chatkit.{name}")


def differences(name: str) -> Iterator[str]:
    """Yield what of an official module we do not have, or have otherwise."""
    ours, official = modules(name)
    for member in sorted(public_names(official)):
        path = f"{name}.{member}"
        home = str(getattr(getattr(official, member), "__module__", "")).removeprefix("chatkit.")
        if not hasattr(ours, member):
            yield path
        elif home in MODULES and home != name and hasattr(modules(home)[1], member):
            if getattr(ours, member) is not getattr(modules(home)[0], member):
                yield f"{path} is another one than {home}.{member}"
        else:
            yield from differences_of(path, getattr(ours, member), getattr(official, member))


def differences_of(path: str, ours: Any, official: Any) -> Iterator[str]:
    if inspect.isclass(official) is not inspect.isclass(ours):
        yield path
    elif inspect.isclass(official):
        yield from differences_of_classes(path, ours, official)
    elif inspect.isfunction(official):
        yield from differences_of_functions(path, ours, official)
    elif isinstance(official, str) and " " in official:
        return  # a sentence, which is our own
    elif isinstance(official, (str, int, dict)) and ours != official:
        yield path


def differences_of_classes(path: str, ours: Any, official: Any) -> Iterator[str]:
    abstract = getattr(official, "__abstractmethods__", None)
    if abstract and abstract != getattr(ours, "__abstractmethods__", None):
        yield f"{path} has other abstract methods"
    if issubclass(official, BaseModel) and issubclass(ours, BaseModel):
        yield from differences_of_fields(path, ours, official)
    for name, member in vars(official).items():
        if name.startswith("_") and (name != "__init__" or issubclass(official, BaseModel)):
            continue
        if not hasattr(ours, name):
            if name not in getattr(ours, "model_fields", {}):
                yield f"{path}.{name}"
        elif inspect.isfunction(member):
            where = path if name == "__init__" else f"{path}.{name}"
            yield from differences_of_functions(where, getattr(ours, name), member)


def differences_of_fields(path: str, ours: type[BaseModel], official: type[BaseModel]) -> Iterator[str]:
    for name, field in official.model_fields.items():
        mine = ours.model_fields.get(name)
        if mine is None or (mine.is_required(), repr(mine.get_default())) != (
            field.is_required(),
            repr(field.get_default()),
        ):
            yield f"{path}.{name}"
    order = [name for name in ours.model_fields if name in official.model_fields]
    if order != [name for name in official.model_fields if name in ours.model_fields]:
        yield f"{path} has its fields in another order"


def differences_of_functions(path: str, ours: Any, official: Any) -> Iterator[str]:
    """Yield each parameter that differs. We may have more, if no caller has to know."""
    mine, theirs = inspect.signature(ours).parameters, inspect.signature(official).parameters
    for at, (name, parameter) in enumerate(theirs.items()):
        other = mine.get(name)
        is_same = other is not None and (other.kind, list(mine).index(name)) == (parameter.kind, at)
        if not is_same or not is_same_default(mine[name].default, parameter.default):
            yield f"{path}({name})"
    for name in mine.keys() - theirs.keys():
        if mine[name].default is inspect.Parameter.empty and mine.keys() >= theirs.keys():
            yield f"{path}({name})"
    if inspect.iscoroutinefunction(ours) is not inspect.iscoroutinefunction(official):
        yield f"{path} is a coroutine function in one of them only"


def is_same_default(ours: object, official: object) -> bool:
    """Whether two defaults are equal, or each package's own function or object of the same name."""
    if ours == official:
        return True
    names = [getattr(each, "__name__", type(each).__name__) for each in (ours, official)]
    return names[0] == names[1] and not isinstance(official, (str, int, float, type(None)))


def test_nothing_is_missing_and_every_difference_has_its_reason() -> None:
    found = {difference for name in MODULES for difference in differences(name)}
    assert found == DIFFERENT.keys()


def test_there_is_no_official_module_that_we_do_not_have() -> None:
    _, official = modules("types")
    folder = Path(str(official.__file__)).parent
    assert {path.stem for path in folder.glob("*.py")} == {*MODULES, "__init__"}


@pytest.mark.parametrize("line", IMPORTS)
def test_an_import_line_of_official_code_works_with_the_name_changed(line: str) -> None:
    exec(line.replace("chatkit", "turnstream"), {})


class Ours(BaseModel):
    a: int = 1
    b: str

    async def run(self, first: int, *, second: int = 2, new: int = 3) -> None: ...

    def walk(self, first: int, required: int) -> None: ...


class Official(BaseModel):
    b: str = "text"
    a: int = 1
    c: None = None

    def run(self, first: int = 1, *, second: int = 2) -> None: ...

    def walk(self, first: int) -> None: ...

    def missing(self) -> None: ...


def test_the_comparison_finds_what_would_break_an_app() -> None:
    assert set(differences_of("m.C", Ours, Official)) == {
        "m.C.b",
        "m.C.c",
        "m.C has its fields in another order",
        "m.C.run(first)",
        "m.C.run is a coroutine function in one of them only",
        "m.C.walk(required)",
        "m.C.missing",
    }
    assert set(differences_of("m.A", 20, 21)) == {"m.A"}
