"""Import the user's app, and say in a few lines why that is not possible."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from turnstream.errors import TurnstreamError
from turnstream.redaction import redacted, secrets_of

__all__ = ["AppImportError", "import_app"]

LIBRARIES = {"site-packages", "dist-packages"}


class AppImportError(TurnstreamError):
    """The app cannot be had; the text says where, why and what to do, and is for a terminal."""


def import_app(path: str, *, is_factory: bool = False) -> Any:
    """Return the object that a path such as `main:app` names.

    A factory is returned as a function that calls it: uvicorn does so in the running event loop, which it may
    need.

    Raises:
        AppImportError: there is no such object, or its module raised an exception. The factory that is
            returned raises it, too.
    """
    from uvicorn.importer import ImportFromStringError, import_from_string

    try:
        app = import_from_string(path)
    except ImportFromStringError as exc:
        raise AppImportError(
            f"cannot import the app from {Path.cwd()}. {exc} Give the module and the name, such as main:app."
        ) from exc
    except Exception as exc:
        raise AppImportError(_described(exc, path, f'python -c "import {path.partition(":")[0]}"')) from exc
    return _checked(app, path) if is_factory else app


def _checked(factory: Callable[[], Any], path: str) -> Callable[[], Any]:
    def make() -> Any:
        try:
            return factory()
        except Exception as exc:
            module, _, name = path.partition(":")
            call = f'python -c "import {module}; {module}.{name}()"'
            raise AppImportError(_described(exc, path, call)) from exc

    return make


def _described(exc: Exception, path: str, command: str) -> str:
    """The place, the error and the remedy, a line each."""
    lines = "".join(traceback.format_exception_only(exc)).strip().splitlines()
    # A SyntaxError shows the code first; any other one begins with its message, which may go on for long.
    error = redacted(lines[-1 if isinstance(exc, SyntaxError) else 0], secrets_of(exc))
    return f"cannot import {path}: {_place(exc)}\n  {error}\n  {_remedy(exc)} The whole traceback: {command}"


def _place(exc: Exception) -> str:
    """The last line of the app's own code that ran, or where the parser stopped."""
    if isinstance(exc, SyntaxError) and exc.filename is not None:
        return f"{_short(exc.filename)}, line {exc.lineno}"
    frames = [
        frame for frame in traceback.extract_tb(exc.__traceback__) if not frame.filename.startswith("<")
    ]
    own = [
        frame
        for frame in frames
        if Path(frame.filename).is_relative_to(Path.cwd()) and not _is_library(frame)
    ]
    if not own:
        return "no line of it ran"
    return f"{_short(own[-1].filename)}, line {own[-1].lineno}: {own[-1].line}"


def _remedy(exc: Exception) -> str:
    if isinstance(exc, ModuleNotFoundError) and exc.name is not None:
        return f"Install what brings the module {exc.name.partition('.')[0]}, or correct its name."
    return "Correct this line, or what it calls."


def _is_library(frame: traceback.FrameSummary) -> bool:
    return not LIBRARIES.isdisjoint(Path(frame.filename).parts)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else filename
