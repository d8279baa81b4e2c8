"""Damage requests for a given time; keep those with a new kind of answer, to damage them further, also in
later runs.

    make fuzz                                # a minute
    scripts/fuzz --seconds 3600 --seed 7     # an hour, with a seed

The corpus is in `.fuzz/corpus`, what failed in `.fuzz/failures`: one file for each request, with the log
beside it.
"""

import argparse
import asyncio
import hashlib
import logging
import re
import sys
import time
from pathlib import Path
from random import Random

from tests.security.headers import HttpMutator
from tests.security.mutations import Mutator
from tests.security.target import Target, Verdict
from turnstream.store import MemoryStore, SqlStore

__all__ = ["Corpus", "fuzz"]

REFRESH_EVERY = 200
"""Requests, after which there is a new thread; after ten times as many, a new server."""


class Corpus:
    """Bodies with different kinds of answers, each in a file named after its hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.bodies = [file.read_bytes() for file in sorted(folder.iterdir())]
        self._kinds: set[tuple[int, str, bytes]] = set()

    def note(self, body: bytes, verdict: Verdict) -> None:
        """Keep a body whose answer is of a kind that was not there before in this run."""
        operation = re.search(rb'"type": ?"([a-z_.]{3,40})"', body)
        kind = (verdict.status, verdict.code, b"" if operation is None else operation[1])
        if kind not in self._kinds:
            self._kinds.add(kind)
            self.bodies.append(body)
            (self._folder / hashlib.sha256(body).hexdigest()[:20]).write_bytes(body)


async def fuzz(folder: Path, *, seconds: float, seed: int) -> tuple[int, int]:
    """Return how many requests were made, and how many failed."""
    random, corpus, end = Random(seed), Corpus(folder / "corpus"), time.monotonic() + seconds
    failures, count, failed = folder / "failures", 0, 0
    while time.monotonic() < end:
        store = random.choice([MemoryStore, lambda: SqlStore("sqlite://")])()
        target = Target(random, store)
        await target.server.open()
        mutator = Mutator(random)
        http = HttpMutator(random, mutator)
        for number in range(10 * REFRESH_EVERY):
            if number % REFRESH_EVERY == 0:
                mutator.ids = await target.seed()
            if random.random() < 0.2:
                request = http.request()
                body, verdict = repr(request).encode(), await target.send(*request)
            else:
                is_known = corpus.bodies and random.random() < 0.3
                body = mutator.cut(random.choice(corpus.bodies)) if is_known else mutator.body()
                verdict = await target.ask(body)
                corpus.note(body, verdict)
            count += 1
            if verdict.problems:
                failed += 1
                failures.mkdir(exist_ok=True)
                name = hashlib.sha256("".join(verdict.problems).encode()).hexdigest()[:12]
                (failures / name).write_bytes(body)
                (failures / f"{name}.log").write_text("\n".join(verdict.problems), "utf-8")
            if time.monotonic() > end:
                break
        await target.close()
    return count, failed


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz", description="Damage requests and look for failures."
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to run (60)")
    parser.add_argument(
        "--seed", type=int, default=Random().randrange(10**6), help="to repeat a run (random)"
    )
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="where the corpus is (.fuzz)")
    given = parser.parse_args()
    logging.getLogger("turnstream").propagate = False
    count, failed = asyncio.run(fuzz(given.folder, seconds=given.seconds, seed=given.seed))
    where = f", see {given.folder / 'failures'}" if failed else ""
    sys.stdout.write(f"fuzz: seed {given.seed}: {count} requests, {failed} failed{where}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
