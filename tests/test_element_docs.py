"""The page of the element names all that it has, and a browser test covers each."""

import re
from pathlib import Path

import pytest

from tests.browser.covered import COVERED

ROOT = Path(__file__).parents[1]
ELEMENT = ROOT / "element"
PAGE = (ROOT / "docs" / "element.md").read_text()
QUOTED = re.compile(r"'([^']+)'")


def quoted(path: str, start: str) -> list[str]:
    """The quoted words of a list in a TypeScript file."""
    source = (ELEMENT / path).read_text()
    return QUOTED.findall(source[source.index(start) :].split("]", 1)[0])


def events() -> list[str]:
    body = (
        (ELEMENT / "src/api/events.ts").read_text().split("export type ChatEvents", 1)[1].split("\n};", 1)[0]
    )
    return [f"chatkit.{name}" for name in re.findall(r"^  '?([a-z.]+)'?:", body, re.MULTILINE)]


def own_options() -> list[str]:
    source = (
        (ELEMENT / "src/api/options.ts")
        .read_text()
        .split("export type ChatOptions", 1)[1]
        .split("\n};", 1)[0]
    )
    return re.findall(r"^  (\w+)\?", source.split("Beyond the official options", 1)[1], re.MULTILINE)


def methods() -> list[str]:
    source = (ELEMENT / "src/element/chat_element.ts").read_text()
    return re.findall(r"^  (\w+)\([^)]*\): (?:Promise<.*>|void) \{$", source, re.MULTILINE)


def guards() -> list[str]:
    source = (
        (ELEMENT / "src/diagnostics/guards.ts")
        .read_text()
        .split("export type GuardCode =", 1)[1]
        .split(";", 1)[0]
    )
    return QUOTED.findall(source)


def properties() -> list[str]:
    source = (ELEMENT / "src/ui/theme/theme.ts").read_text()
    shape = re.findall(r"'--([a-z-]+)'", source.split("export const PROPERTIES", 1)[1].split(";", 1)[0])
    colors = source.split("const COLORS", 1)[1].split("] as const", 1)[0]
    levels = [
        f"{name}{end}" for name in ("info", "success", "warning", "danger") for end in ("", "-soft", "-line")
    ]
    names = [f"n{step}" for step in range(1, 13)] + re.findall(r"'--([a-z-]+)'", colors) + levels + shape
    return [f"--turnstream-{name}" for name in names]


NOT_FOR_PAGES = {"connectedCallback", "disconnectedCallback", "attributeChangedCallback"}
NAMES = {
    "option": quoted("test/element/option_paths.ts", "OPTION_PATHS"),
    "own option": own_options(),
    "method": [name for name in methods() if name not in NOT_FOR_PAGES],
    "event": events(),
    "guard": guards(),
    "attribute": quoted("src/element/chat_element.ts", "= ['api-url'"),
    "part": quoted("src/ui/shell/part_names.ts", "PART_NAMES"),
    "property": properties(),
}


@pytest.mark.parametrize(
    ("kind", "count"),
    {
        "option": 80,
        "own option": 2,
        "method": 11,
        "event": 13,
        "guard": 8,
        "attribute": 3,
        "part": 30,
        "property": 35,
    }.items(),
)
def test_the_page_names_each(kind: str, count: int) -> None:
    assert len(NAMES[kind]) >= count
    assert [name for name in NAMES[kind] if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("kind", ["option", "own option", "method", "event"])
def test_each_is_tested_in_a_browser(kind: str) -> None:
    assert [name for name in NAMES[kind] if name not in COVERED] == []


def test_the_tests_that_cover_them_exist() -> None:
    for file, _, test in (place.partition("::") for places in COVERED.values() for place in places):
        source = (ROOT / "tests" / "browser" / file).read_text()
        assert test == "" or f"def {test}(" in source, f"{file}::{test} is gone"


def test_the_page_speaks_to_readers_and_not_of_tests() -> None:
    assert re.findall(r"tested in|`test_\w+", PAGE) == []
