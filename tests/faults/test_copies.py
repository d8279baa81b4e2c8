"""The same request arrives several times: the client, a proxy or a person repeated it."""

import asyncio
import random
import uuid
from pathlib import Path

import pytest

from tests.faults.cluster import assert_ended, running, spread
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.proxy import proxied, random_cuts
from tests.faults.results import Numbers
from tests.services import Postgres


@pytest.mark.scenario("r", "one key sent 2 to 5 times at once, to two replicas")
@pytest.mark.needs("initdb")
async def test_copies_of_a_request_are_one_message_and_one_model_call(
    tmp_path: Path, postgres: Postgres, size: Size, seed: int, rng: random.Random, numbers: Numbers
) -> None:
    key_count = size.pick(12, 1000)
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:

        async def one_key(number: int) -> None:
            key, script = (
                str(uuid.UUID(int=rng.getrandbits(128))),
                cluster.script(token_count=8, delay_s=0.005),
            )

            async def copy(_: int) -> None:
                # A third loses its answer.
                cuts = random_cuts(rng, count=rng.choice((0, 0, 1)), below_byte=900)
                async with proxied(rng.choice(cluster.ports), cuts) as proxy:
                    await cluster.page(f"user-{number}", ports=[proxy.port]).send(script, key=key)

            await asyncio.gather(*map(copy, range(rng.randint(2, 5))))

        await spread(5, range(key_count), one_key)
        await cluster.collect()
    numbers.update(
        keys=key_count, copies=len(cluster.history.submits), calls=len(cluster.history.model_calls)
    )
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()
    assert_ended(cluster.history.submits, "completed")
    assert len(cluster.history.model_calls) == key_count


@pytest.mark.scenario("r", "one key with another body")
@pytest.mark.needs("initdb")
async def test_a_key_with_another_body_is_refused(tmp_path: Path, postgres: Postgres, seed: int) -> None:
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:
        key = str(uuid.uuid4())
        first = cluster.page("ann")
        await first.send(cluster.script(token_count=3), key=key)
        other = cluster.page("ann", thread_id=first.thread_id)
        refused = await other.send(cluster.script(token_count=3), key=key)
        stranger = await cluster.page("bob").send(cluster.script(token_count=3), key=key)
        cluster.history.submits.remove(refused)
        stranger.key += " of bob"  # keys are each person's own
        await cluster.collect()
    assert refused.status == "refused"
    assert refused.http_statuses == [422]
    assert stranger.status == "completed"
    assert_holds(cluster.history, seed=seed)
    assert len(cluster.history.model_calls) == 2
