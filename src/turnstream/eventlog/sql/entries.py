"""An entry of the log as the database and Redis have it."""

from dataclasses import dataclass

from turnstream.eventlog.base import Retention

__all__ = ["Entry", "key_of", "mark_of", "retention_of"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored."""

    seq: int
    frame: bytes
    mark: str | None
    """How long the entry is retained: `*`, or `=` and the compaction key; see `mark_of`."""


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
