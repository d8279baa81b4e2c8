"""The table says what was measured, failures too, and takes its place in the document."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.results import BEGIN, END, Row, quantile, table, write_report


def test_a_row_shows_its_numbers_and_seed() -> None:
    rows = [
        Row("a. cuts", "held", 7, 12.3, {"cuts": 1000, "p95 s": 0.12345}),
        Row("d. Redis killed", "**failed**", 8, 3.0),
    ]
    lines = table(rows, size="full", on=datetime(2026, 11, 2, tzinfo=UTC)).splitlines()
    assert lines[0].startswith("`--faults=full`, 2 November 2026; ")
    assert lines[-2:] == [
        "| a. cuts | held | cuts 1000, p95 s 0.123 | 7 | 12 |",
        "| d. Redis killed | **failed** | – | 8 | 3 |",
    ]


def test_the_report_replaces_what_stood_between_its_markers(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n")
    write_report(path, "new")
    write_report(path, "newer")
    assert path.read_text() == f"above\n{BEGIN}\nnewer\n{END}\nbelow\n"


@pytest.mark.parametrize("content", ["", BEGIN, END, END + BEGIN, BEGIN + END + BEGIN])
def test_a_report_without_its_markers_is_not_touched(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.md"
    path.write_text(content)
    with pytest.raises(ValueError, match="once each"):
        write_report(path, "new")
    assert path.read_text() == content


def test_a_quantile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [quantile(values, share) for share in (0.0, 0.5, 0.95, 0.99, 1.0)] == [1, 50, 95, 99, 100]
    assert quantile([3.0], 0.95) == 3
    with pytest.raises(ValueError, match="nothing was measured"):
        quantile([], 0.95)
