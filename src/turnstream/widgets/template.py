"""Widgets from `.widget` files: a JSON document with a Jinja template for the widget's JSON."""

import inspect
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from typing_extensions import deprecated

from turnstream.widgets.roots import BasicRoot, DynamicWidgetRoot

if TYPE_CHECKING:
    from jinja2 import Environment, Template


@cache
def _environment() -> "Environment":
    # Jinja is imported at the first template: 20 ms that an app without templates does not pay. Template
    # files may come from a design tool, so they run in the sandbox, and a missing value is an error.
    try:
        from jinja2 import StrictUndefined
        from jinja2.sandbox import SandboxedEnvironment
    except ModuleNotFoundError as exc:
        raise ImportError("WidgetTemplate needs Jinja: install turnstream[widgets]") from exc
    return SandboxedEnvironment(undefined=StrictUndefined)


class WidgetTemplate:
    """A widget with holes in it, filled by `build()`.

    {"version": "1.0", "name": "seat", "template": "{\"type\": \"Card\", \"children\": []}", "jsonSchema": {}}

    Raises:
        ImportError: Jinja is not installed, which `turnstream[widgets]` brings.
        ValueError: the definition's version is not 1.0.
    """

    def __init__(self, definition: dict[str, Any]) -> None:
        self.version = definition["version"]
        if self.version != "1.0":
            raise ValueError(f"widget version {self.version!r} is not supported: use '1.0'")
        self.name = definition["name"]
        source: str | Template = definition["template"]
        self.template = _environment().from_string(source) if isinstance(source, str) else source
        self.data_schema: dict[str, Any] = definition.get("jsonSchema", {})

    @classmethod
    def from_file(cls, file_path: str) -> "WidgetTemplate":
        """The template in a file; a relative path starts at the directory of the calling module's file."""
        path = Path(file_path)
        if not path.is_absolute():
            path = _caller_directory() / path
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def build(self, data: dict[str, Any] | BaseModel | None = None) -> DynamicWidgetRoot:
        """The widget for `data`.

        Raises:
            jinja2.UndefinedError: the template uses a value that `data` lacks.
            TypeError: a value passed to `tojson` is missing from `data`, or has no JSON.
            ValueError: the rendered text is not JSON, or not a widget.
        """
        return DynamicWidgetRoot.model_validate(self._render(data))

    @deprecated("build_basic() is replaced by build()")
    def build_basic(self, data: dict[str, Any] | BaseModel | None = None) -> BasicRoot:
        """The widget for `data` as a `BasicRoot`; `build()` returns every kind of root."""
        return BasicRoot.model_validate(self._render(data))

    def _render(self, data: dict[str, Any] | BaseModel | None) -> Any:
        values: Mapping[str, Any] = data.model_dump() if isinstance(data, BaseModel) else data or {}
        return json.loads(self.template.render(values))


def _caller_directory() -> Path:
    frame = inspect.currentframe()
    for _ in range(2):  # this function, then the classmethod that asks
        frame = frame.f_back if frame else None
    return Path(frame.f_code.co_filename).resolve().parent if frame else Path.cwd()
