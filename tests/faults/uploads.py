"""People who send files, and what is left of these: in the database, in the bucket, and at each replica."""

import asyncio
import contextlib
import xml.etree.ElementTree as ElementTree
from collections import Counter, deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from tests.faults.client import Page
from tests.faults.cluster import Cluster
from tests.services import Postgres

__all__ = [
    "Bucket",
    "Person",
    "Strategy",
    "Watch",
    "forget_withdrawn",
    "named_files",
    "ports",
    "records",
    "wait_until_no_turn_runs",
    "watching",
]

Strategy = Literal["two_phase", "direct"]

HEAD_S = 60.0
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
AGAIN = {409, 410, 502, 503, 504}
"""What a client hears of an upload that a proxy repeated after a replica died with it: it begins anew."""
WATCH_S = 0.02
WATCHED = 6
"""Of all people, it would take the processors from the replicas."""


def client(user: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(headers={"x-user": user}, timeout=HEAD_S)


@dataclass(slots=True, kw_only=True)
class Person:
    """Uploads one file, as often as it takes: first on the way that `ports` begins with."""

    user: str
    data: bytes
    strategy: Strategy
    ports: Sequence[int]
    statuses: Counter[int] = field(default_factory=Counter[int])
    """What the server has answered to uploads; 0 where a connection broke."""

    @staticmethod
    def content(marker: str, size: int) -> bytes:
        """Return a file of `size` bytes, of which no half is another's and no part is like the others."""
        lines = b"".join(b"%s %d\n" % (marker.encode(), number) for number in range(size // 16))
        return (PNG + lines)[:size].ljust(size, b".")

    async def upload(self) -> str:
        """Return the id of the attachment, once an upload is complete."""
        async with client(self.user) as http:
            for attempt in range(100):
                base = f"http://127.0.0.1:{self.ports[attempt % len(self.ports)]}/chatkit"
                with contextlib.suppress(httpx.TransportError):
                    attachment_id = await self._attempt(http, base)
                    if attachment_id is not None:
                        return attachment_id
                    continue
                self.statuses[0] += 1
        raise AssertionError(f"{self.user} did not get a file to the server: {self.statuses}")

    async def _attempt(self, http: httpx.AsyncClient, base: str) -> str | None:
        if self.strategy == "direct":
            form = {"file": ("damage.png", self.data, "image/png")}
            answer = await http.post(f"{base}/attachments", files=form)
            return answer.json()["id"] if self._is_done(answer) else None
        params = {"name": "damage.png", "size": len(self.data), "mime_type": "image/png"}
        announced = await http.post(base, json={"type": "attachments.create", "params": params})
        if not self._is_done(announced):
            return None
        descriptor = announced.json()["upload_descriptor"]
        # The URL alone says whose the file is.
        async with httpx.AsyncClient(timeout=HEAD_S) as bare:
            sent = await bare.put(descriptor["url"], headers=descriptor["headers"], content=self.data)
        return announced.json()["id"] if self._is_done(sent) else None

    def _is_done(self, answer: httpx.Response) -> bool:
        self.statuses[answer.status_code] += 1
        assert answer.status_code in {200, *AGAIN}, f"{self.user}: {answer.status_code} {answer.text[:300]}"
        return answer.status_code == 200


class Watch:
    """Asks for the attachments of those who came last, again and again, everywhere: each answer is a whole
    file, or none.
    """

    def __init__(self, postgres: Postgres, cluster: Cluster, http: httpx.AsyncClient) -> None:
        self._postgres = postgres
        self._cluster = cluster
        self._contents: dict[str, bytes] = {}
        self._newest = deque[str](maxlen=WATCHED)
        self._http = http  # one for all requests: making one takes 30 ms
        self.whole_count = 0
        self.wrong: list[str] = []
        """Every answer that was neither: what it must not be."""

    def add(self, person: Person) -> None:
        self._contents[person.user] = person.data
        self._newest.append(person.user)

    async def run(self) -> None:
        """Watch until it is cancelled."""
        while True:
            for owner, attachment_id, _ in await records(self._postgres, self._cluster):
                for port in ports(self._cluster) if owner in self._newest else ():
                    await self.look(port, owner, attachment_id)
            await asyncio.sleep(WATCH_S)

    async def look(self, port: int, owner: str, attachment_id: str) -> int:
        """Ask once; return the status, 0 where the connection broke."""
        url = f"http://127.0.0.1:{port}/chatkit/attachments/{attachment_id}"
        try:
            answer = await self._http.get(url, headers={"x-user": owner})
        except httpx.TransportError:
            return 0
        is_whole = answer.content == self._contents[owner]
        self.whole_count += is_whole
        if answer.status_code not in {404, 502} and not (answer.status_code == 200 and is_whole):
            self.wrong.append(f"{owner} {attachment_id}: {answer.status_code}, {len(answer.content)} bytes")
        return answer.status_code


@contextlib.asynccontextmanager
async def watching(postgres: Postgres, cluster: Cluster) -> AsyncGenerator[Watch]:
    """Watch until the block is left."""
    async with httpx.AsyncClient(timeout=HEAD_S) as http:
        watch = Watch(postgres, cluster, http)
        task = asyncio.create_task(watch.run())
        try:
            yield watch
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()


class Bucket:
    """What is stored in the tests' S3 server below a URL such as `http://127.0.0.1:5000/files/prefix`."""

    def __init__(self, url: str) -> None:
        self._bucket, _, self._prefix = url.rpartition("/")

    async def objects(self) -> set[str]:
        """The ids of the files."""
        return await self._keys("list-type=2&prefix")

    async def unfinished(self) -> set[str]:
        """The ids of the files of which only parts have come."""
        return await self._keys("uploads&prefix")

    async def _keys(self, query: str) -> set[str]:
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{self._bucket}?{query}={self._prefix}/")
        assert answer.status_code == 200, answer.text
        root = ElementTree.fromstring(answer.text)
        keys = {each.text or "" for each in root.iter() if each.tag.rpartition("}")[2] == "Key"}
        truncated = [each.text for each in root.iter() if each.tag.endswith("IsTruncated")]
        assert truncated in (["false"], []), "not the whole list"
        return {key.rpartition("/")[2] for key in keys if key.startswith(f"{self._prefix}/")}


def ports(cluster: Cluster) -> list[int]:
    """Each replica, and nginx."""
    return [*cluster.ports, *([cluster.nginx.port] if cluster.nginx is not None else [])]


async def records(postgres: Postgres, cluster: Cluster) -> list[tuple[str, str, str | None]]:
    """The owner, the id and the thread of each attachment in the database."""
    query = "SELECT owner, id, thread_id FROM turnstream_attachments ORDER BY id"
    return await _rows(postgres, cluster, query)


async def forget_withdrawn(postgres: Postgres, cluster: Cluster) -> None:
    """Take the turns that were withdrawn out of the history.

    A turn whose process died before it stored the message is withdrawn, and the client's next try begins one.
    A turn that has shown a reader an entry is not such a turn, and stays.
    """
    stored = {turn_id for (turn_id,) in await _rows(postgres, cluster, "SELECT id FROM turnstream_turns")}
    connections = [each for reader in cluster.history.readers for each in reader.connections]
    seen = {each.turn_id for each in connections if each.turn_id is not None and each.entries}
    for submit in cluster.history.submits:
        submit.turn_ids &= stored | seen


async def wait_until_no_turn_runs(postgres: Postgres, cluster: Cluster) -> None:
    """Return once every turn has ended, also those of replicas that died."""
    running = "SELECT 1 FROM turnstream_turns WHERE status = 'running'"
    while await _rows(postgres, cluster, running):  # noqa: ASYNC110  # other processes end them
        await asyncio.sleep(WATCH_S)


async def _rows(postgres: Postgres, cluster: Cluster, query: str) -> list[tuple[Any, ...]]:
    return await asyncio.to_thread(postgres.query, query, database=cluster.database)


async def named_files(page: Page) -> set[str]:
    """The attachments that the stored messages of the page's user name."""
    found: set[str] = set()
    for thread in (await page.call("threads.list", limit=100))["data"]:
        items = await page.call("items.list", thread_id=thread["id"], order="asc", limit=100)
        for item in items["data"]:
            found |= {attachment["id"] for attachment in item.get("attachments", [])}
    return found
