"""The example deployment and the scripts of a release keep to the rules of a supply chain."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
SCRIPTS = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]


def test_no_secret_has_a_default() -> None:
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}", COMPOSE)
    assert {name for name, _ in secrets} == {"COOKIE_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert [name for name, rest in secrets if not rest.startswith(":?set ")] == []
    assert ".env\n" in (ROOT / ".gitignore").read_text("utf-8")


def test_redis_asks_for_a_password() -> None:
    assert "--requirepass" in COMPOSE
    assert re.search(r"REDIS_URL: redis://:\$\{REDIS_PASSWORD", COMPOSE)


def test_images_have_the_fullest_tag() -> None:
    images = re.findall(r"^\s*image: (\S+)$", COMPOSE, re.MULTILINE)
    images += re.findall(r"^FROM (\S+)$", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert len(images) == 4
    assert [
        image for image in images if not re.search(r":\d+\.\d+\.?\d*-(?:slim-)?bookworm(?:@sha256:|$)", image)
    ] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_of_an_npm_package_runs(script: Path) -> None:
    installing = [
        line for line in script.read_text("utf-8").splitlines() if re.search(r"\bnpm (ci|install)\b", line)
    ]
    assert [
        line for line in installing if "--ignore-scripts" not in line and "raise SystemExit" not in line
    ] == []


def test_what_is_locked_is_audited() -> None:
    audit = (ROOT / "scripts" / "audit").read_text("utf-8")
    assert "pip-audit --require-hashes" in audit
    assert "npm audit --package-lock-only --omit=dev" in audit
    assert "audit" in (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    locked = (ROOT / "requirements" / "release.txt").read_text("utf-8")
    names = [re.split(r"[<>=]", requirement)[0] for requirement in groups["release"]]
    assert [name for name in names if not re.search(rf"^{name}==", locked, re.MULTILINE)] == []


def test_a_release_describes_both_halves() -> None:
    release = (ROOT / "scripts" / "release").read_text("utf-8")
    assert "dist/turnstream-python.cdx.json" in release
    assert "dist/turnstream-element.cdx.json" in release
