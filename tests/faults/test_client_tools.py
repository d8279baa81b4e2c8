"""Client tools whose page answers never, twice, late, after a reload, or in two tabs."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.client import Page, RefusedError
from tests.faults.cluster import Cluster, assert_ended, running, spread
from tests.faults.conftest import Size
from tests.faults.history import assert_holds
from tests.faults.model import Script, Tool
from tests.faults.results import Numbers
from tests.services import Postgres

TIMEOUT_S = 1.5
EXPIRED_S = 20.0
"""Far more than the second after its deadline within which a call has expired on a quiet machine."""
Trial = Callable[[Cluster, Script, str], Awaitable[None]]


async def answers(item: dict[str, Any]) -> Any:
    return {"seen": item["name"]}


class Note:
    """A handler that notes the call's id and leaves the answer to the test."""

    def __init__(self) -> None:
        self.call_id = ""
        self.called = asyncio.Event()

    async def __call__(self, item: dict[str, Any]) -> Any:
        self.call_id = item["call_id"]
        self.called.set()
        return await asyncio.get_running_loop().create_future()


async def promptly(cluster: Cluster, script: Script, user: str) -> None:
    submit = await cluster.page(user, handler=answers).send(script)
    assert submit.status == "completed"


async def not_at_all(cluster: Cluster, script: Script, user: str) -> None:
    """The call expires, the model is told, and the thread is usable."""
    note = Note()
    page = cluster.page(user, handler=note)
    sending = asyncio.create_task(send_and_leave_tools(page, script))
    await note.called.wait()
    began = time.monotonic()
    await sending
    assert page.status == "completed"
    assert time.monotonic() - began <= EXPIRED_S
    with pytest.raises(RefusedError, match="expired"):
        await post_result(page, note.call_id, {"late": True})
    await page.leave()


async def twice(cluster: Cluster, script: Script, user: str) -> None:
    """The same answer again is welcome, another one is not."""
    note = Note()
    page = cluster.page(user, handler=note)
    sending = asyncio.create_task(send_and_leave_tools(page, script))
    await note.called.wait()
    await asyncio.gather(*(post_result(page, note.call_id, {"n": 1}) for _ in range(2)))
    with pytest.raises(RefusedError, match="already_answered"):
        await post_result(page, note.call_id, {"n": 2})
    await sending
    assert page.status == "completed"
    await page.leave()


async def after_a_reload(cluster: Cluster, script: Script, user: str) -> None:
    """The page that ran the handler is gone: no other one runs it again, and the turn ends without its
    result.
    """
    note = Note()
    page = cluster.page(user, handler=note)
    sending = asyncio.create_task(page.send(script))
    await note.called.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await page.leave()
    status = await cluster.page(user, handler=answers, thread_id=page.thread_id).follow()
    next(submit for submit in cluster.history.submits if submit.script is script).status = status


async def in_two_tabs(cluster: Cluster, script: Script, user: str) -> None:
    """Both tabs see the call; one runs its handler; both see the end."""
    page = cluster.page(user, handler=answers)
    page.entry_seen.clear()
    sending = asyncio.create_task(page.send(script))
    await page.entry_seen.wait()
    tabs = [cluster.page(user, handler=answers, thread_id=page.thread_id) for _ in range(2)]
    await asyncio.gather(sending, *(tab.follow() for tab in tabs))
    assert {page.status, *(tab.status for tab in tabs)} == {"completed"}


async def send_and_leave_tools(page: Page, script: Script) -> None:
    """Send, and follow the turn without waiting for the page's handlers."""
    await page.send(script, waits_for_tools=False)


async def post_result(page: Page, call_id: str, result: Any) -> None:
    """Post a result as the answer to a call that the turn waits for."""
    answer = await page.call(
        "threads.add_client_tool_output", thread_id=page.thread_id, call_id=call_id, result=result
    )
    assert answer == {"status": "accepted"}


@pytest.mark.scenario("k", "client tools")
@pytest.mark.needs("initdb")
@pytest.mark.parametrize(
    ("trial", "tool"),
    [
        (promptly, "inline"),
        (promptly, "reenter"),
        (not_at_all, "inline"),
        (twice, "inline"),
        (after_a_reload, "inline"),
        (in_two_tabs, "inline"),
        (in_two_tabs, "reenter"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
async def test_a_handler_runs_once_and_the_turn_ends(
    trial: Trial, tool: Tool, tmp_path: Path, postgres: Postgres, size: Size, seed: int, numbers: Numbers
) -> None:
    trial_count = size.pick(5, 30)
    timeout_s = TIMEOUT_S if trial in {not_at_all, after_a_reload} else 20.0
    async with running(tmp_path, postgres=postgres, seed=seed) as cluster:

        async def one(number: int) -> None:
            script = cluster.script(token_count=10, tool=tool, tool_timeout_s=timeout_s, effect_count=2)
            await trial(cluster, script, f"user-{number}")

        await spread(5, range(trial_count), one)
        await cluster.collect()
    history = cluster.history
    numbers.update(trials=trial_count, handlers=len(history.tool_runs), effects=len(history.effect_runs))
    assert_holds(history, seed=seed)
    cluster.assert_quiet()
    assert_ended(history.submits, "completed")
    assert len(history.tool_runs) == trial_count
