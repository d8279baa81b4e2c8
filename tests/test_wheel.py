"""The built wheel is all that a person needs: element and demo inside, no Node, no checkout."""

import gzip
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

import httpx
import pytest
from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FLAGS = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
CREATE: dict[str, Any] = {
    "type": "threads.create",
    "params": {
        "input": {
            "content": [{"type": "input_text", "text": "Feed her"}],
            "attachments": [],
            "inference_options": {},
        }
    },
}
DEMOS = ("map", "claim", "colony", "companion", "travel")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, alone in a folder."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *FLAGS, "--wheel-dir", str(folder), str(ROOT)],
        check=True,
        timeout=1800,
    )
    with zipfile.ZipFile(next(folder.glob("turnstream-*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


MOST_PACKAGES = 22
"""Of an installation without extras, turnstream itself not counted."""

BLOCKING = """import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
"""


def core() -> set[str]:
    """The packages that come with turnstream where no extra is asked for."""
    found: set[tuple[str, frozenset[str]]] = set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    requirements = [Requirement(dependency) for dependency in project["dependencies"]]
    while requirements:
        wanted = requirements.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if (name, extras) in found:
            continue
        found.add((name, extras))
        requirements += [
            need
            for need in map(Requirement, requires(name) or ())
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras or {""})
        ]
    return {name for name, _ in found}


def test_few_packages_come_along() -> None:
    assert len(core()) <= MOST_PACKAGES, sorted(core())


@pytest.fixture
def without_extras(tmp_path: Path) -> Path:
    """A folder for PYTHONPATH in which Python finds no package but those of the core."""
    names = {*core(), "turnstream"}
    blocked = {
        module
        for module, distributions in packages_distributions().items()
        if not names & set(map(canonicalize_name, distributions))
    }
    assert {"agents", "openai", "aiohttp", "redis", "psycopg", "playwright"} <= blocked
    folder = tmp_path / "blocking"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BLOCKING.format(blocked=blocked))
    return folder


@contextmanager
def demo(site: Path, data: Path, without_extras: Path) -> Generator[str]:
    """Run `turnstream demo` from the wheel's files and yield the URL that it prints."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENAI_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "turnstream", "demo", "--port", "0", "--data", str(data)],
        env={**environment, "PYTHONPATH": f"{without_extras}:{site}", "PATH": "/nonexistent"},
        cwd=data,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert found is not None, f"the demo printed {first!r}"
        yield found.group()
    finally:
        process.terminate()
        process.communicate(timeout=1800)


def test_the_wheel_serves_the_demo_without_node_and_extras(
    unpacked: Path, tmp_path: Path, without_extras: Path
) -> None:
    with demo(unpacked, tmp_path, without_extras) as url, httpx.Client(base_url=url, timeout=1800) as client:
        start = client.get("/")
        pages = [client.get(f"/{name}/") for name in DEMOS]
        script = client.get("/companion/chatkit/chatkit.js")
        about = [client.get(path).json() for path in ("/about.json", "/companion/about.json")]
        answer = client.post("/companion/chatkit", json=CREATE)
        vendored = [
            client.get(f"/map/vendor/{file}").status_code
            for file in ("leaflet.js", "tube.json", "LICENSES.txt")
        ]
    assert all(f'href="{name}/"' in start.text for name in DEMOS)
    assert all("<openai-chatkit" in page.text for page in pages)
    assert "openai-chatkit" in script.text
    assert about == [{"model": "offline script"}] * 2
    assert vendored == [200, 200, 200]
    assert '"name":"update_status"' in answer.text
    assert (tmp_path / "threads.sqlite").is_file()


def test_the_wheel_names_its_licence_and_ships_no_stranger(unpacked: Path) -> None:
    folders = {path.name for path in unpacked.iterdir()}
    assert folders == {"turnstream", "turnstream-0.1.0.dist-info"}
    assert (unpacked / "turnstream-0.1.0.dist-info" / "licenses" / "LICENSE").is_file()
    assert (unpacked / "turnstream" / "py.typed").is_file()


def test_its_metadata_is_what_an_index_takes(unpacked: Path) -> None:
    (folder,) = unpacked.glob("*.dist-info")
    metadata = Metadata.from_email((folder / "METADATA").read_bytes())  # raises for what is invalid
    assert (metadata.name, metadata.license_expression) == ("turnstream", "Apache-2.0")
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description is not None
    assert metadata.description.startswith("# turnstream")


def test_the_types_of_the_element_are_in_it(unpacked: Path) -> None:
    types = unpacked / "turnstream" / "http" / "static" / "types"
    assert {path.name for path in types.iterdir()} == {
        "README.md",
        "index.d.ts",
        "package.json",
        "react.d.ts",
    }
    assert "export interface TurnstreamChat" in (types / "index.d.ts").read_text("utf-8")


def test_text_chat_is_one_small_script_and_the_rest_another(unpacked: Path) -> None:
    static = unpacked / "turnstream" / "http" / "static"
    script = (static / "chatkit.js").read_bytes()
    assert not re.search(rb"^import\b|\bfrom\s*\"\./chunks/|\bexport\s*[{*]|\bimport\.meta\b", script)
    core = len(gzip.compress(script, 9))
    (extras,) = (static / "chunks").glob("extras-*.js")
    assert core < 75_000
    assert core + len(gzip.compress(extras.read_bytes(), 9)) < 110_000
    for chunk in (static / "chunks").glob("*.js"):
        imported = re.findall(rb'\b(?:from|import)\(?"(\.[^"]+)"', chunk.read_bytes())
        assert all(name.startswith(b"./") for name in imported), (chunk, imported)


def test_frames_and_their_bridge_load_by_themselves(unpacked: Path) -> None:
    static = unpacked / "turnstream" / "http" / "static"
    (frames,) = (static / "chunks").glob("frames-*.js")
    assert len(gzip.compress(frames.read_bytes(), 9)) < 65_000
    mark = b"ui/notifications/sandbox-resource-ready"
    having = [path.name for path in static.rglob("*.js") if mark in path.read_bytes()]
    assert having == [frames.name]


def test_charts_and_what_draws_them_load_by_themselves(unpacked: Path) -> None:
    static = unpacked / "turnstream" / "http" / "static"
    chunks = static / "chunks"
    (chart,), (widgets,), (extras,) = (
        list(chunks.glob(f"{name}-*.js")) for name in ("chart", "widgets", "extras")
    )
    assert len(gzip.compress(widgets.read_bytes(), 9)) <= 30_000
    # Names of curves, which only d3 and the drawing of charts have.
    mark = b"monotoneX"
    assert mark in chart.read_bytes()
    for script in (static / "chatkit.js", extras, widgets):
        code = script.read_bytes()
        assert mark not in code
        statically = re.findall(rb'(?:\bfrom|\bimport)\s*"([^"]+)"', code)
        assert not [name for name in statically if b"chart-" in name], (script, statically)
    assert re.search(rb'import\("\./chart-[^"]+"\)', widgets.read_bytes())
    notices = (static / "chatkit.js.LEGAL.txt").read_text("utf-8")
    assert all(re.search(rf"^{name} ", notices, re.MULTILINE) for name in ("d3-scale", "d3-shape"))


def test_every_script_is_in_the_wheel_compressed_too(unpacked: Path) -> None:
    static = unpacked / "turnstream" / "http" / "static"
    scripts = list(static.rglob("*.js"))
    assert len(scripts) > 5
    for script in scripts:
        assert gzip.decompress(Path(f"{script}.gz").read_bytes()) == script.read_bytes()
        assert 0 < Path(f"{script}.br").stat().st_size < Path(f"{script}.gz").stat().st_size


def test_the_demos_need_no_framework() -> None:
    code = (
        "import pkgutil, sys, turnstream.demos as demos\n"
        "for module in pkgutil.walk_packages(demos.__path__, 'turnstream.demos.'): __import__(module.name)\n"
        "frameworks = {'agents', 'aiohttp', 'langchain_core', 'langgraph', 'openai', 'pydantic_ai'}\n"
        "assert not frameworks & set(sys.modules), frameworks & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
