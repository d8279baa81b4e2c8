"""The page of the ASVS has a row for each requirement of levels 1 and 2, and the tests that it names
exist.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "asvs.md").read_text("utf-8")

# How many requirements of levels 1 and 2 each section has in version 5.0.0; their numbers have no gaps.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip


def test_each_requirement_has_its_row() -> None:
    rows = re.findall(r"^\| ([\d.]+) \|[^|]+\| (\S[^|]*) \|$", PAGE, re.MULTILINE)
    assert [number for number, _ in rows] == [
        f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)
    ]


def test_the_tests_that_it_names_exist() -> None:
    named = set(re.findall(r"`((?:tests|element|bench|deploy)/[\w./]+)`", PAGE))
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []
