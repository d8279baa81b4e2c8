"""What a streamed answer costs in the browser, beside other libraries, and what it costs in a long thread.

    python -m bench.render [--quick] [--rounds 3] [--only module,element]

Chromium shows one page, `bench/render/src/page.html`, built anew each time from the element's sources. An
answer of 200 kB (headings, paragraphs with emphasis, code and links, lists, tables and fences: the same at
every run) arrives in deltas of four characters at 10 kB/s, in timers, by the clock however busy the page is.
Each library has it as is usual
there: `streaming-markdown` takes deltas; `streamdown` and `react-markdown` are given the whole text as a
component, and `marked` with DOMPurify parses it, once per frame at most. All scroll to the end after each
update. Ours is measured as the markdown module alone, and as the whole element, whose `fetch` streams one
event per delta. `nothing` is the feed.

The browser's counters (CDP `Performance.getMetrics`, in CPU time of the page's thread) are read at places of
the text. CPU per update at a size is what was spent while 10 kB around it arrived, over the updates made
meanwhile: the document has been streamed to there, not filled in. Painting in other threads is not in it. A
frame is dropped when no frame callback came at its time. Libraries alternate within a round; the figures are
medians of the rounds. A round that other work disturbs drops everybody's frames, so that their sum stands
beside the median.

A thread is opened as servers page it (20 items), and with all its messages at once, which is what a person
has who scrolled back to its beginning; then an answer streams there, and characters are typed. A page that
has no time left takes more tokens at once, so that script per token falls where frames are dropped: read it
with the rows below it.
"""

import argparse
import asyncio
import statistics
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, Route, async_playwright

from turnstream.check import find_browser

FOLDER = Path(__file__).parent / "render"
ROOT = FOLDER.parents[1]
NODE = ROOT / ".venv" / "bin" / "node"
STATIC = ROOT / "src" / "turnstream" / "http" / "static"
ORIGIN = "http://bench.test"
TYPES = {".html": "text/html", ".js": "text/javascript"}
ARGUMENTS = ["--disable-gpu", "--disable-quic"]

LIBRARIES = ("nothing", "module", "element", "streaming_markdown", "streamdown", "react_markdown", "marked")
NAMES = {
    "nothing": "the feed alone",
    "module": "**our markdown module**",
    "element": "**our whole element**",
    "streaming_markdown": "streaming-markdown",
    "streamdown": "streamdown (React)",
    "react_markdown": "react-markdown, per frame",
    "marked": "marked + DOMPurify, per frame",
}
RATE = 10_000
THREADS = (10, 10_000)
DELTA = 4
TYPED = "a message of forty characters, typed now"


@dataclass(frozen=True)
class Mark:
    """What had been spent when so much of the text had arrived."""

    at: int
    updates: int
    long_frames: int
    dropped_frames: int
    longest_ms: float
    task_ms: float
    script_ms: float
    layout_ms: float
    style_ms: float


Send = Callable[..., Awaitable[Any]]

Run = dict[int, Mark]
"""The marks of one streamed answer, by their place."""


@dataclass(frozen=True)
class ThreadRun:
    """What a thread costs: to open, in pages and whole, and then per token and per typed character."""

    open_paged_ms: float
    open_whole_ms: float
    script_us_per_token: float
    cpu_us_per_token: float
    cpu_ms_per_update: float
    updates_per_s: float
    dropped_frames: int
    longest_ms: float
    typing_ms: float


class Meter:
    """The browser's counters of one page, and the marks that the page set."""

    def __init__(self, session: CDPSession) -> None:
        self._send: Send = session.send  # pyright: ignore[reportUnknownMemberType]
        self.run: Run = {}

    async def begin(self, page: Page) -> None:
        """Count CPU time from now on, and listen to the page."""
        await self._send("Performance.enable", {"timeDomain": "threadTicks"})
        await page.expose_function("mark", self.mark)  # pyright: ignore[reportUnknownMemberType]

    async def read(self) -> dict[str, float]:
        """Return the counters; those of durations in milliseconds of CPU."""
        metrics = (await self._send("Performance.getMetrics"))["metrics"]
        return {metric["name"]: 1e3 * metric["value"] for metric in metrics}

    async def mark(self, given: dict[str, Any]) -> None:
        spent = await self.read()
        self.run[given["at"]] = Mark(
            at=given["at"],
            updates=given["updates"],
            long_frames=given["long"],
            dropped_frames=given["dropped"],
            longest_ms=given["longestMs"],
            task_ms=spent["TaskDuration"],
            script_ms=spent["ScriptDuration"],
            layout_ms=spent["LayoutDuration"],
            style_ms=spent["RecalcStyleDuration"],
        )


def windows(length: int) -> dict[int, tuple[int, int]]:
    """Return for each size between which places its updates are measured; at the end, before it."""
    sizes = [size for size in (10_000, 50_000, 100_000, 200_000) if size <= length]
    return {size: (min(size, length - 7_000) - 5_000, min(size, length - 7_000) + 5_000) for size in sizes}


async def serve(route: Route) -> None:
    """Answer from files; the page asks nobody else."""
    name = route.request.url.removeprefix(f"{ORIGIN}/") or "page.html"
    places = (FOLDER / "src" if name == "page.html" else FOLDER / "dist", STATIC)
    path = next((folder / name for folder in places if (folder / name).is_file()), None)
    if path is None:
        await route.fulfill(status=404)
        return
    await route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])


@asynccontextmanager
async def opened(browser: Browser) -> AsyncGenerator[tuple[Page, Meter]]:
    """Yield the page, fresh, and its meter."""
    context = await browser.new_context(viewport={"width": 1000, "height": 800})
    page = await context.new_page()
    await page.route("**/*", serve)
    meter = Meter(await context.new_cdp_session(page))
    await meter.begin(page)
    await page.goto(ORIGIN)
    await page.wait_for_function("globalThis.bench !== undefined")
    yield page, meter
    await context.close()


async def measure_answer(browser: Browser, library: str, length: int) -> Run:
    marks = sorted({place for window in windows(length).values() for place in window} | {100_000})
    options = {"rate": RATE, "marks": [place for place in marks if place < length]}
    async with opened(browser) as (page, meter):
        await page.evaluate(
            "([name, length, options]) => bench.stream(name, length, options)", [library, length, options]
        )
        return meter.run


async def measure_thread(browser: Browser, count: int, length: int) -> ThreadRun:
    async with opened(browser) as (page, _):
        paged = await page.evaluate("count => bench.openThread(count, 20)", count)
    async with opened(browser) as (page, meter):
        whole = await page.evaluate("count => bench.openThread(count, count)", count)
        await page.evaluate("length => bench.streamInThread(length, { rate: 10000, marks: [] })", length)
        first, last = meter.run[0], meter.run[length]
        typing = await measure_typing(page, meter)
    tokens = length / DELTA
    cpu_ms = last.task_ms - first.task_ms
    return ThreadRun(
        open_paged_ms=paged,
        open_whole_ms=whole,
        script_us_per_token=1e3 * (last.script_ms - first.script_ms) / tokens,
        cpu_us_per_token=1e3 * cpu_ms / tokens,
        cpu_ms_per_update=cpu_ms / last.updates,
        updates_per_s=last.updates * RATE / length,
        dropped_frames=last.dropped_frames,
        longest_ms=last.longest_ms,
        typing_ms=typing,
    )


async def measure_typing(page: Page, meter: Meter) -> float:
    """Return the CPU per typed character, in milliseconds."""
    await page.locator("textarea").focus()
    before = await meter.read()
    await page.keyboard.type(TYPED, delay=20)
    after = await meter.read()
    return (after["TaskDuration"] - before["TaskDuration"]) / len(TYPED)


def median(values: Iterable[float]) -> float:
    return statistics.median(list(values))


def per_update(run: Run, window: tuple[int, int], counter: str = "task_ms") -> float:
    begin, end = run[window[0]], run[window[1]]
    return (getattr(end, counter) - getattr(begin, counter)) / max(1, end.updates - begin.updates)


def answer_table(runs: dict[str, list[Run]], length: int) -> list[str]:
    """CPU per update by size, whole answers, and frames."""
    sizes = windows(length)
    places = [place for place in (100_000, length) if place <= length]
    places = sorted(set(places))
    by_size = " / ".join(str(size // 1000) for size in sizes)
    wholes = " / ".join(str(place // 1000) for place in places)
    lines = [
        f"| | CPU ms per update at {by_size} kB | growth | script / layout / style at {length // 1000} kB "
        f"| whole answer of {wholes} kB, CPU s | frames dropped (all rounds) | longer than 33 ms | "
        "longest, ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for library, library_runs in runs.items():
        costs = [median(per_update(run, window) for run in library_runs) for window in sizes.values()]
        last = list(sizes.values())[-1]
        parts = [
            median(per_update(run, last, counter) for run in library_runs)
            for counter in ("script_ms", "layout_ms", "style_ms")
        ]
        whole = [
            median((run[place].task_ms - run[0].task_ms) / 1e3 for run in library_runs) for place in places
        ]
        ends = [run[length] for run in library_runs]
        dropped = [end.dropped_frames for end in ends]
        lines.append(
            f"| {NAMES[library]} | {joined(costs)} | {costs[-1] / costs[0]:.2f}× | {joined(parts)} | "
            f"{joined(whole)} | {median(dropped):.0f} ({sum(dropped)}) | "
            f"{sum(end.long_frames for end in ends)} | {max(end.longest_ms for end in ends):.0f} |"
        )
    return lines


def joined(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.1f}" for value in values)


def ratios(runs: dict[str, list[Run]], place: int) -> list[str]:
    """Ours beside streamdown, by CPU for an answer; one ratio per round, since the machine's mood is the
    round's.
    """
    if "streamdown" not in runs:
        return []
    lines: list[str] = []
    for library in ("module", "element"):
        pairs = zip(runs.get(library, []), runs["streamdown"], strict=False)
        found = [
            (ours[place].task_ms - ours[0].task_ms) / (theirs[place].task_ms - theirs[0].task_ms)
            for ours, theirs in pairs
        ]
        if found:
            lines.append(
                f"{NAMES[library]}: {median(found):.2f}× streamdown's CPU for {place // 1000} kB (target: "
                "≤ 0.50×)"
            )
    return lines


THREAD_ROWS = (
    ("script µs per token", "script_us_per_token", "≤ 1.5×"),
    ("CPU µs per token", "cpu_us_per_token", ""),
    ("CPU ms per update", "cpu_ms_per_update", ""),
    ("updates per second", "updates_per_s", ""),
    ("frames dropped", "dropped_frames", "0"),
    ("longest frame, ms", "longest_ms", "≤ 33"),
    ("CPU ms per typed character", "typing_ms", ""),
    ("open, in pages of 20, ms", "open_paged_ms", ""),
    ("open with all messages at once, ms", "open_whole_ms", ""),
)


def thread_table(runs: dict[int, list[ThreadRun]]) -> list[str]:
    few, many = (runs[count] for count in THREADS)
    lines = [
        f"| thread of | {THREADS[0]} messages | {THREADS[1]:,} messages | | target |",
        "|---|---|---|---|---|",
    ]
    for label, field, asked in THREAD_ROWS:
        small, large = (median(getattr(run, field) for run in some) for some in (few, many))
        lines.append(f"| {label} | {small:.1f} | {large:.1f} | {times(large, small)} | {asked} |")
    return lines


def times(value: float, base: float) -> str:
    return f"{value / base:.2f}×" if base else ""


def show(text: str) -> None:
    print(text, flush=True)


async def measure_all(libraries: Sequence[str], rounds: int, length: int, thread_length: int) -> None:
    executable = find_browser()
    if executable is None:
        raise SystemExit("Chromium is not installed: run scripts/install --test")
    answers: dict[str, list[Run]] = {library: [] for library in libraries}
    threads: dict[int, list[ThreadRun]] = {count: [] for count in THREADS}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for number in range(1, rounds + 1):
            for library, runs in answers.items():
                runs.append(await measure_answer(browser, library, length))
                costs = [per_update(runs[-1], window) for window in windows(length).values()]
                dropped = runs[-1][length].dropped_frames
                show(f"  round {number}, {library}: {joined(costs)} ms per update, {dropped} dropped")
            for count, some in threads.items():
                some.append(await measure_thread(browser, count, thread_length))
                show(f"  round {number}, {some[-1]}")
        await browser.close()
    show(
        "\n".join(
            ["", *answer_table(answers, length), "", *ratios(answers, 100_000), "", *thread_table(threads)]
        )
    )


def build() -> None:
    """Bundle the page, and the element if it changed; the libraries are installed by scripts/bench."""
    if not (FOLDER / "node_modules").is_dir():
        raise SystemExit(
            "The other libraries are not installed: run scripts/bench, or `npm ci` in bench/render"
        )
    subprocess.run([ROOT / "scripts" / "build"], check=True)
    subprocess.run([NODE, "build.mjs"], cwd=FOLDER, check=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one round of 100 kB, in about two minutes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(LIBRARIES), help="libraries, by comma")
    given = parser.parse_args()
    build()
    rounds, length, thread_length = (1, 100_000, 10_000) if given.quick else (given.rounds, 200_000, 20_000)
    asyncio.run(measure_all(given.only.split(","), rounds, length, thread_length))


if __name__ == "__main__":
    main()
