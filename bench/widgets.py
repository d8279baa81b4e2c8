"""What updates of a widget cost in the browser, beside React.

    python -m bench.widgets [--quick] [--rounds 5]

Chromium shows `bench/widgets/src/page.html`. A form of 50 fields, and a list of 1,000 items, are shown, and
then get 200 updates a second, each of which changes one row. Ours is `<turnstream-widget>` from the package,
which shows the first 200 items of a list and the rest on demand. React 19 renders the same tree with the same
elements, classes and style sheets, in memoised components that an unchanged subtree skips; each update is a
`render` in a task of its own. React gets the list whole, and also cut to the 200 items that ours shows.

The browser's counters (CDP `Performance.getMetrics`, in CPU time of the page's thread) are read around
showing and updating. `nothing` is the feed, which the ratios leave out. The renderers alternate within a
round; figures are medians of the rounds, and the ratio is one per round.
"""

import argparse
import asyncio
import statistics
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from playwright.async_api import Browser, Route, async_playwright

from bench.render import ARGUMENTS, NODE, ORIGIN, STATIC, TYPES, Send
from turnstream.check import find_browser

FOLDER = Path(__file__).parent / "widgets"
RATE = 200
ALL = 1_000
SHOWN = 200
"""The items of a list that ours shows at first."""
COUNTERS = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


@dataclass(frozen=True)
class Contestant:
    name: str
    renderer: str
    shown: int = ALL


FORM = (Contestant("the feed alone", "nothing"), Contestant("**ours**", "ours"), Contestant("React", "react"))
LIST = (
    *FORM[:2],
    Contestant("React, all 1,000", "react"),
    Contestant("React, the first 200", "react", SHOWN),
)
TREES = {"form": FORM, "list": LIST}
ROWS = {"form": 50, "list": ALL}


@dataclass
class Runs:
    """CPU in milliseconds, one value per round: to show the widget, and for one update."""

    opened: list[float] = field(default_factory=list)
    update: list[float] = field(default_factory=list)
    script: list[float] = field(default_factory=list)


async def serve(route: Route) -> None:
    """Answer from files; the page asks nobody else."""
    name = route.request.url.removeprefix(f"{ORIGIN}/") or "page.html"
    places = (FOLDER / "src" if name == "page.html" else FOLDER / "dist", STATIC)
    path = next((folder / name for folder in places if (folder / name).is_file()), None)
    if path is None:
        await route.fulfill(status=404)
        return
    await route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])


async def measure(browser: Browser, tree: str, contestant: Contestant, updates: int, runs: Runs) -> None:
    context = await browser.new_context(viewport={"width": 1000, "height": 800})
    page = await context.new_page()
    await page.route("**/*", serve)
    session = await context.new_cdp_session(page)
    send = cast("Send", session.send)  # pyright: ignore[reportUnknownMemberType]
    await send("Performance.enable", {"timeDomain": "threadTicks"})
    marks: dict[str, dict[str, float]] = {}

    async def mark(name: str) -> None:
        metrics = (await send("Performance.getMetrics"))["metrics"]
        marks[name] = {one["name"]: 1e3 * one["value"] for one in metrics if one["name"] in COUNTERS}

    await page.expose_function("mark", mark)  # pyright: ignore[reportUnknownMemberType]
    await page.goto(ORIGIN)
    await page.wait_for_function("globalThis.bench !== undefined")
    given = [contestant.renderer, tree, contestant.shown]
    await page.evaluate("given => bench.open(...given)", given)
    await page.evaluate("given => bench.update(...given)", [RATE, updates])
    if contestant.renderer != "nothing":
        text = await page.evaluate("renderer => bench.text(renderer)", contestant.renderer)
        rows = min(ROWS[tree], contestant.shown)
        assert f"update {(updates - 1) // rows * rows}\n" in text  # of the first row
    await context.close()
    runs.opened.append(spent(marks, "before", "opened"))
    runs.update.append(spent(marks, "begin", "end") / updates)
    runs.script.append(spent(marks, "begin", "end", "ScriptDuration") / updates)


def spent(marks: dict[str, dict[str, float]], begin: str, end: str, counter: str = "TaskDuration") -> float:
    return marks[end][counter] - marks[begin][counter]


def median(values: Iterable[float]) -> float:
    return statistics.median(list(values))


def table(found: dict[str, Runs]) -> list[str]:
    """A row for each contestant; the ratios are ours to it, without the feed."""
    feed, ours = found["the feed alone"], found["**ours**"]
    lines = [
        "| | to show, CPU ms | an update, CPU ms | of it script | ours to it: show | ours to it: update |"
    ]
    lines.append("|---|---|---|---|---|---|")
    for name, runs in found.items():
        figures = f"{median(runs.opened):.1f} | {median(runs.update):.3f} | {median(runs.script):.3f}"
        ratios = [
            f"{median((a - c) / (b - c) for a, b, c in zip(mine, theirs, none, strict=True)):.2f}×"
            for mine, theirs, none in (
                (ours.opened, runs.opened, feed.opened),
                (ours.update, runs.update, feed.update),
            )
            if runs not in (feed, ours)
        ]
        lines.append(f"| {name} | {figures} | {' | '.join(ratios) or ' | '} |")
    return lines


async def measure_all(rounds: int, updates: int) -> None:
    executable = find_browser()
    if executable is None:
        raise SystemExit("Chromium is not installed: run scripts/install --test")
    found = {tree: {one.name: Runs() for one in contestants} for tree, contestants in TREES.items()}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for _ in range(rounds):
            for tree, contestants in TREES.items():
                for one in contestants:
                    await measure(browser, tree, one, updates, found[tree][one.name])
        await browser.close()
    for tree, runs in found.items():
        print("\n".join(["", f"A {tree}, {RATE} updates a second:", "", *table(runs)]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one round of 400 updates")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    subprocess.run([NODE, "build.mjs"], cwd=FOLDER, check=True)
    asyncio.run(measure_all(1 if options.quick else options.rounds, 400 if options.quick else 2_000))


if __name__ == "__main__":
    main()
