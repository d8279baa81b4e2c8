"""The `turnstream` command."""

import socket
from pathlib import Path

import pytest

from turnstream import __version__
from turnstream.cli import main


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"turnstream {__version__}\n"


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
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


def test_a_command_is_needed() -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
