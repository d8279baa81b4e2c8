"""What the repository says of itself outside of the code: workflows, forms, hooks, the changelog."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from turnstream import __version__

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def load(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text("utf-8"))


def supported() -> list[str]:
    classifiers = [
        re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in PROJECT["classifiers"]
    ]
    return [found[1] for found in classifiers if found]


def test_the_workflow_checks_and_tests_on_every_python_that_is_supported() -> None:
    [job] = load(".github/workflows/ci.yml")["jobs"].values()
    matrix = job["strategy"]["matrix"]
    assert matrix["python"] == supported()
    assert matrix["target"] == ["check", "test"]
    assert PROJECT["requires-python"] == f">={supported()[0]}"


def test_the_workflows_call_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    [job] = load(".github/workflows/ci.yml")["jobs"].values()
    matrix = job["strategy"]["matrix"]
    assert {*matrix["target"], *(extra["target"] for extra in matrix["include"])} <= targets
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert set(re.findall(r"run: make ([a-z]+)", release)) <= targets


def test_the_hooks_are_our_own() -> None:
    [repository] = load(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        program = hook["entry"].split()[0]
        assert program.startswith(".venv/bin/") or (ROOT / program).exists()


def test_the_forms_ask_for_what_a_maintainer_needs() -> None:
    for name in ("bug", "feature"):
        form = load(f".github/ISSUE_TEMPLATE/{name}.yml")
        assert set(form) == {"name", "description", "labels", "body"}
        fields = [field for field in form["body"] if field["type"] != "markdown"]
        ids = [field["id"] for field in fields]
        assert len(set(ids)) == len(ids)
        assert fields[0]["validations"] == {"required": True}
        assert all(field["attributes"]["label"] for field in fields)


def test_the_changelog_has_the_version_or_says_that_it_is_to_come() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", changelog, re.MULTILINE)
    assert versions[0] == ("Unreleased", "")
    assert all(date for _, date in versions[1:])
    assert PROJECT["version"] == __version__
    if __version__ not in dict(versions):
        assert __version__ in changelog.partition("## [Unreleased]")[2].partition("\n## ")[0]
    kinds = set(re.findall(r"^### (.+)$", changelog, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_page_on_versions_names_every_public_module() -> None:
    page = (ROOT / "docs" / "contributing" / "versioning.md").read_text("utf-8")
    [row] = re.findall(r"^\| Python \|(.+?)\|", page, re.MULTILINE)
    named = {name.removeprefix("turnstream.") for name in re.findall(r"`([a-z][a-z_.]*)`", row)}
    structure = (ROOT / "tests" / "test_structure.py").read_text("utf-8")
    assert named == set(re.findall(r'^    "turnstream\.(\w+)": """', structure, re.MULTILINE))
