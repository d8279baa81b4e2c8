"""A release is one tag away: how one installs is said in one place, and what is published agrees with
itself.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = Path("scripts/published.py")
PAGES = ("README.md", "docs/index.md", "docs/models.md", "docs/tutorial.md")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def published(root: Path, *arguments: str) -> int:
    return subprocess.run(
        [sys.executable, root / SCRIPT, *arguments], check=False, capture_output=True
    ).returncode


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (*PAGES, SCRIPT):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_one_constant_changes_how_every_page_installs(copy: Path) -> None:
    script = copy / SCRIPT
    assert published(copy, "--check") == 0
    before = {name: (copy / name).read_text("utf-8") for name in PAGES}
    source = script.read_text("utf-8")
    script.write_text(source.replace("IS_PUBLISHED = False", "IS_PUBLISHED = True"), "utf-8")
    assert published(copy, "--check") == 1
    assert {name: (copy / name).read_text("utf-8") for name in PAGES} == before
    assert published(copy) == 0
    assert published(copy, "--check") == 0
    for name in PAGES:
        text = (copy / name).read_text("utf-8")
        assert "not on PyPI" not in text
        assert re.search(r'pip install "?turnstream', text), name


def test_until_then_no_page_installs_what_is_not_there() -> None:
    pages = [
        ROOT / "README.md",
        ROOT / "SKILL.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "references").glob("*.md"),
    ]
    lines = [line for page in pages for line in page.read_text("utf-8").splitlines()]
    commands = [line for line in lines if re.search(r"pip install\b.*\bturnstream\b", line)]
    assert len(commands) >= 4
    assert [line for line in commands if "--find-links" not in line] == []


def test_the_types_have_the_version_of_the_package() -> None:
    types = json.loads((ROOT / "element" / "types" / "package.json").read_text("utf-8"))
    assert types["version"] == PROJECT["version"]
    assert types["license"] == PROJECT["license"]


def test_the_workflow_runs_scripts_that_exist() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    scripts = re.findall(r"run: (scripts/\w+)", workflow)
    assert scripts == ["scripts/release"]
    assert all((ROOT / script).stat().st_mode & 0o100 for script in scripts)
    assert "make test" in workflow
