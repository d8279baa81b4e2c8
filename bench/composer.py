"""What it costs to type into a message field that holds a long line, beside a plain textarea in the same
page.

    python -m bench.composer [--rounds 5] [--quick]

Each field gets one line of so many characters, then twenty more are typed. The browser's counters (CDP
`Performance.getMetrics`, CPU time of the page's thread) are read before and after; the fields take turns in
one run, since the machine is shared: read the ratios. `--quick` measures one round.
"""

import argparse
import asyncio
import statistics
import sys

from playwright.async_api import Page, async_playwright

from bench.render import ARGUMENTS, Meter
from tests.browser.host import chat_site, echo
from tests.http.serving import listening
from turnstream.check import find_browser

SIZES = (1_000, 50_000, 200_000)
TYPED = 20
BODY = '<textarea id="plain" rows="1"></textarea><openai-chatkit id="chat"></openai-chatkit>'
FIELDS = {
    "textarea": "document.getElementById('plain')",
    "field": "deep('#message')[0]",
}


async def measure(page: Page, meter: Meter, field: str, length: int) -> float:
    """Return the CPU time in ms of one typed character, its frame included, behind a line of `length`
    characters.
    """
    node = FIELDS[field]
    await page.evaluate(f"() => {{ {node}.focus(); document.execCommand('selectAll'); }}")
    await page.keyboard.insert_text("word " * (length // 5))
    await frame(page)
    before = (await meter.read())["TaskDuration"]
    for _ in range(TYPED):
        await page.keyboard.press("x")
        await frame(page)
    spent = (await meter.read())["TaskDuration"] - before
    await page.evaluate(
        f"() => {{ {node}.focus(); document.execCommand('selectAll'); document.execCommand('delete'); }}"
    )
    return spent / TYPED


async def frame(page: Page) -> None:
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


async def measure_all(rounds: int) -> str:
    samples: dict[tuple[str, int], list[float]] = {(field, size): [] for size in SIZES for field in FIELDS}
    site = chat_site(
        echo, body=BODY + '<script type="module" src="/chatkit/chatkit.js"></script>', loads_element=False
    )
    async with listening(site) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 1000, "height": 800})
        await page.add_init_script(path="tests/browser/recorder.js")
        await page.goto(url)
        await page.wait_for_function(f"Boolean({FIELDS['field']})")
        meter = Meter(await page.context.new_cdp_session(page))
        await meter.begin(page)
        for number in range(rounds):
            for (field, size), values in samples.items():
                values.append(await measure(page, meter, field, size))
                sys.stdout.write(f"  round {number + 1}, {size} characters, {field}: {values[-1]:.1f} ms\n")
        await browser.close()
    lines = ["| characters in one line | textarea, ms | the chat's field, ms | target |", "|---|---|---|---|"]
    for size in SIZES:
        plain, ours = (statistics.median(samples[field, size]) for field in FIELDS)
        lines.append(
            f"| {size:,} | {plain:.1f} | {ours:.1f} ({ours / plain:.2f}×) | "
            f"{'≤ 2×' if size == SIZES[-1] else ''} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round")
    given = parser.parse_args()
    sys.stdout.write(asyncio.run(measure_all(1 if given.quick else given.rounds)) + "\n")


if __name__ == "__main__":
    main()
