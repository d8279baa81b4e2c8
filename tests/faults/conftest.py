"""Sizes, seeds, services and the table of results for the fault scenarios."""

import os
import random
import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.results import Numbers, Row, table, write_report
from tests.faults.services import MissingProgramError, Postgres, find_program

HERE = Path(__file__).parent
ROWS = pytest.StashKey[list[Row]]()
NUMBERS = pytest.StashKey[Numbers]()
SEED = pytest.StashKey[int]()
MISSING = re.compile(r"(\w+) is not installed: install the package ([\w-]+)")
SCENARIO_S = 60


@dataclass(frozen=True, slots=True)
class Size:
    """How much a scenario does."""

    is_full: bool

    def pick(self, short: int, full: int) -> int:
        return full if self.is_full else short


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)
            if item.get_closest_marker("scenario") and not item.get_closest_marker("timeout"):
                item.add_marker(
                    pytest.mark.timeout(SCENARIO_S * (20 if item.config.getoption("faults") == "full" else 1))
                )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []
    given = config.getoption("faults_seed")
    config.stash[SEED] = random.SystemRandom().randrange(10**6) if given is None else given


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            try:
                find_program(program)
            except MissingProgramError as exc:
                (pytest.fail if os.environ.get("CI") else pytest.skip)(str(exc))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    marker = item.get_closest_marker("scenario")
    if marker is None:
        yield
        return
    letter, title = marker.args
    variant = f" ({item.callspec.id})" if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ""
    row = Row(f"{letter}. {title}{variant}", "**failed**", item.config.stash[SEED], 0.0)
    item.config.stash[ROWS].append(row)
    began = time.monotonic()
    try:
        yield
        row.outcome = "held"
    except pytest.skip.Exception as exc:
        row.outcome = f"not run: {exc.msg}"
        raise
    finally:
        row.seconds = time.monotonic() - began
        row.numbers = item.stash.get(NUMBERS, Numbers())


@pytest.hookimpl(wrapper=True, tryfirst=True)  # the last word of the summary
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Generator[None]:
    yield
    rows = config.stash[ROWS]
    if rows:
        text = table(rows, size=str(config.getoption("faults")))
        terminalreporter.section(f"fault scenarios, seed {config.stash[SEED]} (--faults-seed repeats it)")
        terminalreporter.write_line(text)
        report: Path | None = config.getoption("faults_report")
        if report is not None:
            write_report(report, text)
    skipped: list[pytest.TestReport] = terminalreporter.getreports("skipped")
    found = [match for report in skipped if (match := MISSING.search(str(report.longrepr)))]
    for name, package in sorted({match.groups() for match in found}):
        missed = sum(match[1] == name for match in found)
        note = f"{name} is not installed: {missed} fault tests did not run; install the package {package}"
        terminalreporter.write_line(note, yellow=True)


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    return Size(request.config.getoption("faults") == "full")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Printed with a failing test; `--faults-seed` repeats it."""
    value = request.config.stash[SEED]
    print(f"seed {value}")
    return value


@pytest.fixture
def rng(seed: int, request: pytest.FixtureRequest) -> random.Random:
    return random.Random(f"{seed}.{request.node.name}")


@pytest.fixture
def numbers(request: pytest.FixtureRequest) -> Numbers:
    """What the scenario measured: its row shows it."""
    return request.node.stash.setdefault(NUMBERS, Numbers())


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One PostgreSQL for all scenarios; each makes its own database, and what stops it starts it again."""
    with closing(Postgres(tmp_path_factory.mktemp("postgres"))) as service:
        service.start()
        yield service
