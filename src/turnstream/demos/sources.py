"""A page that shows the source of a demo, to read and copy."""

from collections.abc import Awaitable, Callable, Iterator
from html import escape
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from turnstream.demos.names import DemoName

__all__ = ["source_page"]

TITLES: dict[DemoName, str] = {
    "map": "City map",
    "claim": "Claim form",
    "colony": "Colony",
    "companion": "Companion",
    "travel": "Travel desk",
}
KINDS = (".py", ".html", ".js", ".css", ".json")
SHARED = ("agent_server.py", "rules.py", "scripted.py", "start/page/frame.css")

PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Source of the {title} demo · turnstream</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="../../frame.css" />
    <link rel="stylesheet" href="../../source.css" />
  </head>
  <body>
    <header>
      <p class="kicker"><a href="../">Back to the app</a></p>
      <h1>Source of the {title} demo</h1>
      <p>{count} files, {lines} lines. Copy what you need: Apache-2.0.</p>
    </header>
    <nav aria-label="Files"><ul>{links}</ul></nav>
    <main>{files}</main>
  </body>
</html>
"""


def source_page(name: DemoName, folder: Path) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that shows the files of the demo `name`, and the shared ones, in `folder`."""

    async def answer(request: Request) -> Response:
        return HTMLResponse(await to_thread.run_sync(_render, name, folder))

    return answer


def _render(name: DemoName, folder: Path) -> str:
    files = [(path.relative_to(folder).as_posix(), path.read_text("utf-8")) for path in _files(name, folder)]
    return PAGE.format(
        title=TITLES[name],
        count=len(files),
        lines=f"{sum(_lines(text) for _, text in files):,}",
        links="".join(f'<li><a href="#{escape(name)}">{escape(name)}</a></li>' for name, _ in files),
        files="".join(_section(name, text) for name, text in files),
    )


def _files(name: DemoName, folder: Path) -> Iterator[Path]:
    """What was written for the demo, the server first; not what a build put there."""
    page = folder / name / "page"
    for inside in (folder / name, page):
        ours = [path for path in inside.iterdir() if path.suffix in KINDS and path.stat().st_size]
        yield from sorted(
            ours, key=lambda path: (KINDS.index(path.suffix), path.name != "server.py", path.name)
        )
    yield from (folder / shared for shared in SHARED)


def _section(name: str, text: str) -> str:
    heading = f"<h2>{escape(name)} <small>{_lines(text)} lines</small></h2>"
    code = f'<pre tabindex="0" aria-label="{escape(name)}">{escape(text)}</pre>'
    return f'<section id="{escape(name)}">{heading}{code}</section>'


def _lines(text: str) -> int:
    return text.count("\n")
