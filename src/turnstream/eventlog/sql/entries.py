"""Entries of the log as the database and Redis have them.

The database has a turn's entries in segments: what one transaction stored of them, in one row. An entry that
outlives its turn has a row of its own, and so has each entry that an older turnstream stored.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from turnstream.eventlog.base import Retention

__all__ = [
    "Entry",
    "Row",
    "Segment",
    "frames_after",
    "key_of",
    "mark_of",
    "numbered",
    "retention_of",
    "segments_of",
]

SEGMENT_BYTES = 64 * 1024
"""The frames of one segment are this long at most together, unless it is a single one."""

PLAIN, DEFLATED = b"\0", b"\1"
_WINDOW_BITS = -13
_MEMORY_LEVEL = 5
"""With these two, deflate takes 2 µs to set up its 24 KiB of state; with its defaults, 50 µs for 256 KiB."""

_FREQUENT = (
    b"client_effectprogress_updateturnstream.turn_endedturnstream.turn_startedturnstream.item_removed"
    b'thread.item.doneassistant_message","content":[{"annotations":[],"type":"output_text"}],"created_at":"20'
    b'","thread_id":"thr_thread.item.added\n\n\0\0\0data: {"type":"thread.item.updated","item_id":"msg_'
    b'","update":{"type":"assistant_message.content_part.text_delta","content_index":0,"delta":" the "}}\n\n'
)
"""What frames are full of, the most frequent last.

Never change it: segments cannot be read with another one.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a turn."""

    seq: int
    frame: bytes
    mark: str | None
    """How long the entry is retained: `*`, or `=` and the compaction key; see `mark_of`."""


class Segment(NamedTuple):
    """Entries that follow each other, as one row has them."""

    first_seq: int
    last_seq: int
    frames: bytes


class Row(NamedTuple):
    """What the database has of a thread from one number to another: a segment, or the frame of one entry."""

    first_seq: int
    last_seq: int
    data: bytes
    is_segment: int


def segments_of(entries: Iterable[Entry]) -> list[Segment]:
    """Pack entries that follow each other, but for those that are retained."""
    segments: list[Segment] = []
    run: list[bytes] = []
    size = last_seq = 0
    for entry in entries:
        size += len(entry.frame)
        if run and (entry.mark is not None or size > SEGMENT_BYTES):
            segments.append(Segment(last_seq - len(run) + 1, last_seq, _packed(run)))
            run = []
            size = len(entry.frame)
        if entry.mark is None:
            run.append(entry.frame)
            last_seq = entry.seq
        else:
            size = 0
    if run:
        segments.append(Segment(last_seq - len(run) + 1, last_seq, _packed(run)))
    return segments


def frames_after(rows: Iterable[Row], after: int, up_to: int) -> list[bytes]:
    """Return the frames that follow `after` without a gap, up to that of the number `up_to`."""
    frames: list[bytes] = []
    for seq, frame in numbered(sorted(rows, key=itemgetter(0))):
        if after + len(frames) < seq <= up_to:
            if seq != after + len(frames) + 1:
                break
            frames.append(frame)
    return frames


def numbered(rows: Iterable[Row]) -> Iterable[tuple[int, bytes]]:
    """Yield the number and the frame of each entry.

    Segments may overlap, if a commit succeeds and its answer is lost; they agree then.
    """
    for row in rows:
        yield from enumerate(_unpacked(row.data) if row.is_segment else (row.data,), row.first_seq)


def mark_of(retention: Retention | None) -> str | None:
    """Return how the database names a retention."""
    if retention is None:
        return None
    return "*" if retention.key is None else f"={retention.key}"


def key_of(mark: str) -> str | None:
    """Return the compaction key, if there is one, of what `mark_of` returned."""
    return mark[1:] if mark.startswith("=") else None


def retention_of(mark: str | None) -> Retention | None:
    """Return the retention of which `mark_of` returned `mark`."""
    return None if mark is None else Retention(key_of(mark))


def _packed(frames: Sequence[bytes]) -> bytes:
    """Return frames behind their lengths, four bytes each, deflated unless that is much work."""
    plain = b"".join([len(frame).to_bytes(4, "big") + frame for frame in frames])
    if len(plain) > 2 * SEGMENT_BYTES:
        return PLAIN + plain
    deflate = zlib.compressobj(
        1, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zlib.Z_DEFAULT_STRATEGY, _FREQUENT
    )
    return b"".join((DEFLATED, deflate.compress(plain), deflate.flush()))


def _unpacked(data: bytes) -> list[bytes]:
    plain = bytes(data[1:])
    if data[:1] == DEFLATED:
        plain = zlib.decompressobj(_WINDOW_BITS, _FREQUENT).decompress(plain)
    frames: list[bytes] = []
    start = 0
    while start < len(plain):
        end = start + 4 + int.from_bytes(plain[start : start + 4], "big")
        frames.append(plain[start + 4 : end])
        start = end
    return frames
