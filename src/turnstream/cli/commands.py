"""Parse the command line and run what it asks for."""

import argparse
import importlib
import os
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from turnstream import __version__
from turnstream.cli.output import complain
from turnstream.cli.serving import add_arguments, listening, serve_app

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="turnstream", description="A self-hosted chat with durable turns.")
    parser.add_argument("--version", action="version", version=f"turnstream {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="serve the five demo apps on this machine, offline")
    demo.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (8000)")
    demo.add_argument(
        "--data", type=Path, default=Path("turnstream-demo"), help="folder for the demo's threads"
    )
    serve = commands.add_parser("serve", help="serve an app and drain its turns at shutdown")
    add_arguments(serve)
    contracts = commands.add_parser(
        "contracts", help="generate the page's TypeScript types from declarations"
    )
    contracts.add_argument(
        "modules", nargs="+", metavar="MODULE", help="module that declares effects, client tools, components"
    )
    contracts.add_argument(
        "--out", type=Path, metavar="FILE", help="write to this file instead of standard output"
    )
    contracts.add_argument("--check", action="store_true", help="only check that FILE is up to date")
    check = commands.add_parser("check", help="check a running page for common mistakes")
    check.add_argument("url", metavar="URL", help="the page with the chat, such as http://127.0.0.1:8000")
    check.add_argument(
        "--say",
        action="append",
        default=[],
        metavar="TEXT",
        help="send this message to the chat; can be repeated",
    )
    check.add_argument(
        "--patience", type=float, default=30.0, metavar="S", help="seconds to wait for each answer (30)"
    )
    given = parser.parse_args(arguments)
    if given.command == "check":
        if given.patience <= 0:
            parser.error(
                f"--patience must be a number of seconds above 0, such as 30, not {given.patience:g}"
            )
        return _check(given.url, given.say, patience_s=given.patience)
    if given.command == "contracts":
        if given.check and given.out is None:
            parser.error("--check needs the file to check: --out FILE")
        return _contracts(given.modules, given.out, is_check=given.check)
    if given.command == "serve":
        return serve_app(given, serve)
    return _demo(port=given.port, data=given.data)


def _demo(*, port: int, data: Path) -> int:
    listener = listening("127.0.0.1", port, "--port 8001, or make demo PORT=8001")
    if listener is None:
        return 1

    from turnstream.demos.app import create_demo
    from turnstream.demos.models import model_name
    from turnstream.http.serve import serve

    try:
        app = create_demo(data)
    except ImportError as exc:
        listener.close()
        complain(
            f"OPENAI_API_KEY is set, so a real model is to answer, but {exc}. Without a key, a script "
            "answers."
        )
        return 1
    except OSError as exc:
        listener.close()
        complain(f"cannot store threads in {data} ({exc.strerror}). Choose another folder: --data FOLDER.")
        return 1
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sys.stdout.write(
        f"turnstream demo: {url}\n  model: {model_name()}\n  threads: {data}{os.sep}\n  stop it with Ctrl+C\n"
    )
    sys.stdout.flush()
    if _has_desktop():
        webbrowser.open(url)
    serve(app, listener, drain_s=1.0)
    return 0


def _check(url: str, say: Sequence[str], *, patience_s: float) -> int:
    from turnstream.check import CheckError, check_page

    try:
        findings = check_page(url, say=say, patience_s=patience_s)
    except CheckError as exc:
        complain(str(exc))
        return 2
    for finding in findings:
        times = f" ({finding.count} times)" if finding.count > 1 else ""
        sys.stdout.write(f"{finding.code}: {finding.message}{times}\n")
    said = "" if say else ' Send a message with --say "…" to find more.'
    sys.stdout.write(f"{url}: {_counted(len(findings))}.{said}\n")
    return 1 if findings else 0


def _counted(mistakes: int) -> str:
    return "no mistakes found" if mistakes == 0 else f"{mistakes} mistake{'s' if mistakes > 1 else ''}"


def _contracts(modules: Sequence[str], out: Path | None, *, is_check: bool) -> int:
    from turnstream.contracts import ContractError, collect, to_typescript

    sys.path.insert(0, str(Path.cwd()))
    try:
        for module in modules:
            _import(module)
        declared = collect()
        text = to_typescript(declared.effects, declared.client_tools, declared.components)
    except (ModuleNotFoundError, ContractError) as exc:
        complain(str(exc))
        return 1
    if not (declared.effects or declared.client_tools or declared.components):
        complain(f"{', '.join(modules)} declares no effects, client tools or components.")
        return 1
    if is_check:
        return _compare(text, out, modules)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
    return 0


def _import(module: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as exc:
        if exc.name is None or not f"{module}.".startswith(f"{exc.name}."):
            raise
        raise ModuleNotFoundError(
            f"there is no module {exc.name} in {Path.cwd()}. Write it as in an import: shop.contracts."
        ) from exc


def _compare(text: str, out: Path | None, modules: Sequence[str]) -> int:
    if out is not None and out.is_file() and out.read_text(encoding="utf-8") == text:
        return 0
    complain(f"{out} is out of date. Update it: turnstream contracts {' '.join(modules)} --out {out}")
    return 1


def _has_desktop() -> bool:
    return sys.stdout.isatty() and (
        sys.platform in {"darwin", "win32"}
        or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    )
