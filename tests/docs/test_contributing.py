"""The pages for contributors name what is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "contributing"


def named_folders(page: str) -> set[str]:
    """The folders in the first column of the page's tables."""
    text = (PAGES / page).read_text("utf-8")
    cells = re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE)
    names = {name for cell in cells for name in re.findall(r"`([\w./]+)`", cell)}
    return {name for name in names if "/" in name}


def folders(place: str) -> set[str]:
    found = {path for path in (ROOT / place).iterdir() if path.is_dir() and path.name != "__pycache__"}
    return {str(path.relative_to(ROOT)) for path in found if any(path.rglob("*.*"))}


def test_the_page_on_architecture_has_a_row_for_each_folder() -> None:
    named, there = named_folders("architecture.md"), folders("src/turnstream") | folders("element/src")
    assert not there - named, f"architecture.md needs a row for each of these folders: {there - named}"
    assert not named - there, f"architecture.md has rows for folders that are not there: {named - there}"


def test_the_files_that_it_tells_to_begin_with_exist() -> None:
    text = (PAGES / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w./]+/[\w./]+)` \|[^|]+\|([^|]+)\|$", text, re.MULTILINE)
    named = [(folder, file) for folder, files in rows for file in re.findall(r"`([\w./]+)`", files)]
    assert len(named) > 20
    assert [file for folder, file in named if not (ROOT / folder / file).exists()] == []


def test_the_page_on_testing_has_a_row_for_each_folder_of_tests() -> None:
    assert named_folders("testing.md") - {"element/test"} == folders("tests")


def test_what_the_pages_name_with_its_path_exists() -> None:
    for page in PAGES.glob("*.md"):
        named = re.findall(r"`((?:tests|element|scripts|src|bench)/[\w/.]+)`", page.read_text("utf-8"))
        assert [path for path in named if not (ROOT / path).exists()] == [], page.name
