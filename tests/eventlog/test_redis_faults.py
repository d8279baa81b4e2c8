"""Redis misbehaves at random while turns are written and followed: every reader has every frame, once, in
order.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.eventlog.conformance import LAST
from tests.services import Redis
from turnstream.eventlog import LogReader, Position, SqlEventLog, TurnWriter
from turnstream.eventlog.redis import RedisEventLog

pytestmark = pytest.mark.needs("redis-server")

FAULTS: list[Callable[[Redis], str]] = [
    lambda redis: redis.say("FLUSHALL"),
    lambda redis: redis.say("CONFIG", "SET", "maxmemory", "1mb"),
    lambda redis: redis.say("CONFIG", "SET", "maxmemory", "0"),
    lambda redis: redis.say("CLIENT", "KILL", "TYPE", "normal"),
    lambda redis: redis.say("XTRIM", "turnstream:turn_0", "MAXLEN", "1"),
    lambda redis: redis.say("DEL", "turnstream:turn_1"),
]


async def follow(log: SqlEventLog, thread_id: str) -> list[bytes]:
    """Read a thread to its end, over as many readers as it takes; a position that is gone fails."""
    frames: list[bytes] = []
    position: Position | None = None
    reader: LogReader | None = None
    while reader is None or reader.must_reattach:
        reader = await log.read(thread_id, position)
        while batch := await reader.next():
            frames += batch
        position = reader.position
    return frames


async def say(writer: TurnWriter, chance: Random) -> list[bytes]:
    frames = [
        b"%s %d" % (writer.turn_id.encode(), writer.seq + 1 + number) + b"." * chance.choice([0, 20, 3000])
        for number in range(chance.randrange(4))
    ]
    for frame in frames:
        writer.append(frame)
    if writer.is_congested:
        await writer.commit()
    return frames


@pytest.mark.parametrize("seed", range(6))
async def test_readers_here_and_elsewhere_have_every_frame_once(
    seed: int, own_redis: Redis, tmp_path: Path
) -> None:
    chance = Random(seed)
    logs = [RedisEventLog(own_redis.url, f"sqlite:///{tmp_path / 'chat.sqlite'}") for _ in range(2)]
    writers = [await logs[0].begin(f"thr_{number}", f"turn_{number}") for number in range(3)]
    said: dict[str, list[bytes]] = {writer.thread_id: [] for writer in writers}
    following = [
        (writer.thread_id, asyncio.ensure_future(follow(log, writer.thread_id)))
        for writer in writers
        for log in logs
    ]
    for _ in range(120):
        for writer in writers:
            said[writer.thread_id] += await say(writer, chance)
        if chance.random() < 0.1:
            chance.choice(FAULTS)(own_redis)
        await asyncio.sleep(chance.choice([0, 0.001, 0.01, 0.04]))
    for writer in writers:
        await writer.end("completed", LAST)
    for thread_id, reading in following:
        assert await reading == [*said[thread_id], LAST]
    for log in logs:
        await log.close()
