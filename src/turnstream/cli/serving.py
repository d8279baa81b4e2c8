"""`turnstream serve`."""

import argparse
import os
import socket
import sys
from pathlib import Path

from turnstream.cli.app_import import AppImportError, import_app
from turnstream.cli.output import complain, say

__all__ = ["add_arguments", "listening", "serve_app"]

RELOAD_DRAIN_S = 1.0
"""With `--reload` somebody waits for the new code."""

DESCRIPTION = """Serve an ASGI app with its chats. At SIGTERM or Ctrl+C, readers are asked to
reconnect, running turns have some seconds to end, and the rest are stored. A
second signal ends the wait."""

EXAMPLES = """examples:
  turnstream serve main:app --reload                    while you write the app
  turnstream serve main:app --host 0.0.0.0              in a container
  turnstream serve --factory main:create --workers 2    two processes
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its arguments."""
    parser.description = DESCRIPTION
    parser.epilog = EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "app", help="the app to import from the current folder: main:app, or with --factory main:create"
    )
    parser.add_argument("--factory", action="store_true", help="call the imported object to create the app")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument(
        "--drain",
        type=float,
        metavar="S",
        help="seconds that running turns have to end at SIGTERM (30; with --reload 1)",
    )
    parser.add_argument("--access-log", action="store_true", help="log each request to the standard output")
    development = parser.add_argument_group("development")
    development.add_argument(
        "--reload",
        action="store_true",
        help="load the app again when a Python file in the current folder changes",
    )
    development.add_argument("--dev", action="store_true", help="show the app's exceptions in the chat")
    processes = parser.add_argument_group("processes")
    processes.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="serve from N processes that share a database: SQLite on one machine, PostgreSQL on several (1)",
    )


def serve_app(given: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Serve as the arguments say, and return the exit code."""
    from turnstream.http.serve import DRAIN_S

    if given.workers < 1:
        parser.error(f"--workers must be at least 1, not {given.workers}")
    if given.reload and given.workers > 1:
        parser.error("--reload serves from one process: leave out --workers")
    if given.dev:
        os.environ["TURNSTREAM_DEV"] = "1"
    sys.path.insert(0, str(Path.cwd()))
    if given.drain is None:
        given.drain = RELOAD_DRAIN_S if given.reload else DRAIN_S
    if given.reload or given.workers > 1:
        return _supervise(given)
    return _serve_here(given)


def _serve_here(given: argparse.Namespace) -> int:
    from turnstream.http.serve import serve

    try:
        app = import_app(given.app, is_factory=given.factory)
        listener = _announced(given)
        if listener is None:
            return 1
        with listener:
            has_started = serve(
                app, listener, drain_s=given.drain, factory=given.factory, has_access_log=given.access_log
            )
    except AppImportError as exc:
        complain(str(exc))
        return 1
    return 0 if has_started else 1


def _supervise(given: argparse.Namespace) -> int:
    from turnstream.cli.supervisor import Served, serve_and_reload, serve_by_workers

    listener = _announced(given)
    if listener is None:
        return 1
    served = Served(
        app=given.app,
        is_factory=given.factory,
        drain_s=given.drain,
        has_access_log=given.access_log,
        workers=given.workers,
    )
    with listener:
        return (
            serve_and_reload(served, listener, Path.cwd())
            if given.reload
            else serve_by_workers(served, listener)
        )


def _announced(given: argparse.Namespace) -> socket.socket | None:
    listener = listening(given.host, given.port, "--port 8001")
    if listener is not None:
        host = f"[{given.host}]" if ":" in given.host else given.host
        how = (
            ", loaded again at changes"
            if given.reload
            else f", {given.workers} workers"
            if given.workers > 1
            else ""
        )
        url = f"http://{host}:{listener.getsockname()[1]}"
        say(f"turnstream serve: {given.app} at {url}{how}, stop it with Ctrl+C")
    return listener


def listening(host: str, port: int, remedy: str) -> socket.socket | None:
    """Return a socket that listens; None, with a line that says why, if the address cannot be had."""
    from turnstream.http.serve import listen

    try:
        return listen(host, port)
    except (OSError, OverflowError) as exc:
        complain(f"cannot listen on {host}:{port} ({exc}). Choose another port: {remedy}.")
        return None
