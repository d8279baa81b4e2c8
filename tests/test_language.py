"""Identifiers use the terms of docs/contributing/glossary.md, and none of the words that it has retired."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs/contributing/glossary.md"

FOLDERS = ("src", "tests", "bench", "scripts")

FACTS = {
    "CallWaitingEvent": "the wire's `turnstream.call_waiting`",
    "CALL_WAITING": "the wire's `turnstream.call_waiting`",
    "kept": "a column of the database",
}
"""Names that a wire, a database or a library has given."""


def retired() -> set[str]:
    """Return the words of the glossary's list of retired words."""
    section = GLOSSARY.read_text("utf-8").split("## Retired words", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def words_of(name: str) -> set[str]:
    """Split an identifier: `_isWaiting_for` has the words "is", "waiting" and "for"."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def identifiers(source: str) -> Iterator[str]:
    """Yield what the source names: definitions, parameters, variables, attributes and aliases."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if not name.startswith("test_"):  # a test's name is a sentence
                    yield name
            case ast.arg(arg=name) | ast.alias(asname=str(name)):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.MatchAs(name=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name
            case _:
                pass


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_identifier_has_a_retired_word(folder: str) -> None:
    words = retired()
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in {path.stem, *identifiers(path.read_text("utf-8"))} - FACTS.keys()
        if words_of(name) & words
    ]
    assert found == []


def test_the_glossary_retires_words() -> None:
    assert {"settle", "kept", "told", "hop"} <= retired()


@pytest.mark.parametrize(
    "source",
    [
        "def settle(): ...",
        "async def _is_told(): ...",
        "class KeptRows: ...",
        "def f(kept): ...",
        "self.hop = 1",
        "for told in []: ...",
        "import x as hop",
        "try: ...\nexcept E as told: ...",
        "match x:\n  case kept: ...",
    ],
)
def test_a_retired_word_is_found_wherever_a_name_is_given(source: str) -> None:
    assert any(words_of(name) & {"settle", "told", "kept", "hop"} for name in identifiers(source))


def test_a_word_within_another_is_not_found() -> None:
    assert not words_of("mistaken_shopKeeper_untold") & {"taken", "hop", "shop", "told"} - {"shop"}
