"""Replicas of the app under test, with what they need around them, and the history of a run on them."""

import asyncio
import gc
import http.client
import random
import sys
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from tests.faults.app import main
from tests.faults.client import Handler, Network, Page, collect
from tests.faults.forks import Fork
from tests.faults.model import ModelLog, Script
from tests.faults.mortal import Deaths
from tests.faults.record import History, Submit
from tests.services import Clock, Nginx, Postgres, Process, Redis, free_port

__all__ = ["Cluster", "Replica", "assert_ended", "gaps_s", "running", "spread"]

ROOT = Path(__file__).parents[2]
COLLECTORS = 8
PATIENCE_S = 900.0

T = TypeVar("T")


class Replica:
    """One process of the app."""

    def __init__(
        self, name: str, folder: Path, database: str, redis: str | None, files: str | None = None
    ) -> None:
        self.deaths = Deaths(folder / f"{name}.death")
        self.port = free_port()
        self.process = Process(name, folder / f"{name}.log")
        self._arguments = [
            "--port",
            str(self.port),
            "--database",
            database,
            "--calls",
            str(folder / "calls.jsonl"),
        ]
        self._arguments += ["--redis", redis] if redis else []
        self._arguments += ["--files", files, "--deaths", str(folder / f"{name}.death")] if files else []
        self.clock: Clock | None = None

    def start(self) -> None:
        """Start it, and return when it says that it is well.

        Raises:
            ServiceError: it ended instead, or took too long.
        """
        self.start_soon()
        self.process.wait_ready(lambda: self.health() == 200)

    def start_soon(self) -> None:
        if self.clock is None:
            self.process.adopt(Fork(main, self._arguments, self.process.log_path))
            return
        program = [*self.clock.prefix, sys.executable, "-X", "faulthandler", "-m", "tests.faults.app"]
        self.process.start([*program, *self._arguments], cwd=ROOT)  # only a new program gets another clock

    def health(self) -> int:
        """The status of the health check; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/chatkit/health")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


class Cluster:
    """What one scenario runs on. Pages made by it write to one history; `check` judges that."""

    def __init__(
        self,
        folder: Path,
        database: str,
        *,
        redis: Redis | None,
        files: str | None = None,
        replica_count: int,
        seed: int,
    ) -> None:
        self.folder = folder
        self.database = database.rpartition("/")[2]
        """The name of its database, or of its file."""
        self.history = History()
        self.rng = random.Random(seed)
        self.nginx: Nginx | None = None
        self.redis = redis
        url = redis.url if redis is not None else None
        names = [f"replica-{number}" for number in range(1, replica_count + 1)]
        self.replicas = [Replica(name, folder, database, url, files) for name in names]
        self.networks: list[Network] = []
        self._model_log = ModelLog(folder / "calls.jsonl")

    @property
    def ports(self) -> list[int]:
        return [replica.port for replica in self.replicas]

    @property
    def answers(self) -> list[tuple[str, int]]:
        """Every operation that any page asked for and got an answer to, with the HTTP status."""
        return [answer for network in self.networks for answer in network.answers]

    def network(
        self, ports: list[int] | None = None, *, head_s: float = 10.0, quiet_s: float = 45.0
    ) -> Network:
        """The way of a new page: nginx if there is one, else all replicas, beginning with a random one."""
        if ports is None:
            ports = (
                [self.nginx.port] if self.nginx is not None else self.rng.sample(self.ports, len(self.ports))
            )
        network = Network(
            ports=ports, rng=random.Random(self.rng.random()), base_delay_s=0.05, max_delay_s=1.0
        )
        network.head_s, network.quiet_s = head_s, quiet_s
        self.networks.append(network)
        return network

    def page(
        self,
        user: str,
        *,
        ports: list[int] | None = None,
        thread_id: str = "",
        handler: Handler | None = None,
        head_s: float = 10.0,
        quiet_s: float = 45.0,
    ) -> Page:
        page = Page(self.network(ports, head_s=head_s, quiet_s=quiet_s), user, self.history, handler=handler)
        page.reader.thread_id = thread_id
        return page

    def script(self, **options: Any) -> Script:
        """A new script with a marker of its own."""
        return Script(marker=uuid.UUID(int=self.rng.getrandbits(128)).hex[:12], **options)

    async def collect(self) -> None:
        """Add to the history what is stored: of every thread that a page or a message was in."""
        users = {reader.thread_id: reader.user for reader in self.history.readers if reader.thread_id}
        network = self.network(self.ports, head_s=5.0, quiet_s=20.0)
        self.history.stored = await spread(
            COLLECTORS, users.items(), lambda pair: collect(network, pair[1], pair[0])
        )
        self.history.model_calls = self._model_log.read()

    def call_count(self) -> int:
        """How often the model was called so far, by all replicas."""
        return len(self._model_log.read())

    def assert_quiet(self) -> None:
        """Fail if a replica wrote a traceback: for scenarios in which nothing that it depends on was hurt."""
        for replica in self.replicas:
            text = replica.process.log_path.read_text(errors="replace")
            at = text.find("Traceback (most recent call last)")
            assert at < 0, f"{replica.process.name} wrote\n{text[at : at + 6000]}"

    def logs(self) -> str:
        """The last lines of each replica's output, for a failure."""
        return "\n".join(
            f"--- {replica.process.name}\n{replica.process.log_tail()}" for replica in self.replicas
        )


@asynccontextmanager
async def running(
    folder: Path,
    *,
    postgres: Postgres | None = None,
    redis: Redis | None = None,
    files: str | None = None,
    replica_count: int = 2,
    with_nginx: bool = False,
    clocks_by_s: Sequence[int] = (),
    disk: Path | None = None,
    seed: int = 0,
    patience_s: float = PATIENCE_S,
) -> AsyncGenerator[Cluster]:
    """Yield a cluster that answers; everything that was started for it has ended when the block is left.

    With `files`, a URL for `MortalFiles`, its replicas take attachments, and nginx lets large ones pass.
    Without PostgreSQL its one replica keeps a SQLite file, on `disk` if that is given. With `clocks_by_s`
    each replica has a clock of its own, ahead of ours by so much.

    Raises:
        TimeoutError: the block took longer than `patience_s`, which only a scenario that hangs does.
    """
    if postgres is not None:
        database = await asyncio.to_thread(postgres.create_database, f"faults_{uuid.uuid4().hex[:10]}")
    else:
        database = f"sqlite+aiosqlite:///{disk or folder}/chat.sqlite"
    cluster = Cluster(folder, database, redis=redis, files=files, replica_count=replica_count, seed=seed)
    for replica, by_s in zip(cluster.replicas, clocks_by_s, strict=False):
        replica.clock = Clock(folder / f"{replica.process.name}.clock")
        replica.clock.set(by_s)
    # With the history of a long run, a collection would hold up this process's readers for half a second.
    gc.disable()
    try:
        await asyncio.gather(*(asyncio.to_thread(replica.start) for replica in cluster.replicas))
        if with_nginx:
            ports = cluster.ports[0], cluster.ports[-1]
            cluster.nginx = Nginx(folder, ports, max_body="1m" if files is None else "25m")
            await asyncio.to_thread(cluster.nginx.start)
        async with asyncio.timeout(patience_s):
            yield cluster
    except Exception as exc:
        exc.add_note(cluster.logs())
        raise
    finally:
        gc.enable()
        await asyncio.to_thread(_end, cluster)


def _end(cluster: Cluster) -> None:
    if cluster.nginx is not None:
        cluster.nginx.close()
    for replica in cluster.replicas:
        replica.process.kill()


async def spread(worker_count: int, jobs: Iterable[Any], work: Callable[[Any], Awaitable[T]]) -> list[T]:
    """Return what `work` made of each job, at most `worker_count` at a time, in the order of the jobs."""
    limit = asyncio.Semaphore(worker_count)

    async def one(job: Any) -> T:
        async with limit:
            return await work(job)

    return list(await asyncio.gather(*map(one, jobs)))


def assert_ended(submits: Iterable[Submit], *statuses: str) -> None:
    """Fail, with a count of all ends and their reasons, unless each message's turn ended as one of
    `statuses`.
    """
    ends = Counter((submit.status, submit.reason) for submit in submits)
    assert {status for status, _ in ends} <= set(statuses), f"turns ended as {dict(ends)}"


def gaps_s(history: History) -> list[float]:
    """The longest wait of each reader between two frames, from its first entry to its last."""
    longest: list[float] = []
    for reader in history.readers:
        times = [frame.at_s for connection in reader.connections for frame in connection.frames]
        if len(times) > 1:
            longest.append(max(after - before for before, after in pairwise(times)))
    return longest
