"""The `turnstream` command."""

import os
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import turnstream
from turnstream import __version__
from turnstream.cli import main
from turnstream.cli.watching import changes, python_files

SOURCE = Path(turnstream.__file__).parent.parent


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"turnstream {__version__}\n"


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        port = occupied.getsockname()[1]
        assert main(["demo", "--port", str(port), "--data", str(tmp_path / "data")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"turnstream: cannot listen on 127.0.0.1:{port} (")
    assert said.err.count("\n") == 1
    assert "--port" in said.err
    assert not (tmp_path / "data").exists()


def test_a_port_that_cannot_be_is_said_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--port", "70000", "--data", str(tmp_path)]) == 1
    assert "cannot listen on 127.0.0.1:70000" in capsys.readouterr().err


def test_a_folder_that_cannot_be_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    file.touch()
    assert main(["demo", "--port", "0", "--data", str(file)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        f"turnstream: cannot store threads in {file} (File exists). Choose another folder: --data FOLDER.\n",
    )


def test_a_real_model_without_its_package_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a key")
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    assert main(["demo", "--port", "0", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "turnstream: OPENAI_API_KEY is set, so a real model is to answer, but ChatModel needs aiohttp: "
        "install "
        "turnstream[openai]. Without a key, a script answers.\n",
    )


@pytest.mark.parametrize(
    ("app", "says"),
    [
        ("nope_nope:app", 'Could not import module "nope_nope".'),
        ("turnstream.titles:app", 'Attribute "app" not found in module "turnstream.titles".'),
        ("nope_nope", 'must be in format "<module>:<attribute>"'),
    ],
)
def test_an_app_that_cannot_be_imported_is_said_before_any_address(
    app: str, says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert main(["serve", app, "--port", "0"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("turnstream: cannot import the app from ")
    assert says in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("source", "options", "says"),
    [
        (
            "import turnstream\n\n\ndef make():\n    return Suport()\n\n\napp = make()\n",
            (),
            "cannot import {}:app: {}.py, line 5: return Suport()\n  NameError: name 'Suport' is not "
            "defined\n"
            '  Correct this line, or what it calls. The whole traceback: python -c "import {}"\n',
        ),
        (
            "app = (1,\n",
            (),
            "cannot import {}:app: {}.py, line 1\n  SyntaxError: '(' was never closed\n"
            '  Correct this line, or what it calls. The whole traceback: python -c "import {}"\n',
        ),
        (
            "from no_such_thing.inner import app\n",
            (),
            "cannot import {}:app: {}.py, line 1: from no_such_thing.inner import app\n"
            "  ModuleNotFoundError: No module named 'no_such_thing'\n"
            "  Install what brings the module no_such_thing, or correct its name. "
            'The whole traceback: python -c "import {}"\n',
        ),
        (
            "from turnstream.store import SqlStore\nstore = SqlStore('nodb://x:hunter2@host/db')\n",
            (),
            "cannot import {}:app: {}.py, line 2: store = SqlStore('nodb://x:hunter2@host/db')\n",
        ),
        (
            "def app():\n    raise ValueError('set DATABASE_URL\\nand more')\n",
            ("--factory",),
            "cannot import {}:app: {}.py, line 2: raise ValueError('set DATABASE_URL\\nand more')\n"
            "  ValueError: set DATABASE_URL\n"
            '  Correct this line, or what it calls. The whole traceback: python -c "import {}; {}.app()"\n',
        ),
    ],
    ids=[
        "an exception",
        "a syntax error",
        "a missing module",
        "a library's exception",
        "a factory's exception",
    ],
)
def test_an_app_that_raises_is_told_in_three_lines(
    source: str,
    options: tuple[str, ...],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = f"app_{tmp_path.name}"  # a module of this test alone
    (tmp_path / f"{name}.py").write_text(source, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert main(["serve", f"{name}:app", "--port", "0", *options]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"turnstream: {says.format(*[name] * 4)}")
    assert said.count("\n") == 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--workers", "0"), "--workers must be at least 1, not 0"),
        (("--workers", "2", "--reload"), "--reload serves from one process: leave out --workers"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    options: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "main:app", *options])
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_the_files_that_are_watched_are_those_of_the_app(tmp_path: Path) -> None:
    for name in (
        "main.py",
        "shop/orders.py",
        "notes.txt",
        ".git/hook.py",
        "node_modules/x/y.py",
        "env/lib/z.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    before = python_files(tmp_path)
    assert set(before) == {tmp_path / "main.py", tmp_path / "shop" / "orders.py"}
    (tmp_path / "new.py").touch()
    (tmp_path / "shop" / "orders.py").unlink()
    os.utime(tmp_path / "main.py", ns=(1, 1))
    changed = changes(before, python_files(tmp_path))
    assert [path.name for path in changed] == ["main.py", "new.py", "orders.py"]


def test_patience_is_more_than_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", "http://127.0.0.1:8000", "--patience", "0"])
    assert ended.value.code == 2
    assert "--patience must be a number of seconds above 0, such as 30, not 0" in capsys.readouterr().err


def test_a_command_is_needed() -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2


def test_what_is_no_address_is_said_before_a_browser_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "localhost:8000"]) == 2
    said = capsys.readouterr().err
    assert said == (
        "turnstream: localhost:8000 is not a page URL: use a complete one, such as http://127.0.0.1:8000\n"
    )


def contracts(folder: Path, *arguments: str, **files: str) -> subprocess.CompletedProcess[str]:
    """Run `turnstream contracts` in a folder with these modules, as a process of its own: declarations
    stay.
    """
    for name, source in files.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "turnstream", "contracts", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


RING = "from turnstream.contracts import Effect\nclass Ring(Effect):\n    times: int\n"


def test_contracts_are_written_and_checked(tmp_path: Path) -> None:
    run = partial(contracts, tmp_path, "app", "--out", "page.d.ts")
    assert run("--check", app="import rings", rings=RING).returncode == 1
    assert (run().returncode, run("--check").returncode) == (0, 0)
    written = (tmp_path / "page.d.ts").read_text("utf-8")
    assert "ring: Ring;" in written
    assert contracts(tmp_path, "app", "rings").stdout == written
    stale = run("--check", rings=RING.replace("int", "str"))
    assert stale.returncode == 1
    assert stale.stderr == (
        "turnstream: page.d.ts is out of date. Update it: turnstream contracts app --out page.d.ts\n"
    )
    assert (tmp_path / "page.d.ts").read_text("utf-8") == written


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, "turnstream: there is no module app in {}. Write it as in an import: shop.contracts.\n"),
        ({"app": "import no_such_thing"}, "turnstream: No module named 'no_such_thing'\n"),
        ({"app": "x = 1"}, "turnstream: app declares no effects, client tools or components.\n"),
        (
            {"app": f"import other\n{RING}", "other": RING.replace("int", "str")},
            "turnstream: The effect 'ring' is declared in app.Ring and otherwise in other.Ring: rename one "
            "of them.\n",
        ),
    ],
)
def test_what_is_wrong_with_contracts_is_said_in_one_line(
    tmp_path: Path, files: dict[str, str], complaint: str
) -> None:
    said = contracts(tmp_path, "app", **files)
    assert (said.returncode, said.stdout, said.stderr) == (1, "", complaint.format(tmp_path))


def test_a_check_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["contracts", "app", "--check"])
    assert ended.value.code == 2
    assert "--out FILE" in capsys.readouterr().err
