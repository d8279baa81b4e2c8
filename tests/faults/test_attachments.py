"""Two replicas keep files in S3, and one is killed at every point between an upload and its answer."""

import asyncio
import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.attachments.conftest import s3
from tests.faults.client import Page
from tests.faults.cluster import Cluster, Replica, assert_ended, running, spread
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.http1 import BrokenAnswerError, post
from tests.faults.mortal import SECOND_PART_BYTES
from tests.faults.record import Submit
from tests.faults.results import Numbers
from tests.faults.uploads import (
    Bucket,
    Person,
    Watch,
    forget_withdrawn,
    named_files,
    ports,
    records,
    wait_until_no_turn_runs,
    watching,
)
from tests.services import Postgres

__all__ = ["s3"]

UPLOADING = ("attachment announced", "first bytes", "second part", "file written", "record complete")
UPLOADED = "between upload and message"
SENDING = ("attachment with its thread", "message stored")
ACCEPTED = "message accepted"
PEOPLE = 3
TOKENS = 10
LASTING = 500
SMALL_BYTES, LARGE_BYTES = (20_000, 300_000), (SECOND_PART_BYTES + 100_000, SECOND_PART_BYTES + 4_000_000)
UNSENT_DAYS = 2


@dataclass(frozen=True, slots=True)
class Kill:
    """When a replica dies, and whether those whom it hits try again."""

    point: str
    is_patient: bool = True

    @property
    def is_of_upload(self) -> bool:
        return self.point in UPLOADING or self.point == UPLOADED


KILLS = [
    *(Kill(point) for point in UPLOADING),
    Kill(UPLOADED),
    *(Kill(point, is_patient) for point in (*SENDING, ACCEPTED) for is_patient in (True, False)),
]


@dataclass(slots=True)
class Run:
    """What all trials of a run add to."""

    cluster: Cluster
    watch: Watch
    people: list[Person] = field(default_factory=list[Person])
    attached: dict[str, str] = field(default_factory=dict[str, str])
    """By user, the attachment with which a message was sent."""
    sending: list[asyncio.Task[Submit]] = field(default_factory=list[asyncio.Task[Submit]])

    def arrive(self, kill: Kill, victim: Replica) -> list[Person]:
        """Return new people; the first one's upload goes to the victim, if it is to die of one."""
        rng, found = self.cluster.rng, list[Person]()
        for number in range(PEOPLE):
            is_large = number == 0 and kill.point == "second part"
            size = rng.randint(*(LARGE_BYTES if is_large else SMALL_BYTES))
            user = f"user-{len(self.people) + len(found)}"
            ways = rng.sample(ports(self.cluster), 3)
            if number == 0 and kill.is_of_upload:
                ways = [victim.port, *(way for way in ways if way != victim.port)]
            strategy = rng.choice(("two_phase", "direct"))
            found.append(Person(user=user, data=Person.content(user, size), strategy=strategy, ports=ways))
            self.watch.add(found[-1])
        self.people += found
        return found

    def send(self, person: Person, attachment_id: str, first: Replica, token_count: int) -> Page:
        """Send a message with the file, to `first` as long as that lives."""
        others = [port for port in self.cluster.ports if port != first.port]
        page = self.cluster.page(person.user, ports=[first.port, *others])
        script = self.cluster.script(token_count=token_count, delay_s=0.02)
        self.attached[person.user] = attachment_id
        self.sending.append(asyncio.create_task(page.send(script, attachments=[attachment_id])))
        return page


async def end_and_start(victim: Replica) -> None:
    """Wait until it has killed itself, then start it again."""
    code = await asyncio.to_thread(victim.process.wait)
    assert code == -signal.SIGKILL
    await asyncio.to_thread(victim.start)


async def kill_and_start(victim: Replica) -> None:
    await asyncio.to_thread(victim.process.kill)
    await asyncio.to_thread(victim.start)


async def trial(run: Run, kill: Kill) -> None:
    """New people upload and send, and a replica dies on the way of the first one."""
    victim, other = run.cluster.rng.sample(run.cluster.replicas, 2)
    people = run.arrive(kill, victim)
    if kill.point in UPLOADING:
        victim.deaths.arm(kill.point)
        reviving = asyncio.create_task(end_and_start(victim))
        ids = await asyncio.gather(*(person.upload() for person in people))
        await reviving
    else:
        ids = await asyncio.gather(*(person.upload() for person in people))
    if kill.point == UPLOADED:
        run.send(people[0], ids[0], other, TOKENS)
        await kill_and_start(victim)
    elif kill.is_of_upload:
        run.send(people[0], ids[0], other, TOKENS)
    else:
        await send_to(run, kill, victim, people[0], ids[0])
    for person, attachment_id in zip(people[1:-1], ids[1:-1], strict=True):
        run.send(person, attachment_id, run.cluster.rng.choice([victim, other]), TOKENS)
    # The last one goes away without a message.


async def send_to(run: Run, kill: Kill, victim: Replica, person: Person, attachment_id: str) -> None:
    """Let the victim die of a message, and its sender go away with it unless patient."""
    if kill.point in SENDING:
        victim.deaths.arm(kill.point)
    page = run.send(person, attachment_id, victim, LASTING if kill.point == ACCEPTED else TOKENS)
    if kill.point in SENDING:
        await asyncio.to_thread(victim.process.wait)
    else:
        await page.entry_seen.wait()
        await asyncio.to_thread(victim.process.kill)
    if not kill.is_patient:
        run.sending[-1].cancel()
        await asyncio.wait([run.sending[-1]])
    await asyncio.to_thread(victim.start)


async def sweep(cluster: Cluster, rng: random.Random) -> None:
    """Sweep as two days later: a replica dies between a file and its record, and all sweep at once."""
    victim = rng.choice(cluster.replicas)
    victim.deaths.arm("file deleted")
    with pytest.raises(BrokenAnswerError):
        await ask_to_sweep(victim.port)
    await end_and_start(victim)
    await asyncio.gather(*map(ask_to_sweep, cluster.ports))


async def ask_to_sweep(port: int) -> None:
    async with post(port, f"/sweep?days={UNSENT_DAYS}", {}, {}, head_s=120.0) as answer:
        assert answer.status == 200, await answer.body()


async def named_by_messages(run: Run) -> dict[str, str]:
    """By attachment, its owner, of those that stored messages name."""

    async def of(person: Person) -> list[tuple[str, str]]:
        page = run.cluster.page(person.user)
        return [(each, person.user) for each in await named_files(page)]

    return dict(pair for pairs in await spread(8, run.people, of) for pair in pairs)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What there is after the sweep. `named`, `records` are attachments with their owners."""

    named: dict[str, str]
    """Those of stored messages."""
    records: dict[str, str]
    before: set[str]
    """The objects in the bucket before the sweep."""
    stored: set[str]
    unfinished: set[str]
    """Those of which the bucket has parts that a dead process sent, for its lifecycle rule to delete."""
    served: set[tuple[str, int]]
    """Each attachment of a message, with every status that a replica or nginx answered."""


async def outcome_of(run: Run, postgres: Postgres, bucket: Bucket) -> Outcome:
    """Let all turns end, sweep, and look everywhere."""
    cluster = run.cluster
    await asyncio.gather(*run.sending, return_exceptions=True)
    await wait_until_no_turn_runs(postgres, cluster)
    named = await named_by_messages(run)
    before = await bucket.objects()
    await sweep(cluster, cluster.rng)
    return Outcome(
        named=named,
        records={attachment_id: owner for owner, attachment_id, _ in await records(postgres, cluster)},
        before=before,
        stored=await bucket.objects(),
        unfinished=await bucket.unfinished(),
        served={
            (attachment_id, await run.watch.look(port, owner, attachment_id))
            for attachment_id, owner in named.items()
            for port in ports(cluster)
        },
    )


@pytest.mark.scenario("f", "one of two replicas with files in S3 killed around uploads and messages")
@pytest.mark.needs("initdb", "nginx")
async def test_a_file_of_a_message_is_kept_and_any_other_is_swept(
    tmp_path: Path, postgres: Postgres, s3: str, size: Size, seed: int, numbers: Numbers
) -> None:
    url = f"{s3}/files/{tmp_path.name}"
    kills = KILLS * size.pick(1, 6)
    async with running(tmp_path, postgres=postgres, files=url, with_nginx=True, seed=seed) as cluster:
        cluster.rng.shuffle(kills)
        async with watching(postgres, cluster) as watch:
            run = Run(cluster, watch)
            for kill in kills:
                await trial(run, kill)
            found = await outcome_of(run, postgres, Bucket(url))
        await forget_withdrawn(postgres, cluster)
        await cluster.collect()
    answers = sum((person.statuses for person in run.people), Counter[int]())
    numbers.update({"kills": len(kills) + 1, "files": len(found.before), "in messages": len(found.named)})
    numbers.update(
        {
            "swept": len(found.before - found.stored),
            "uploads again": answers.total() - answers[200],
            "with parts left": len(found.unfinished),
            "looks": watch.whole_count,
        }
    )
    ended = [task.result() for task in run.sending if not task.cancelled()]
    assert_ended(ended, "completed", "interrupted")
    assert {run.attached[submit.user] for submit in ended} <= set(found.named)
    assert watch.wrong == []
    assert found.records == found.named
    assert found.stored == set(found.named)
    assert found.served == {(attachment_id, 200) for attachment_id in found.named}
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()
