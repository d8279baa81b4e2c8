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
    given = parser.parse_args(arguments)
    return _demo(port=given.port, data=given.data)


def _demo(*, port: int, data: Path) -> int:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(2048)
    except (OSError, OverflowError) as exc:
        listener.close()
        _complain(
            f"cannot listen on 127.0.0.1:{port} ({exc}). Choose another port: --port 8001, or make demo PORT=8001."
        )
        return 1

    import uvicorn

    from turnstream.demos.app import create_demo, model_name

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
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _has_desktop() -> bool:
    return sys.stdout.isatty() and (
        sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )


def _complain(message: str) -> None:
    sys.stderr.write(f"turnstream: {message}\n")
