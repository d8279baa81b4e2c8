"""How soon a server answers after its start, beside `openai-chatkit`.

    python -m bench.start [--rounds 5] [--quick]

Importing is a Python that imports the server's module and ends; an answer is that to the first request that
lists threads, asked for again each 5 ms, by `turnstream serve` or, for the official package, uvicorn. All
files were read before. The lines of the table are measured in turn; the figures are medians of wall time.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.emit import show
from tests.services import free_port

BIN = Path(sys.executable).parent
REQUEST = {"type": "threads.list", "params": {"limit": 1, "order": "desc"}}
WAIT_S = 60


def import_s(module: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - began


def answer_s(command: Sequence[str | Path], path: str) -> float:
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        while not _answers(f"http://127.0.0.1:{port}{path}"):
            if process.poll() is not None or time.perf_counter() - began > WAIT_S:
                raise RuntimeError(f"{command[-1]} does not answer")
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _answers(url: str) -> bool:
    request = urllib.request.Request(url, json.dumps(REQUEST).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return "data" in json.load(answer)
    except ConnectionError:
        return False
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionError):
            return False
        raise


def serve(name: str) -> Callable[[], float]:
    return lambda: answer_s(
        [BIN / "turnstream", "serve", "--factory", f"bench.start_apps:{name}"], "/chatkit"
    )


def serve_official() -> float:
    return answer_s(
        [BIN / "uvicorn", "--log-level=error", "--factory", "bench.start_apps:official"], "/chatkit"
    )


ROWS: dict[str, tuple[Callable[[], float], Callable[[], float], str]] = {
    "import": (lambda: import_s("turnstream.server"), lambda: import_s("chatkit.server"), "≤ 0.25"),
    "first answer, in memory": (serve("memory"), serve_official, "≤ 0.8"),
    "first answer, a new SQLite database": (serve("sqlite"), serve_official, ""),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round")
    given = parser.parse_args()
    samples: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ROWS}
    for _ in range(1 if given.quick else given.rounds):
        for name, (ours, theirs, _) in ROWS.items():
            samples[name][0].append(ours())
            samples[name][1].append(theirs())
            show(f"  {name}: {samples[name][0][-1]:.2f} s, openai-chatkit {samples[name][1][-1]:.2f} s")
    show("| seconds | turnstream | openai-chatkit | | target |\n|---|---|---|---|---|")
    for name, found in samples.items():
        ours, theirs = (statistics.median(each) for each in found)
        show(f"| {name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f}× | {ROWS[name][2]} |")


if __name__ == "__main__":
    main()
