"""The options that docstrings and docs name are those that the commands take."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BENCHES = (
    "emit",
    "durable",
    "deletion",
    "bridges",
    "render",
    "composer",
    "hostile_markdown",
    "files",
    "start",
)
COMMANDS = ("demo", "serve", "contracts", "check")
PAGES = [
    ROOT / "README.md",
    ROOT / "SKILL.md",
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("references/*.md")),
]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def options_of(*command: str) -> set[str]:
    """The options that a command's own help lists."""
    done = subprocess.run(
        [sys.executable, "-m", *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(OPTION.findall(done.stdout)) - {"--help"}


@pytest.mark.parametrize("name", BENCHES)
def test_a_bench_takes_the_options_that_its_docstring_names(name: str) -> None:
    docstring = (ROOT / "bench" / f"{name}.py").read_text("utf-8").split('"""')[1]
    assert set(OPTION.findall(docstring)) == options_of(f"bench.{name}")


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_takes_what_the_script_passes_on(name: str) -> None:
    assert {"--quick", "--rounds"} <= options_of(f"bench.{name}")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_docs_name_only_options_that_the_command_takes(command: str) -> None:
    lines = re.compile(rf"turnstream {command}\b([^`\n]*)")
    named = {
        option
        for page in PAGES
        for rest in lines.findall(page.read_text("utf-8"))
        for option in OPTION.findall(rest)
    }
    assert named <= options_of("turnstream", command)
