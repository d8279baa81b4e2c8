"""The injection lines of "big-list-of-naughty-strings", as they are, and with their `\\x` escapes carried
out.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import cast

__all__ = ["naughty"]

LIST = Path(__file__).parents[3] / "element/node_modules/big-list-of-naughty-strings/blns.json"

INJECTION = re.compile(r"<|javascript|alert\(|script|\bon\w+=", re.IGNORECASE)
ESCAPES = re.compile(r"(?:\\x[0-9A-F]{2})+")


@cache
def naughty() -> Sequence[str]:
    """Read the list; the escapes stand for UTF-8."""
    return tuple(dict.fromkeys(_lines()))


def _lines() -> Iterator[str]:
    for line in cast("list[str]", json.loads(LIST.read_text())):
        if INJECTION.search(line):
            yield line
            yield ESCAPES.sub(_carried_out, line)


def _carried_out(escapes: re.Match[str]) -> str:
    return bytes.fromhex(escapes[0].replace("\\x", "")).decode(errors="replace")
