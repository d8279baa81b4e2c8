"""The table of results: one row per scenario, with its numbers, its seed, when and where."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["BEGIN", "END", "Numbers", "Row", "machine", "quantile", "table", "write_report"]

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"

Numbers = dict[str, int | float | str]


@dataclass(slots=True)
class Row:
    """One scenario's outcome."""

    scenario: str
    outcome: str
    seed: int
    seconds: float
    numbers: Numbers = field(default_factory=Numbers)


def quantile(values: list[float], share: float) -> float:
    """Return the smallest of `values` that `share` of them do not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values: nothing was measured")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def machine() -> str:
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = os.cpu_count()
    return (
        f"{cores} cores, {memory_gib:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}"
    )


def table(rows: list[Row], *, size: str, on: datetime | None = None) -> str:
    """Return the rows as markdown, with the date and the machine above them."""
    day = (on or datetime.now(UTC)).strftime("%d %B %Y").lstrip("0")
    lines = [
        f"`--faults={size}`, {day}; {machine()}.",
        "",
        "| scenario | outcome | numbers | seed | seconds |",
        "|---|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: row.scenario[:1]):
        numbers = ", ".join(f"{name} {_number(value)}" for name, value in row.numbers.items())
        lines.append(
            f"| {row.scenario} | {row.outcome} | {numbers or '–'} | {row.seed} | {row.seconds:.0f} |"
        )
    return "\n".join(lines)


def write_report(path: Path, text: str) -> None:
    """Put `text` between the markers of a file.

    Raises:
        ValueError: the file does not have both markers, in order, once.
    """
    content = path.read_text(encoding="utf-8")
    before, begin, rest = content.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after or END in after:
        raise ValueError(f"{path} must have {BEGIN} and {END} once each")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _number(value: float | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
