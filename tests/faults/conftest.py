"""Sizes, seeds and the table of results for the fault scenarios."""

import random
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.results import Numbers, Row, table, write_report

HERE = Path(__file__).parent
ROW = "row of the fault scenarios"
"""The property by which a scenario's row comes from the process that ran it to the one that prints the
table.
"""
NUMBERS = pytest.StashKey[Numbers]()
SCENARIO_S = 960
"""More than `running` gives a scenario, so that one that hangs says what its processes wrote."""
BUSY_FACTOR = 10


@dataclass(frozen=True, slots=True)
class Size:
    """How much a scenario does."""

    is_full: bool

    def pick(self, short: int, full: int) -> int:
        return full if self.is_full else short

    def allowed_s(self, promised_s: float) -> float:
        """Return how long something may take that `docs/reliability.md` promises within `promised_s` seconds.

        A full run holds the promise itself, on a machine that does nothing else. A short run shares its
        machine with other tests, and only what never ends in time may fail it.
        """
        return promised_s if self.is_full else promised_s * BUSY_FACTOR


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)
            if item.get_closest_marker("scenario"):
                item.add_marker(pytest.mark.timeout(SCENARIO_S))


def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed where none is given: in the first process, which passes it to its workers."""
    if config.option.faults_seed is None:
        given: dict[str, int] = getattr(config, "workerinput", {})
        config.option.faults_seed = given.get("faults_seed", random.SystemRandom().randrange(10**6))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["faults_seed"] = node.config.option.faults_seed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    marker = item.get_closest_marker("scenario")
    if marker is None:
        yield
        return
    letter, title = marker.args
    variant = (
        f" ({item.callspec.id})" if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ""
    )
    row = Row(f"{letter}. {title}{variant}", "**failed**", item.config.option.faults_seed, 0.0)
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
        item.user_properties.append((ROW, asdict(row)))


@pytest.hookimpl(wrapper=True, tryfirst=True)  # the last word of the summary
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None]:
    yield
    rows = [
        Row(**value)
        for outcome in ("passed", "failed", "skipped")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
        for name, value in report.user_properties
        if name == ROW
    ]
    if rows:
        text = table(rows, size=str(config.getoption("faults")))
        terminalreporter.section(
            f"fault scenarios, seed {config.option.faults_seed} (--faults-seed repeats it)"
        )
        terminalreporter.write_line(text)
        report: Path | None = config.getoption("faults_report")
        if report is not None:
            write_report(report, text)


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    return Size(request.config.getoption("faults") == "full")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Printed with a failing test; `--faults-seed` repeats it."""
    value: int = request.config.option.faults_seed
    print(f"seed {value}")
    return value


@pytest.fixture
def rng(seed: int, request: pytest.FixtureRequest) -> random.Random:
    return random.Random(f"{seed}.{request.node.name}")


@pytest.fixture
def numbers(request: pytest.FixtureRequest) -> Numbers:
    """What the scenario measured: its row shows it."""
    return request.node.stash.setdefault(NUMBERS, Numbers())
