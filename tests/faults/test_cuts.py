"""Connections are cut at random bytes: in a head, in a frame, in a character."""

import random
from pathlib import Path

import pytest

from tests.faults.cluster import assert_ended, running, spread
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.proxy import proxied, random_cuts
from tests.faults.results import Numbers
from tests.services import Postgres

CUTS_PER_TURN = 10
BELOW_BYTE = 1500


@pytest.mark.scenario("b", "connections cut at random bytes")
@pytest.mark.needs("initdb", "nginx")
@pytest.mark.parametrize("with_nginx", [False, True], ids=["direct", "through nginx"])
async def test_every_byte_arrives_once_whatever_is_cut(
    with_nginx: bool,
    tmp_path: Path,
    postgres: Postgres,
    size: Size,
    seed: int,
    rng: random.Random,
    numbers: Numbers,
) -> None:
    turn_count = size.pick(6, 100)
    async with running(tmp_path, postgres=postgres, with_nginx=with_nginx, seed=seed) as cluster:

        async def turn(number: int) -> int:
            target = cluster.nginx.port if cluster.nginx else rng.choice(cluster.ports)
            plans = random_cuts(rng, count=CUTS_PER_TURN, below_byte=BELOW_BYTE)
            async with proxied(target, plans) as proxy:
                page = cluster.page(f"user-{number}", ports=[proxy.port])
                await page.send(cluster.script(token_count=200, delay_s=0.01))
                return sum(link.struck.is_set() for link in proxy.links)

        struck = sum(await spread(12, range(turn_count), turn))
        await cluster.collect()
    numbers.update(turns=turn_count, cuts=struck)
    assert struck >= turn_count * 4, "too few cuts struck to prove anything"
    assert_holds(cluster.history, seed=seed)
    cluster.assert_quiet()
    assert_ended(cluster.history.submits, "completed")
