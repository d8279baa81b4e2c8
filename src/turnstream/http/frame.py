"""The document around the frames of widgets, and the policy that the resource in it has.

The page's own policy would hold for a frame that the page fills, and the resource's policy must hold instead.
So the frame's document comes from here: the query names the hosts that the resource may use, and the answer's
header allows these alone. The page then sends the resource's HTML, as to the sandbox proxy of MCP Apps
(SEP-1865, version 2026-01-26), and the document puts it into a frame of its own, which inherits the policy
and cannot leave it: this document's `frame-src` decides where that inner frame may go.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from turnstream.widgets import FramePolicy

__all__ = ["FRAME_PATH", "frame_document"]

FRAME_PATH = "/frame.html"

MAX_QUERY_CHARS = 8192
MAX_PARAMETERS = 4 * 32

PARAMETERS = {
    "connect": "connectDomains",
    "resource": "resourceDomains",
    "frame": "frameDomains",
    "base": "baseUriDomains",
}

SANDBOX = "allow-scripts allow-forms"

HEADERS = {
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",  # a name that is looked up can carry text, and no policy stops that
}

MAX_MESSAGES = 600
MESSAGES_PER_SECOND = 120

DOCUMENT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Frame</title>
<style>
  html, body { height: 100%; margin: 0; overflow: hidden; background: transparent; }
  iframe { display: block; width: 100%; height: 100%; border: 0; }
</style>
<body>
<script>
(() => {
  'use strict';
  const page = window.parent;
  if (page === window) return;
  let view = null;
  let left = MAX_MESSAGES;
  setInterval(() => (left = Math.min(MAX_MESSAGES, left + MESSAGES_PER_SECOND)), 1000);

  const tell = (name, params = {}) =>
    page.postMessage({ jsonrpc: '2.0', method: `ui/notifications/sandbox-${name}`, params }, '*');

  const follow = (theme) => {
    if (theme === 'light' || theme === 'dark') document.documentElement.style.colorScheme = theme;
  };

  const stop = (reason) => {
    view.remove();
    view = null;
    tell('stopped', { reason });
  };

  const show = ({ html, title, allow }) => {
    if (view !== null || typeof html !== 'string') return;
    view = document.createElement('iframe');
    view.setAttribute('sandbox', 'SANDBOX');
    view.title = typeof title === 'string' ? title : '';
    view.allow = typeof allow === 'string' ? allow : '';
    view.srcdoc = html;
    // A second document in the frame is not the resource: nothing that it says is passed on.
    let isLoaded = false;
    view.addEventListener('load', () => (isLoaded ? view !== null && stop('navigated') : (isLoaded = true)));
    document.body.append(view);
  };

  const isReserved = (data) => String(data?.method).startsWith('ui/notifications/sandbox-');

  addEventListener('message', (event) => {
    if (event.source === page) {
      const { data } = event;
      if (data?.method === 'ui/notifications/sandbox-resource-ready') show(data.params ?? {});
      if (isReserved(data)) return;
      follow(data?.params?.theme ?? data?.result?.hostContext?.theme);
      view?.contentWindow?.postMessage(data, '*');
    } else if (view !== null && event.source === view.contentWindow) {
      if (left-- <= 0) return stop('flood');
      if (!isReserved(event.data)) page.postMessage(event.data, '*');
    }
  });

  follow(location.hash.slice(1));
  tell('proxy-ready');
})();
</script>
"""

BODY = (
    DOCUMENT.replace("MAX_MESSAGES", str(MAX_MESSAGES))
    .replace("MESSAGES_PER_SECOND", str(MESSAGES_PER_SECOND))
    .replace("SANDBOX", SANDBOX)
)


def frame_document(query: str, ancestors: Iterable[str] = ()) -> Response:
    """Return the document for a policy, such as `connect=https://api.example.com&resource=https://cdn.example`.

    Each parameter may occur several times. Pages of the document's own origin may show it, and those of
    `ancestors`. Its origin is opaque, also in a tab of its own, where it stays empty.
    """
    try:
        policy = _policy_of(query)
    except ValueError as exc:
        headers = {**HEADERS, "cache-control": "no-store", "content-security-policy": "default-src 'none'"}
        return PlainTextResponse(f"This frame has no valid policy: {_reason(exc)}\n", 400, headers=headers)
    headers = {
        **HEADERS,
        "cache-control": "public, max-age=3600",
        "content-security-policy": _header_of(policy, ancestors),
    }
    return HTMLResponse(BODY, headers=headers)


def _policy_of(query: str) -> FramePolicy:
    if len(query) > MAX_QUERY_CHARS:
        raise ValueError(f"the query has {len(query)} characters, at most {MAX_QUERY_CHARS} are allowed")
    lists: dict[str, list[str]] = {}
    for name, value in parse_qsl(
        query, keep_blank_values=True, strict_parsing=query != "", max_num_fields=MAX_PARAMETERS
    ):
        if name not in PARAMETERS:
            raise ValueError(f"{name[:40]!r} is no parameter: there are {', '.join(PARAMETERS)}")
        lists.setdefault(PARAMETERS[name], []).append(value)
    return FramePolicy.model_validate(lists)


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    problems = error.errors(include_url=False, include_context=False)
    return "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in problems[:4])


def _header_of(policy: FramePolicy, ancestors: Iterable[str]) -> str:
    resources = policy.resourceDomains or []
    directives: dict[str, list[str]] = {
        "default-src": [],
        "script-src": ["'unsafe-inline'", *resources],
        "style-src": ["'unsafe-inline'", *resources],
        "img-src": ["data:", "blob:", *resources],
        "font-src": ["data:", *resources],
        "media-src": ["data:", "blob:", *resources],
        "connect-src": policy.connectDomains or [],
        "frame-src": policy.frameDomains or [],
        "base-uri": policy.baseUriDomains or [],
        "object-src": [],
        "form-action": [],
        "frame-ancestors": _ancestors(ancestors),
        "sandbox": [SANDBOX],
    }
    none = ["'none'"]
    return "; ".join(f"{name} {' '.join(sources or none)}" for name, sources in directives.items())


def _ancestors(origins: Iterable[str]) -> list[str]:
    """No source stands for the origin `null` of sandboxed pages: only a star allows it."""
    listed = list(origins)
    return ["*"] if "null" in listed else ["'self'", *listed]
