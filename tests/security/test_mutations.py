"""Whatever a client sends, the answer is below 500 and the log has no failure: requests damaged from a
printed seed.
"""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest

from tests.http.serving import listening
from tests.security.fuzz import fuzz
from tests.security.headers import HttpMutator
from tests.security.mutations import RAW, STRANGE, Mutator, encoded
from tests.security.target import Noise, Target, Verdict
from turnstream.store import MemoryStore, SqlStore, Store

SEED = int(os.environ.get("TURNSTREAM_SEED") or Random().randrange(10**6))
"""Set `TURNSTREAM_SEED` to repeat a run."""

STORES: dict[str, Callable[[Path], Store[Any]]] = {
    "memory": lambda folder: MemoryStore(),
    "sqlite": lambda folder: SqlStore(f"sqlite:///{folder / 'chat.sqlite'}"),
}
MIME = {"mime_type": "audio/webm"}


@asynccontextmanager
async def target(random: Random, store: Store[Any] | None = None) -> AsyncGenerator[Target]:
    chat = Target(random, store)
    await chat.server.open()
    await chat.seed()
    try:
        yield chat
    finally:
        await chat.close()


Verdicts = list[tuple[Any, Verdict]]


def found(verdicts: Verdicts) -> str:
    """The first few requests that went wrong, to be read in the failure."""
    wrong = [(sent, verdict.problems) for sent, verdict in verdicts if verdict.problems]
    return "\n".join(
        f"seed {SEED}: {str(sent)[:1000]}\n{chr(10).join(problems)[-3000:]}" for sent, problems in wrong[:5]
    )


@pytest.mark.parametrize(("store", "count"), [("memory", 18_000), ("sqlite", 1_000)])
async def test_a_damaged_request_is_refused_and_nothing_else(store: str, count: int, tmp_path: Path) -> None:
    print(f"TURNSTREAM_SEED={SEED}")
    random, verdicts, statuses = Random(SEED), Verdicts(), set[int]()
    async with target(random, STORES[store](tmp_path)) as chat:
        mutator = Mutator(random, chat.ids)
        for number in range(count):
            if number % 200 == 0:
                mutator.ids = await chat.seed()
            body = mutator.body()
            verdict = await chat.ask(body)
            statuses.add(verdict.status)
            if verdict.problems:
                verdicts.append((body, verdict))
    assert not verdicts, found(verdicts)
    assert {200, 400, 404, 409} <= statuses, "the requests are not near enough to right ones"


async def test_a_damaged_http_request_is_refused_and_nothing_else() -> None:
    print(f"TURNSTREAM_SEED={SEED}")
    random, verdicts, statuses = Random(SEED), Verdicts(), set[int]()
    async with target(random) as chat:
        bodies = Mutator(random, chat.ids)
        mutator = HttpMutator(random, bodies)
        for number in range(3_000):
            if number % 200 == 0:
                bodies.ids = await chat.seed()
            request = mutator.request()
            verdict = await chat.send(*request)
            statuses.add(verdict.status)
            if verdict.problems:
                verdicts.append((request, verdict))
    assert not verdicts, found(verdicts)
    assert {200, 400, 403, 404, 405, 413, 415} <= statuses


BODIES = [
    *RAW,
    *(encoded({"type": value}) for value in STRANGE),
    *(encoded({"type": "threads.list", "params": value}) for value in STRANGE),
    *(encoded({"type": "threads.add_client_tool_output", "params": value}) for value in STRANGE),
    *(encoded({"type": "turns.attach", "params": {"thread_id": "t", "after": value}}) for value in STRANGE),
    *(encoded({"type": "input.transcribe", "params": {**MIME, "audio_base64": value}}) for value in STRANGE),
    *(
        encoded({"type": "input.transcribe", "params": {"audio_base64": "YQ==", "mime_type": v}})
        for v in STRANGE
    ),
    *(encoded(value) for value in STRANGE),
]


@pytest.mark.parametrize("store", STORES)
async def test_a_strange_value_in_any_place_is_refused_and_nothing_else(store: str, tmp_path: Path) -> None:
    async with target(Random(0), STORES[store](tmp_path)) as chat:
        verdicts = [(body, await chat.ask(body)) for body in BODIES]
    assert not any(verdict.problems for _, verdict in verdicts), found(verdicts)


LINE = b"POST /chatkit HTTP/1.1\r\n"
HOST = b"Host: 127.0.0.1\r\n"
TYPE = b"Content-Type: application/json\r\n"
WIRE = [
    LINE + HOST + TYPE + b"Content-Length: -1\r\n\r\n{}",
    LINE + HOST + TYPE + b"Content-Length: 1e3\r\n\r\n{}",
    LINE + HOST + TYPE + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    LINE + HOST + TYPE + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    LINE + HOST + TYPE + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    LINE + HOST + TYPE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    LINE + HOST + TYPE + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n",
    LINE + HOST + TYPE + b"Transfer-Encoding: gzip\r\n\r\n{}",
    LINE + HOST + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 7\r\n\r\n--x--\r\n",
    LINE + HOST + b"Content-Type: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    LINE + HOST + TYPE + b"Cookie: turnstream_visitor=\xff\x80; \xe4=\xf6\r\nContent-Length: 2\r\n\r\n{}",
    LINE + HOST + TYPE + b"Origin: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    LINE + HOST + TYPE + b"Idempotency-Key: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    LINE + HOST + TYPE + b"Turnstream-Visitor: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    LINE + HOST + TYPE + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    LINE + TYPE + b"Host: \xff\r\nContent-Length: 2\r\n\r\n{}",
    LINE + TYPE + b"Content-Length: 2\r\n\r\n{}",
    b"GET /chatkit/%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /chatkit/%ff%fe/%c0%af HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /chatkit/%2e%2e/%2e%2e/app.py HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /chatkit/\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /chatkit/chatkit.js HTTP/1.1\r\n" + HOST + b"Range: bytes=5-1,0-\r\nIf-Range: \xff\r\n\r\n",
    b"GET /chatkit/chatkit.js HTTP/1.1\r\n"
    + HOST
    + b"If-None-Match: \xff\r\nAccept-Encoding: br;q=\xff\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


@pytest.mark.parametrize("http", ["h11", "httptools"])
async def test_what_is_hardly_http_is_refused_and_nothing_else(http: Literal["h11", "httptools"]) -> None:
    chat, noise = Target(Random(0)), Noise()
    async with listening(chat.visitors, http=http) as url:
        for sent in WIRE:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            writer.write(sent)
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 60)
            writer.close()
            assert all(
                int(status) < 500 for status in re.findall(rb"^HTTP/1.1 (\d+)", answer, re.MULTILINE)
            ), sent
            assert chat.noise.drained() == [], sent
    await chat.close()
    assert noise.drained() == []


async def test_the_fuzzer_keeps_what_is_answered_in_a_new_way(tmp_path: Path) -> None:
    count, failed = await fuzz(tmp_path, seconds=1.0, seed=SEED)
    saved = list((tmp_path / "corpus").iterdir())
    assert (count > 0, failed, len(saved) > 0) == (True, 0, True)
    await fuzz(tmp_path, seconds=0.2, seed=SEED + 1)
    assert {*saved} <= {*(tmp_path / "corpus").iterdir()}
