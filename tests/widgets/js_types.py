"""Reads the type declarations of the published JavaScript package, as far as they describe widgets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["FILE", "Prop", "components", "parse"]

FILE = (
    Path(__file__).parents[2] / "element" / "node_modules" / "@openai" / "chatkit" / "types" / "widgets.d.ts"
)

DECLARATION = re.compile(r"^(?:export )?type (\w+) =(.*?)(?=^(?:export|type) |\Z)", re.MULTILINE | re.DOTALL)
TOKEN = re.compile(r"//[^\n]*|\s+|('[^']*')|([A-Za-z_]\w*)|(\[\]|[{}()<>|&:;?,=])")


@dataclass(frozen=True, slots=True)
class Prop:
    """A property of an object type: whether it must be there, and what it may be.

    `kinds` has `'left'` for a string constant, and words such as `string`, `array` and `unknown`.
    """

    is_required: bool
    kinds: frozenset[str]


@dataclass(slots=True)
class Shape:
    """What a type expression allows: kinds of values, and the properties of an object."""

    kinds: set[str]
    props: dict[str, Prop] = field(default_factory=dict[str, Prop])


def components() -> dict[str, dict[str, Prop]]:
    """The props of each component and root by its `type` on the wire."""
    shapes = parse(FILE.read_text("utf-8"))
    found: dict[str, dict[str, Prop]] = {}
    for shape in shapes.values():
        kind = shape.props.get("type")
        if "key" in shape.props and kind is not None:
            [name] = kind.kinds
            found[name.strip("'")] = shape.props
    return found


def parse(source: str) -> dict[str, Shape]:
    """The shapes of the file's types by their names; each may use those that follow it."""
    texts = dict(DECLARATION.findall(source))
    shapes: dict[str, Shape] = {}

    def named(name: str) -> Shape:
        if name in shapes:
            return shapes[name]
        shapes[name] = Shape({"object"})  # a component within itself is an object
        shapes[name] = _Parser(texts[name], named).union()
        return shapes[name]

    for name in texts:
        named(name)
    return shapes


class _Parser:
    def __init__(self, text: str, named: Callable[[str], Shape]) -> None:
        self._tokens = list(_tokens(text))
        self._named = named

    def union(self) -> Shape:
        """One expression, up to what cannot belong to it."""
        self._skip("|")
        shapes = [self._intersection()]
        while self._skip("|"):
            shapes.append(self._intersection())
        if len(shapes) == 1:
            return shapes[0]
        return Shape(set[str]().union(*(shape.kinds for shape in shapes)))

    def _intersection(self) -> Shape:
        shape = self._postfix()
        while self._skip("&"):
            shape.props = {**shape.props, **self._postfix().props}
        return shape

    def _postfix(self) -> Shape:
        shape = self._atom()
        while self._skip("[]"):
            shape = Shape({"array"})
        return shape

    def _atom(self) -> Shape:
        token = self._next()
        if token == "{":
            return self._object()
        if token == "(":
            shape = self.union()
            self._next()
            return shape
        if token in ("Pick", "Record"):
            return self._generic(token)
        if token.startswith("'") or token in ("string", "number", "unknown"):
            return Shape({token})
        if token in ("boolean", "false"):
            return Shape({"boolean"})
        shape = self._named(token)
        return Shape(set(shape.kinds), dict(shape.props))

    def _object(self) -> Shape:
        props: dict[str, Prop] = {}
        while not self._skip("}"):
            name = self._next()
            is_required = not self._skip("?")
            self._next()  # the colon
            props[name] = Prop(is_required, frozenset(self.union().kinds))
            self._skip(";")
        return Shape({"object"}, props)

    def _generic(self, name: str) -> Shape:
        self._next()
        source = self.union()
        self._next()
        chosen = {kind.strip("'") for kind in self.union().kinds}
        self._next()
        picked = {prop: kinds for prop, kinds in source.props.items() if prop in chosen}
        return Shape({"object"}, picked if name == "Pick" else {})

    def _next(self) -> str:
        return self._tokens.pop(0)

    def _skip(self, token: str) -> bool:
        if not self._tokens or self._tokens[0] != token:
            return False
        self._tokens.pop(0)
        return True


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found is not None, f"unknown syntax: {text[at : at + 40]!r}"
        at = found.end()
        if token := next((group for group in found.groups() if group), None):
            yield token
