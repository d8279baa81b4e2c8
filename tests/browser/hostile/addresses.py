"""Addresses that must never become a link, plain and disguised."""

import base64
from collections.abc import Callable, Iterator, Sequence

__all__ = ["ADDRESSES", "CORE"]

SCRIPT = "<script>__xss(1)</script>"

CORE: Sequence[str] = (
    "javascript:__xss(1)",
    "javascript://evil.example/%0a__xss(1)",
    "javascript:'<svg/onload=__xss(1)>'",
    "vbscript:__xss(1)",
    "livescript:__xss(1)",
    f"data:text/html,{SCRIPT}",
    f"data:text/html;base64,{base64.b64encode(SCRIPT.encode()).decode()}",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='__xss(1)'/>",
    "data:application/xhtml+xml,<x:script xmlns:x='http://www.w3.org/1999/xhtml'>__xss(1)</x:script>",
    f"data:,{SCRIPT}",
    "blob:https://evil.example/0b1c",
    "filesystem:https://evil.example/temporary/x.html",
    "file:///etc/passwd",
    "view-source:javascript:__xss(1)",
    "jar:https://evil.example/x.jar!/x.html",
    "feed:javascript:__xss(1)",
    "about:srcdoc",
    "intent://evil.example#Intent;scheme=javascript;end",
    "ws://evil.example/socket",
    "x-unknown:__xss(1)",
)


def _scheme(address: str) -> tuple[str, str]:
    scheme, _, rest = address.partition(":")
    return scheme, rest


def _inside(between: str) -> Callable[[str], str]:
    """Put something into the middle of the scheme."""
    return lambda address: f"{address[:4]}{between}{address[4:]}"


def _before(lead: str) -> Callable[[str], str]:
    return lambda address: f"{lead}{address}"


def _colon(other: str) -> Callable[[str], str]:
    return lambda address: other.join(_scheme(address))


def _each(template: str) -> Callable[[str], str]:
    """Write each character of the scheme by its code."""

    def disguise(address: str) -> str:
        scheme, rest = _scheme(address)
        return "".join(template.format(ord(character)) for character in scheme) + f":{rest}"

    return disguise


def _swapped_case(address: str) -> str:
    scheme, rest = _scheme(address)
    return "".join(c.upper() if at % 2 else c for at, c in enumerate(scheme)) + f":{rest}"


def _full_width(address: str) -> str:
    scheme, rest = _scheme(address)
    return "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in scheme) + f":{rest}"


DISGUISES: Sequence[Callable[[str], str]] = (
    str,
    str.upper,
    _swapped_case,
    _full_width,
    _before(" "),
    _before("\t"),
    _before("\x01"),
    _before("\x1f"),
    _before("\xa0"),
    _before("\u2028"),
    _before("\ufeff"),
    _before("\u202e"),
    _before("/"),
    _before("//"),
    _before("\\\\"),
    _before("https:"),
    _before("&#1;"),
    _before("&Tab;"),
    _before("&NewLine;"),
    _before("%20"),
    _inside("\t"),
    _inside("&Tab;"),
    _inside("&#9;"),
    _inside("&#10;"),
    _inside("&#x0d"),
    _inside("&NewLine;"),
    _inside("\xad"),
    _inside("\u200b"),
    _inside("\\"),
    _inside("%09"),
    _inside("<!-- -->"),
    _colon("&colon;"),
    _colon("&#58;"),
    _colon("&#x3A"),
    _colon("%3A"),
    _colon("\\:"),
    _colon("\uff1a"),
    _colon("\ua789"),
    _each("&#{};"),
    _each("&#{:07};"),
    _each("&#x{:x};"),
    _each("&#X{:X}"),
    _each("%{:02x}"),
    _each("&amp;#{};"),
    _each("\\u{:04x}"),
    lambda address: address.replace("s", "\u017f"),  # folds to "s" in upper case
    lambda address: address.replace("i", "\u0131"),
    lambda address: f"{address}//https://example.org/",
)


def _addresses() -> Iterator[str]:
    """The script schemes in every disguise, the others in some."""
    for at, address in enumerate(CORE):
        step = 1 if at in (0, 5) else 7
        yield from (disguise(address) for disguise in DISGUISES[at % step :: step])
    yield from CORE


ADDRESSES: Sequence[str] = tuple(dict.fromkeys(_addresses()))
"""Distinct, about two hundred."""
