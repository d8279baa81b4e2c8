"""The `turnstream` command."""

import argparse
import os
import socket
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from turnstream import __version__

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="turnstream", description="A chat whose turns survive their connections.")
    parser.add_argument("--version", action="version", version=f"turnstream {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="serve the demo, offline, on this machine")
    demo.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (8000)")
    demo.add_argument("--data", type=Path, default=Path("turnstream-demo"), help="folder for its threads")
    serve = commands.add_parser("serve", help="serve an app so that a restart loses nothing")
    serve.add_argument("app", help="where the app is, such as main:app or, with --factory, main:create")
    serve.add_argument("--factory", action="store_true", help="the app is what calling it returns")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    serve.add_argument("--drain", type=float, default=30.0, help="seconds that running turns get at SIGTERM (30)")
    given = parser.parse_args(arguments)
    if given.command == "serve":
        return _serve(given.app, host=given.host, port=given.port, drain_s=given.drain, is_factory=given.factory)
    return _demo(port=given.port, data=given.data)


def _serve(app: str, *, host: str, port: int, drain_s: float, is_factory: bool) -> int:
    from turnstream.http.serve import serve

    listener = _listen(host, port, "--port 8001")
    if listener is None:
        return 1
    sys.path.insert(0, str(Path.cwd()))
    serve(app, listener, drain_s=drain_s, factory=is_factory)
    return 0


def _listen(host: str, port: int, remedy: str) -> socket.socket | None:
    from turnstream.http.serve import listen

    try:
        return listen(host, port)
    except (OSError, OverflowError) as exc:
        _complain(f"cannot listen on {host}:{port} ({exc}). Choose another port: {remedy}.")
        return None


def _demo(*, port: int, data: Path) -> int:
    listener = _listen("127.0.0.1", port, "--port 8001, or make demo PORT=8001")
    if listener is None:
        return 1

    from turnstream.demos.app import create_demo, model_name
    from turnstream.http.serve import serve

    app = create_demo(data)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sys.stdout.write(
        f"turnstream demo: {url}\n"
        f"  answers come from: {model_name()}\n"
        f"  threads are kept in: {data}{os.sep}\n"
        f"  stop it with Ctrl+C\n"
    )
    sys.stdout.flush()
    if _has_desktop():
        webbrowser.open(url)
    serve(app, listener, drain_s=1.0)
    return 0


def _has_desktop() -> bool:
    return sys.stdout.isatty() and (
        sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )


def _complain(message: str) -> None:
    sys.stderr.write(f"turnstream: {message}\n")
