"""Server-sent events as the wire has them: an optional `id:` line, one `data:` line, an empty line; or a
comment.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Frame", "FrameReader", "MalformedFrameError", "Position", "parse_position"]

_POSITION = re.compile(r"([A-Za-z0-9]+)\.(0|[1-9][0-9]*)")


class MalformedFrameError(ValueError):
    """Bytes that are no frame of the wire."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a thread's log."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"


def parse_position(text: str) -> Position:
    """Return the position that `<epoch>.<seq>` means.

    Raises:
        MalformedFrameError: it means none.
    """
    match = _POSITION.fullmatch(text)
    if match is None:
        raise MalformedFrameError(f"not a position: {text!r}")
    return Position(match[1], int(match[2]))


@dataclass(frozen=True, slots=True)
class Frame:
    """One event: the exact bytes of its JSON, when it came, and its position if the log has it."""

    data: bytes
    at_s: float = 0.0
    position: Position | None = None
    event: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)

    @property
    def type(self) -> str:
        return self.event.get("type", "")


class FrameReader:
    """Cuts a byte stream into frames, wherever its chunks are split; an unfinished frame is never
    returned.
    """

    def __init__(self) -> None:
        self._pending = b""
        self.comment_count = 0

    def feed(self, chunk: bytes, *, at_s: float = 0.0) -> list[Frame]:
        """Return the frames that `chunk` completes.

        Raises:
            MalformedFrameError: the stream holds what no client of the wire could read.
        """
        *complete, self._pending = (self._pending + chunk).split(b"\n\n")
        parsed = [self._parse(block, at_s) for block in complete]
        return [frame for frame in parsed if frame is not None]

    def _parse(self, block: bytes, at_s: float) -> Frame | None:
        if block.startswith(b":"):
            self.comment_count += 1
            return None
        position: Position | None = None
        data: bytes | None = None
        for line in block.split(b"\n"):
            name, _, value = line.partition(b": ")
            if name == b"id" and position is None:
                position = parse_position(value.decode("ascii", "replace"))
            elif name == b"data" and data is None:
                data = value
            else:
                raise MalformedFrameError(f"unexpected line {line[:80]!r}")
        if data is None:
            raise MalformedFrameError(f"a block without data: {block[:80]!r}")
        try:
            event = json.loads(data)
        except ValueError as exc:
            raise MalformedFrameError(f"not JSON: {data[:80]!r}") from exc
        return Frame(data, at_s, position, event)
