"""Where in markdown an address or markup may stand."""

from collections.abc import Iterator, Sequence

from tests.browser.hostile.addresses import ADDRESSES, CORE
from tests.browser.hostile.markup import MARKUP, TEMPLATES

__all__ = ["PAYLOADS"]

MARK = "§"
"""Stands for the text in a place."""

ADDRESS_PLACES: Sequence[str] = (
    "[go](§)",
    "[go](<§>)",
    "[go]( § 'title')",
    "![seen](§)",
    '![seen](<§> "title")',
    "[![seen](§)](§)",
    "<§>",
    "[go][1]\n\n[1]: §",
    "[go]\n\n[go]: <§> 'title'",
    "![seen][1]\n\n[1]: §",
    "| a |\n| --- |\n| [go](§) |",
    "- [go](§)\n- [ ] <§>",
    "# [go](§)",
    "> **[_go_](§)**",
    "note[^1]\n\n[^1]: [go](§)",
    "see § here",
    "www.example.org/§",
    "https://example.org/?next=§",
    "https://user:§@evil.example/",
    "$\\href{§}{go}$",
    "$$\\url{§} \\includegraphics{§}$$",
    "```§\ncode\n```",
    '<a href="§">go</a>',
    "<a href='§'>go</a> [go](§)",
)

MARKUP_PLACES: Sequence[str] = (
    "§",
    "Words before § and after.",
    "§\n\nA paragraph behind.",
    "[§](https://example.org/)",
    "![§](https://example.org/x.png)",
    '[go](https://example.org/ "§")',
    "[go](https://example.org/ '§')",
    "[go](https://example.org/§)",
    "[go](<https://example.org/§>)",
    '![seen](/picture.svg "§")',
    "![seen](/picture.svg?§)",
    "```§\ncode\n```",
    "~~~ html §\n§\n~~~",
    "```html\n§\n```",
    "    §",
    "`§`",
    "# §",
    "- §\n  1. §",
    "- [ ] §",
    "> §",
    "| § | b |\n| :-- | --: |\n| § | `§` |",
    "**§** _§_ ~~§~~",
    "note[^1]\n\n[^1]: §",
    "[^§]: note",
    "[go][§]\n\n[§]: https://example.org/",
    "$§$ and $$\n§\n$$",
    "\\(§\\) and \\[§\\]",
    "<div>\n\n§\n\n</div>",
    "<!-- § -->",
    '<p title="§">x</p>',
    "text\\\n§  \nbroken",
)

MATH: Sequence[str] = (
    "$\\href{javascript:__xss(1)}{go}$",
    "$\\url{javascript:__xss(1)}$",
    "$\\htmlData{onclick=__xss(1)}{x}$",
    "$\\htmlStyle{background:url(https://evil.example/)}{x}$",
    '$\\htmlClass{x" onclick="__xss(1)}{x}$',
    "$\\htmlId{chat}{x}$",
    "$\\includegraphics{https://evil.example/x.png}$",
    "$\\class{x}{y} \\id{chat}{z} \\style{background:url(//evil.example/x)}{w}$",
    "$\\text{<img src=x onerror=__xss(1)>}$",
    "$\\color{red;background:url(//evil.example/x)}x$",
    "$\\rule{1em;background:url(//evil.example/x)}{1em}$",
    "$\\unicode{x3c}script>$",
    "$\\require{html}\\cssId{chat}{x}$",
    "$\\def\\x{\\x\\x}\\x$",
    "$$\\begin{array}{c}\\text{<svg onload=__xss(1)>}\\end{array}$$",
    "\\[\\tag{<img src=x onerror=__xss(1)>} x\\]",
)


def _everywhere(text: str, places: Sequence[str]) -> Iterator[str]:
    yield from (place.replace(MARK, text) for place in places)


def _turning(texts: Sequence[str], places: Sequence[str], *turns: int) -> Iterator[str]:
    """Every text in as many places as there are turns, each time in others."""
    for turn in turns:
        yield from (
            places[(at * turn + turn) % len(places)].replace(MARK, text) for at, text in enumerate(texts)
        )


def _payloads() -> Iterator[str]:
    yield from _turning(ADDRESSES, ADDRESS_PLACES, 1, 5)
    yield from _turning(MARKUP, MARKUP_PLACES, 1, 7)
    yield from _turning(TEMPLATES, MARKUP_PLACES, 1, 11)
    yield from _everywhere(CORE[0], ADDRESS_PLACES)
    yield from _everywhere("<img src=x onerror=__xss(1)>", MARKUP_PLACES)
    yield from _everywhere('"onmouseover="__xss(1)" x="', MARKUP_PLACES)
    yield from MARKUP
    yield from MATH


PAYLOADS: Sequence[str] = tuple(dict.fromkeys(_payloads()))
"""Distinct markdown texts, in a fixed order."""
