"""`scripts/verify.py` runs every snippet of references/streaming-patterns.md, and says what does not
behave.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READY = "✓ streaming-llm-responses skill ready"

pytestmark = pytest.mark.timeout(900)  # it starts a server and a page for each pattern


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The skill's files elsewhere, to be broken; what it runs on stays where it is."""
    for name in ("SKILL.md", "references", "scripts"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "element").mkdir()
    (tmp_path / "element" / "node_modules").symlink_to(ROOT / "element" / "node_modules")
    return tmp_path


def verify(folder: Path, *arguments: str, path: str | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, folder / "scripts" / "verify.py", *arguments],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
        cwd=folder.parent,
        env={**os.environ, **({} if path is None else {"PATH": path})},
    )
    return done.returncode, done.stdout, done.stderr


def keep_only(copy: Path, title: str) -> Path:
    """Leave of the page and of its checks those of one pattern; return the page."""
    page = copy / "references" / "streaming-patterns.md"
    (section,) = [part for part in page.read_text("utf-8").split("\n## ") if part.startswith(f"{title}\n")]
    page.write_text(f"# One pattern\n\n## {section}", "utf-8")
    checks = copy / "scripts" / "verify" / "checks.js"
    checks.write_text(_only(checks.read_text("utf-8"), title.lower().replace(" ", "-")), "utf-8")
    return page


@pytest.mark.parametrize("arguments", [(), ("--dom",)], ids=["in a browser", "in the DOM of Node"])
def test_every_pattern_behaves_as_it_says(arguments: tuple[str, ...]) -> None:
    code, said, complaints = verify(ROOT, *arguments)
    assert (code, complaints) == (0, ""), said
    assert said.endswith(f"{READY}\n")
    page = (ROOT / "references" / "streaming-patterns.md").read_text("utf-8")
    assert said.count("✓ ") == page.count("\n## ") + 1


def test_without_a_browser_the_dom_of_node_is_used(copy: Path) -> None:
    keep_only(copy, "Lock by hand")
    code, said, complaints = verify(copy, path="/nonexistent")
    assert (code, complaints, said) == (0, "", f"✓ Lock by hand\n{READY}\n")


def test_without_the_page_it_says_so_and_stops(copy: Path) -> None:
    (copy / "references" / "streaming-patterns.md").unlink()
    code, said, complaints = verify(copy)
    assert (code, said) == (1, "")
    assert complaints == "✗ references/streaming-patterns.md is missing: there is nothing to verify\n"


def test_a_pattern_that_does_not_behave_is_named(copy: Path) -> None:
    page = keep_only(copy, "Lock by hand")
    text = page.read_text("utf-8")
    assert "'chatkit.response.start'" in text
    page.write_text(text.replace("'chatkit.response.start'", "'chatkit.response.began'"), "utf-8")
    checks = copy / "scripts" / "verify" / "page.js"
    checks.write_text(
        checks.read_text("utf-8").replace("PATIENCE_MS = 60_000", "PATIENCE_MS = 3_000"), "utf-8"
    )
    code, said, complaints = verify(copy)
    assert code == 1
    assert said.startswith("✗ Lock by hand: never: the app is paused")
    assert complaints == "✗ 1 of 1 patterns do not behave as they say\n"


def test_a_section_that_nobody_checks_is_named(copy: Path) -> None:
    page = copy / "references" / "streaming-patterns.md"
    page.write_text(page.read_text("utf-8") + "\n## Dance\n\n```js\nlet it;\n```\n", "utf-8")
    code, said, complaints = verify(copy)
    assert (code, said) == (1, "")
    assert "✗ Dance: there is no check of it\n" in complaints


def _only(checks: str, slug: str) -> str:
    """The checks with one pattern alone."""
    head, body = checks.split("const checks = {\n", 1)
    body, tail = body.split("\n};\n", 1)
    (check,) = [
        part for part in body.split("\n\n  async ") if part.removeprefix("  async ").startswith(f"'{slug}'")
    ]
    return f"{head}const checks = {{\n  async {check.removeprefix('  async ')}\n}};\n{tail}"
