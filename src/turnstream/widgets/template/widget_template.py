"""Widgets from `.widget` files: a JSON document with a Jinja template for the widget's JSON."""

import inspect
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from typing_extensions import deprecated

from turnstream.widgets.base import without_nulls
from turnstream.widgets.errors import WidgetProblem, WidgetTemplateError, path_of
from turnstream.widgets.roots import BasicRoot, DynamicWidgetRoot
from turnstream.widgets.template.data_schema import DataSchema, excerpt

if TYPE_CHECKING:
    from jinja2 import Environment, Template

TRoot = TypeVar("TRoot", BasicRoot, DynamicWidgetRoot)
VERSION = "1.0"
ROOTS = ("Card", "ListView", "Basic")
MAX_AROUND = 40


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
        WidgetTemplateError: the definition is incomplete, its version is not 1.0, or it is no Jinja.
    """

    def __init__(self, definition: dict[str, Any]) -> None:
        self.name: str = definition.get("name", "")
        for field in ("version", "name", "template"):
            if field not in definition:
                raise self._error(f"{field!r} is missing: a .widget file has version, name and template.")
        self.version: str = definition["version"]
        if self.version != VERSION:
            raise self._error(f"widget version {self.version!r} is not supported: use {VERSION!r}.")
        self.template = self._compiled(definition["template"])
        self.data_schema: dict[str, Any] = definition.get("jsonSchema") or {}
        self._data = DataSchema(self.data_schema, self.name)

    @classmethod
    def from_file(cls, file_path: str) -> "WidgetTemplate":
        """The template in a file; a relative path starts at the directory of the calling module's file."""
        path = Path(file_path)
        if not path.is_absolute():
            path = _caller_directory() / path
        try:
            definition = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as exc:
            message = f"the file is no JSON at line {exc.lineno}, column {exc.colno}: {exc.msg}."
            raise WidgetTemplateError(message, template=str(path), line=exc.lineno) from exc
        return cls(definition)

    def build(self, data: dict[str, Any] | BaseModel | None = None) -> DynamicWidgetRoot:
        """The widget for `data`, which must fit the file's `jsonSchema`; a null in the template is absent.

        Raises:
            ImportError: the template has a `jsonSchema`, and jsonschema is not installed, which
                `turnstream[widgets]` brings.
            WidgetTemplateError: the data do not fit the schema, or the rendered text is not a widget.
            jinja2.UndefinedError: the template uses a value that `data` lacks.
            TypeError: a value passed to `tojson` is missing from `data`, or has no JSON.
        """
        return self._build(data, DynamicWidgetRoot)

    @deprecated("build_basic() is replaced by build()")
    def build_basic(self, data: dict[str, Any] | BaseModel | None = None) -> BasicRoot:
        """The widget for `data` as a `BasicRoot`; `build()` returns every kind of root."""
        return self._build(data, BasicRoot)

    def _build(self, data: dict[str, Any] | BaseModel | None, root: type[TRoot]) -> TRoot:
        widget = without_nulls(self._rendered(data))
        kinds = ROOTS if root is DynamicWidgetRoot else ("Basic",)
        if _kind(widget, root) not in kinds:
            wanted = " or ".join(kinds)
            message = f"it renders {excerpt(widget)}, and a widget's root is an object of the type {wanted}."
            raise self._error(message, line=1)
        try:
            return root.model_validate(widget)
        except ValidationError as exc:
            problems = _problems(exc, widget)
            raise self._error("it renders no widget. Change the template.", problems=problems) from exc

    def _rendered(self, data: dict[str, Any] | BaseModel | None) -> Any:
        values: Mapping[str, Any] = data.model_dump() if isinstance(data, BaseModel) else data or {}
        self._data.check(values)
        try:
            text = self.template.render(values)
        except Exception as exc:
            exc.add_note(f"in the widget template {self.name!r}")
            raise
        try:
            return json.loads(text)
        except json.JSONDecodeError as exc:
            place = f"line {exc.lineno}, column {exc.colno}: {_around(text, exc.pos)}"
            message = f"what it renders is no JSON at {place}. {_remedy(text, exc.pos)}"
            raise self._error(message, line=exc.lineno) from exc

    def _compiled(self, source: "str | Template") -> "Template":
        if not isinstance(source, str):
            return source
        environment = _environment()
        from jinja2 import TemplateSyntaxError

        try:
            return environment.from_string(source)
        except TemplateSyntaxError as exc:
            message = f"line {exc.lineno} of its template is no Jinja: {exc.message}"
            raise self._error(message, line=exc.lineno) from exc

    def _error(
        self, message: str, *, line: int | None = None, problems: Iterable[WidgetProblem] = ()
    ) -> WidgetTemplateError:
        return WidgetTemplateError(message, template=self.name, line=line, problems=problems)


def _kind(widget: Any, root: type[BaseModel]) -> Any:
    """The type that a rendered document has as a root; None if it has none."""
    default = root.model_fields["type"].get_default()
    return cast("dict[str, Any]", widget).get("type", default) if isinstance(widget, dict) else None


def _problems(error: ValidationError, widget: Any) -> list[WidgetProblem]:
    """The problems by their places in the widget, without the names of the classes that were tried."""
    found: dict[str, WidgetProblem] = {}
    for each in error.errors(include_url=False):
        path: list[str | int] = []
        value = widget
        for part in each["loc"]:
            if isinstance(value, dict) and part in value:
                value = cast("dict[str | int, Any]", value)[part]
            elif isinstance(value, list) and isinstance(part, int):
                value = cast("list[Any]", value)[part]
            elif part != each["loc"][-1] or each["type"] != "missing":
                continue
            path.append(part)
        text = path_of(path)
        found.setdefault(text, WidgetProblem(text, f"{each['msg']}, not {excerpt(cast('Any', value))}"))
    return list(found.values())


def _around(text: str, at: int) -> str:
    """The text at a position, in one line."""
    before, after = text[max(0, at - MAX_AROUND) : at], text[at : at + MAX_AROUND]
    start, end = "…" if at > MAX_AROUND else "", "…" if at + MAX_AROUND < len(text) else ""
    return " ".join(f"{start}{before}⟨here⟩{after}{end}".split())


def _remedy(text: str, at: int) -> str:
    before, after = text[:at].rstrip(), text[at:].lstrip()
    if after.startswith(","):  # where Python 3.13 finds a comma that is too many
        before, after = ",", after[1:].lstrip()
    if after[:1] in ("]", "}", "") and before.endswith(","):
        return "Remove the comma before it, in a loop by {% if not loop.last %},{% endif %}."
    if after[:1] in ("{", "[", '"') and before.endswith(("}", "]", '"')):
        return "Put a comma between the two, in a loop by {% if not loop.last %},{% endif %}."
    return "Write each value as {{ value | tojson }}, without quotes around it."


def _caller_directory() -> Path:
    frame = inspect.currentframe()
    for _ in range(2):  # this function, then the classmethod that asks
        frame = frame.f_back if frame else None
    return Path(frame.f_code.co_filename).resolve().parent if frame else Path.cwd()
