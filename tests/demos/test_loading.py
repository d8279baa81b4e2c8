"""The demo answers while its agent framework is still being imported."""

import asyncio
import subprocess
import sys
import threading

from tests.server.app import ScriptedServer, create, types
from tests.server.test_streaming_operations import say_hello
from turnstream.demos.loading import LoadingServer
from turnstream.store import MemoryStore


async def test_responses_at_once_share_one_load() -> None:
    loads: list[str] = []
    go = threading.Event()

    def load() -> ScriptedServer:
        go.wait(5)
        loads.append(threading.current_thread().name)
        return ScriptedServer(say_hello)

    server = LoadingServer(MemoryStore(), load)
    creating = [asyncio.ensure_future(create(server)) for _ in range(3)]
    asyncio.get_running_loop().call_soon(go.set)
    for _, events in await asyncio.gather(*creating):
        assert types(events)[-1] == "thread.item.done"
    assert len(loads) == 1
    assert loads[0] != threading.main_thread().name
    await server.close()


def test_the_site_starts_without_the_agent_framework() -> None:
    code = "import sys, turnstream.demos.app; sys.exit('agents' in sys.modules or 'openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=1800).returncode == 0
