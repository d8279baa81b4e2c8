"""What the documentation site adds to docs/: pages of the patterns, one per section, pages that live
elsewhere, and the examples of the gallery, live.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from turnstream import widgets
from turnstream.cli import main

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = ROOT / "references" / "streaming-patterns.md"
PICTURES = ROOT / "src" / "turnstream" / "demos" / "start" / "page"
COMMANDS = ("demo", "serve", "contracts", "check")
ELSEWHERE = {"deploying.md": "deploy/README.md", "measurements.md": "bench/README.md"}
ELEMENT = ROOT / "src" / "turnstream" / "http" / "static"
GALLERY = "gallery.md"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of the patterns where the navigation says HOW-TO."""
    pages: list[Any] = [
        "how-to/index.md",
        *({title: f"how-to/{slug}.md"} for title, slug, _ in _sections()[1]),
    ]
    nav = cast("list[dict[str, Any]]", config.nav or [])
    config.nav = [
        {name: pages if value == "HOW-TO" else value for name, value in entry.items()} for entry in nav
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is not in docs/."""
    introduction, sections = _sections()
    slugs = {slug for _, slug, _ in sections}
    index = "\n".join(f"- [{title}]({slug}.md)" for title, slug, _ in sections)
    pages = {f"how-to/{slug}.md": _linked(text, slugs) for _, slug, text in sections}
    pages["how-to/index.md"] = f"{_linked(introduction, slugs)}\n\n{index}\n"
    pages["reference/cli.md"] = _command_line()
    for name, path in ELSEWHERE.items():
        pages[name] = (ROOT / path).read_text("utf-8")
    for name, content in pages.items():
        files.append(File.generated(config, name, content=content))
    for picture in PICTURES.glob("*.webp"):
        files.append(File.generated(config, f"pictures/{picture.name}", abs_src_path=str(picture)))
    if not (ELEMENT / "turnstream-widget.js").is_file():
        raise PluginError("The element is not built, and the gallery shows it: run `make build`.")
    for script in ELEMENT.rglob("*.js"):
        name = script.relative_to(ELEMENT).as_posix()
        files.append(File.generated(config, f"chatkit/{name}", abs_src_path=str(script)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Links to files of the repository, where the pages of docs/ are read too, lead to the site's own
    pages; and the examples of the gallery are shown before their code.
    """
    if page.file.src_uri == GALLERY:
        markdown = re.sub(r"^```python\n(.*?)^```$", _live, markdown, flags=re.DOTALL | re.MULTILINE)
        markdown += "".join(
            f'\n<script type="module" src="{source}"></script>\n'
            for source in ("chatkit/turnstream-widget.js", "assets/gallery.js")
        )
    markdown = markdown.replace("](../src/turnstream/demos/start/page/", "](pictures/")
    for name, path in ELSEWHERE.items():
        markdown = markdown.replace(f"](../{path})", f"]({name})").replace(
            f"](../../{path})", f"](../{name})"
        )
    patterns = r"\]\(\.\./references/streaming-patterns\.md(?:#([\w-]+))?\)"
    return re.sub(patterns, lambda link: f"](how-to/{link[1] or 'index'}.md)", markdown)


def _sections() -> tuple[str, list[tuple[str, str, str]]]:
    """The introduction, and of each section the title, the address and the text as a page."""
    introduction, *parts = re.split(r"^## ", PATTERNS.read_text("utf-8"), flags=re.MULTILINE)
    sections: list[tuple[str, str, str]] = []
    for part in parts:
        title, _, body = part.partition("\n")
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        sections.append((title, slug, f"# {title}\n{body}".replace("\n### ", "\n## ")))
    return introduction, sections


def _live(block: re.Match[str]) -> str:
    widget = example(block[1]).model_dump(mode="json", exclude_none=True)
    text = json.dumps(widget, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<div class="live"><turnstream-widget><script type="application/json">{text}</script>'
        f"</turnstream-widget><output></output></div>\n\n{block[0]}"
    )


def example(source: str) -> Any:
    """Return what the expression of an example makes, with the names of `turnstream.widgets`."""
    names = {name: getattr(widgets, name) for name in widgets.__all__}
    expression = compile(ast.parse(source.strip(), mode="eval"), GALLERY, "eval")
    return eval(expression, {**names, "datetime": datetime, "UTC": UTC})


def _linked(text: str, slugs: set[str]) -> str:
    """The text with its links as they are from the site's folder how-to/."""
    text = text.replace("](../docs/", "](../")
    return re.sub(
        r"\]\(#([a-z0-9-]+)\)", lambda link: f"]({link[1]}.md)" if link[1] in slugs else link[0], text
    )


def _command_line() -> str:
    helps = [("turnstream", ["--help"]), *((f"turnstream {name}", [name, "--help"]) for name in COMMANDS)]
    return "# The command line\n" + "".join(
        f"\n## `{name}`\n\n```text\n{_output(words)}```\n" for name, words in helps
    )


def _output(arguments: list[str]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.suppress(SystemExit):
        main(arguments)
    return output.getvalue()
