"""Frames: the HTML of MCP Apps (SEP-1865, version 2026-01-26), shown apart from the page."""

# ruff: noqa: N815  (the wire is in camel case)
# Each component narrows `type`, which is frozen.
# pyright: reportIncompatibleVariableOverride=false

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, Field, JsonValue

from turnstream.widgets.base import WidgetComponentBase
from turnstream.widgets.registry import OURS, VERBATIM

__all__ = ["MAX_HTML_BYTES", "MAX_SOURCES", "Frame", "FramePermissions", "FramePolicy"]

MAX_HTML_BYTES = 1024 * 1024
"""Bytes of a frame's HTML in UTF-8. It is stored with the thread and sent with each change of its frame."""

MAX_SOURCES = 32
"""Sources in each list of a policy."""

MAX_SOURCE_CHARS = 255
MIME_TYPE = "text/html;profile=mcp-app"

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
PORT = r"(?::(?:\d{1,5}|\*))?"
SOURCE = re.compile(rf"(?:https|wss)://(?:\*\.{LABEL}\.)?{LABEL}(?:\.{LABEL})*{PORT}", re.IGNORECASE)
LOOPBACK = re.compile(rf"(?:http|ws)://(?:localhost|127\.0\.0\.1){PORT}", re.IGNORECASE)


def _source(source: str) -> str:
    """Return a host source of a content security policy, without the slash that its path may be.

    Keywords, schemes alone, paths, spaces and semicolons are refused: each would widen the policy.
    """
    plain = source.removesuffix("/")
    if len(plain) <= MAX_SOURCE_CHARS and (SOURCE.fullmatch(plain) or LOOPBACK.fullmatch(plain)):
        return plain
    raise ValueError(
        f"{source[:MAX_SOURCE_CHARS]!r} is no host that a frame may use: write a scheme, https or wss, and a "
        "host, such as https://api.example.com or https://*.example.com"
    )


Sources = Annotated[list[Annotated[str, AfterValidator(_source)]], Field(max_length=MAX_SOURCES)]


class FramePolicy(BaseModel):
    """The hosts that a frame may use, as `_meta.ui.csp` of its resource lists them. None are allowed by
    default.

    Each is an https or wss host, such as `https://api.example.com`; `http://localhost:8000` is allowed for
    development.
    """

    connectDomains: Sources | None = None
    """Hosts that its scripts may ask: `fetch` and web sockets."""
    resourceDomains: Sources | None = None
    """Hosts of scripts, styles, pictures, fonts and media."""
    frameDomains: Sources | None = None
    """Hosts of frames within it."""
    baseUriDomains: Sources | None = None
    """Hosts that its `<base>` may name."""


class FramePermissions(BaseModel):
    """What a frame asks the browser for, as `_meta.ui.permissions` of its resource has it.

    The page grants what its option `widgets.frames.permissions` names too.
    """

    camera: dict[str, JsonValue] | None = None
    microphone: dict[str, JsonValue] | None = None
    geolocation: dict[str, JsonValue] | None = None
    clipboardWrite: dict[str, JsonValue] | None = None


def _ui_address(uri: str) -> str:
    if not uri.startswith("ui://"):
        raise ValueError(f"{uri[:200]!r} is no address of a UI resource: it must begin with ui://")
    return uri


def _of_bounded_size(html: str) -> str:
    size = len(html.encode("utf-8", "surrogatepass"))
    if size > MAX_HTML_BYTES:
        raise ValueError(
            f"the HTML has {size:,} bytes, and a frame may have {MAX_HTML_BYTES:,}: minify it, or load its "
            "scripts and pictures from a host in csp.resourceDomains"
        )
    return html


def _tool_result(result: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if not isinstance(result.get("content"), list):
        raise ValueError('a CallToolResult has a list "content": pass what the MCP client returned')
    return result


class Frame(WidgetComponentBase):
    """An MCP App: HTML in a sandboxed frame that has no access to the page around it.

    A page shows it only with the option `widgets.frames`; without that, a line of text stands in its place.

    {"type": "Frame", "title": "Weather", "uri": "ui://weather/view", "html": "<!doctype html><p>…",
      "tool": "get_weather", "input": {"city": "Lisbon"}, "result": {"content": []}}
    """

    type: Literal["Frame"] = Field(default="Frame", frozen=True)
    title: str = Field(min_length=1)
    """The name of the frame for screen readers."""
    uri: Annotated[str, Field(max_length=2048), AfterValidator(_ui_address)]
    """The address of the resource, such as `ui://weather/view`."""
    html: Annotated[str, Field(min_length=1), AfterValidator(_of_bounded_size)]
    """The document; `MAX_HTML_BYTES` at most."""
    csp: FramePolicy | None = None
    permissions: FramePermissions | None = None
    prefersBorder: bool | None = None
    """Whether the document wants an edge and a background around it."""
    tool: str | None = None
    """The name of the tool whose call the frame shows."""
    input: dict[str, JsonValue] | None = None
    """The arguments of that call."""
    result: Annotated[dict[str, JsonValue], AfterValidator(_tool_result)] | None = None
    """Its CallToolResult. A new one reaches the document that is already shown."""
    height: int | None = Field(default=None, ge=16, le=4000)
    """Pixels, until the document tells its own height; 200 by default."""
    maxHeight: int | None = Field(default=None, ge=16, le=4000)
    """The greatest height that the document can give itself, in pixels; 640 by default."""

    @classmethod
    def from_resource(
        cls,
        resource: Any,
        *,
        title: str,
        tool: str | None = None,
        input: Any = None,  # noqa: A002 - the name of the field
        result: Any = None,
        **fields: Any,
    ) -> Self:
        """Return a frame of what an MCP client has read: the result of `resources/read`, one of its contents,
        or an embedded resource.

        `resource`, `input` and `result` are plain data or objects of the package `mcp`. `fields` are other
        fields of the frame, such as `id` and `height`.

        Raises:
            ValueError: `resource` has no `text` or `blob` of the type `text/html;profile=mcp-app`, or what it
                has is no frame (pydantic's `ValidationError`).
        """
        contents = _contents(_plain(resource))
        ui = _members(_members(contents.get("_meta")).get("ui"))
        wanted = {name: ui.get(name) for name in ("csp", "permissions", "prefersBorder")}
        frame = {
            **wanted,
            "title": title,
            "uri": contents.get("uri"),
            "html": _html(contents),
            "tool": tool,
            "input": _plain(input),
            "result": _plain(result),
            **fields,
        }
        return cls.model_validate(frame)


OURS["Frame"] = Frame
VERBATIM["Frame"] = frozenset({"input", "result"})


def _plain(value: Any) -> Any:
    """Return plain data; an object of a model is written by its aliases, which are the wire's names."""
    return value.model_dump(mode="json", by_alias=True, exclude_none=True) if _is_model(value) else value


def _is_model(value: Any) -> bool:
    return callable(getattr(value, "model_dump", None))


def _members(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _contents(resource: Any) -> Mapping[str, Any]:
    """Return the one that is a document for a frame, of a list of contents, or of what has one within it."""
    members = _members(resource)
    several = members.get("contents", [members.get("resource", members)])
    found = [
        _members(_plain(each)) for each in cast("list[Any]", several if isinstance(several, list) else [])
    ]
    for contents in found:
        if str(contents.get("mimeType")).replace(" ", "").lower() == MIME_TYPE:
            return contents
    types = ", ".join(repr(contents.get("mimeType")) for contents in found) or "nothing"
    raise ValueError(f"The resource has {types}: a frame needs contents with the mimeType {MIME_TYPE!r}.")


def _html(contents: Mapping[str, Any]) -> Any:
    blob = contents.get("blob")
    if contents.get("text") is not None or not isinstance(blob, str):
        return contents.get("text")
    try:
        return b64decode(blob, validate=True).decode("utf-8")
    except ValueError as exc:
        raise ValueError(f"The resource's blob is not UTF-8 in base64: {exc}") from exc
