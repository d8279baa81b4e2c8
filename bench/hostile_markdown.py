"""How long hostile Markdown blocks a page, beside a harmless text.

    python -m bench.hostile_markdown [--quick] [--rounds 3] [--characters 200000]

Chromium shows each text of `element/test/markdown/pathological.ts`, and texts that a seed composes of its
pieces, whole and streamed in forty steps. The figures are the milliseconds of script and layout in the
longest task, the least of the rounds. A folded text is drawn as far as a page draws it before somebody asks
for more. The harmless text has the same
length: the machine is shared, so compare with it.
"""

import argparse
import asyncio
import subprocess
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from turnstream.check import find_browser

ROOT = Path(__file__).parents[1]
ELEMENT = ROOT / "element"
BUNDLE = """
import { buildSync } from 'esbuild';
const contents = `
  import { MarkdownStream } from './src/markdown/stream.ts';
  import { composed, pathological } from './test/markdown/pathological.ts';
  Object.assign(globalThis, { MarkdownStream, composed, pathological });`;
const options = { bundle: true, format: 'esm', target: 'es2022', write: false };
process.stdout.write(buildSync({ ...options, stdin: { contents, resolveDir: '.' } }).outputFiles[0].text);
"""
STYLE = """<!doctype html><style>.markdown.long > * { content-visibility: auto;
  contain-intrinsic-size: auto 4em }
.markdown.long > .part { contain-intrinsic-size: auto 160em }</style><body></body>"""
LONGEST = """([name, length, steps]) => {
  const harmless = 'Words, *more* of them, `code` and [a link](https://a.example).\\n\\n';
  const make = pathological[name] ?? ((size) => harmless.repeat(Math.ceil(size / harmless.length)));
  const source = typeof name === 'number' ? composed(name, length) : make(length);
  const stream = new MarkdownStream({ failed: () => {} });
  document.body.replaceChildren(stream.node);
  let longest = 0;
  const show = (text, isOpen) => {
    const from = performance.now();
    stream.update(text, isOpen);
    void document.body.offsetHeight;
    longest = Math.max(longest, performance.now() - from);
  };
  for (let step = 1; step <= steps; step++) {
    show(source.slice(0, Math.floor((source.length * step) / steps)), true);
  }
  show(source, false);
  return longest;
}"""
HARMLESS = "a harmless text"
STEPS = 40


def bundle() -> str:
    node = ROOT / ".venv" / "bin" / "node"
    done = subprocess.run(
        [node, "--input-type=module", "-e", BUNDLE], cwd=ELEMENT, check=True, capture_output=True, text=True
    )
    return done.stdout


async def longest_ms(page: Page, name: str | int, characters: int, steps: int, rounds: int) -> float:
    took: list[float] = [await page.evaluate(LONGEST, [name, characters, steps]) for _ in range(rounds)]
    return min(took)


async def measure(characters: int, rounds: int, seeds: int) -> list[tuple[str, float, float]]:
    """Return each text's name, and its longest task at once and streamed."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=["--disable-gpu"])
        page = await browser.new_page()
        await page.set_content(STYLE)
        await page.add_script_tag(content=bundle(), type="module")
        await page.wait_for_function("globalThis.pathological !== undefined")
        names: list[Any] = [HARMLESS, *await page.evaluate("Object.keys(pathological)"), *range(seeds)]
        rows: list[tuple[str, float, float]] = []
        for name in names:
            whole = await longest_ms(page, name, characters, 0, rounds)
            streamed = await longest_ms(page, name, characters, STEPS, rounds)
            rows.append((f"composed from {name}" if isinstance(name, int) else name, whole, streamed))
        await browser.close()
        return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile_markdown")
    parser.add_argument(
        "--quick", action="store_true", help="one round, and four composed texts instead of forty"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--characters", type=int, default=200_000)
    given = parser.parse_args()
    rounds, seeds = (1, 4) if given.quick else (given.rounds, 40)
    rows = asyncio.run(measure(given.characters, rounds, seeds))
    print(f"| {given.characters:,} characters, longest task | at once, ms | streamed, ms |\n|---|---|---|")
    for name, whole, streamed in [rows[0], *sorted(rows[1:], key=lambda row: -max(row[1:]))]:
        print(f"| {name} | {whole:.0f} | {streamed:.0f} |")


if __name__ == "__main__":
    main()
