"""What every call book promises. The backends that run it are those of the event logs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from turnstream.eventlog.call_store import CallRecord, CallStore

CALL = CallRecord(
    thread_id="thr_1", item_id="itm_1", call_id="call_1", turn_id="turn_1", owner="ada", is_inline=True
)
OTHER = replace(CALL, item_id="itm_2", call_id="call_2", turn_id="turn_2", is_inline=False)
ANSWER = '{"result":1}'

Pass = Callable[[float], Awaitable[None]]
"""Lets so many seconds pass, for the calls that are open now."""


class CallStoreConformance:
    async def test_an_open_call_is_found_and_pending(self, calls: CallStore) -> None:
        await calls.register(CALL, timeout_s=300)
        await calls.register(OTHER, timeout_s=300)
        assert await calls.find("thr_1", "call_1") == CALL
        assert list(await calls.pending("thr_1")) == [CALL, OTHER]

    async def test_a_call_may_be_over_when_it_is_added(self, calls: CallStore, let_pass: Pass) -> None:
        answered = replace(CALL, status="answered", answer=ANSWER)
        await calls.register(answered, timeout_s=0)
        await let_pass(1)
        assert list(await calls.pending("thr_1")) == list(await calls.expire()) == []
        assert list(await calls.resolved(["turn_1"])) == [answered]

    async def test_a_call_is_found_in_its_thread_only(self, calls: CallStore) -> None:
        await calls.register(CALL, timeout_s=300)
        assert await calls.find("thr_2", "call_1") is None
        assert await calls.find("thr_1", "call_9") is None
        assert list(await calls.pending("thr_2")) == []

    async def test_of_calls_with_the_same_id_the_pending_one_is_found(self, calls: CallStore) -> None:
        pending = replace(CALL, item_id="itm_2")
        for call in CALL, pending, replace(CALL, item_id="itm_3"):
            await calls.register(call, timeout_s=300)
        for item_id in "itm_1", "itm_3":
            await calls.resolve(replace(CALL, item_id=item_id), "answered", ANSWER)
        assert await calls.find("thr_1", "call_1") == pending

    async def test_of_calls_with_the_same_id_that_of_the_item_is_found(self, calls: CallStore) -> None:
        first, second = CALL, replace(CALL, item_id="itm_2", turn_id="turn_2")
        for call in first, second:
            await calls.register(call, timeout_s=300)
        answered = await calls.resolve(first, "answered", ANSWER)
        assert await calls.find("thr_1", "call_1", "itm_1") == answered
        assert await calls.find("thr_1", "call_1", "itm_2") == second
        assert await calls.find("thr_1", "call_1", "itm_9") is None

    async def test_of_settled_calls_with_the_same_id_the_last_one_is_found(self, calls: CallStore) -> None:
        for item_id, timeout_s in ("itm_1", 300), ("itm_2", 301):
            call = replace(CALL, item_id=item_id)
            await calls.register(call, timeout_s=timeout_s)
            await calls.resolve(call, "answered", ANSWER)
        found = await calls.find("thr_1", "call_1")
        assert found is not None
        assert found.item_id == "itm_2"

    async def test_opening_a_call_again_changes_nothing(self, calls: CallStore) -> None:
        await calls.register(CALL, timeout_s=300)
        assert await calls.claim(CALL)
        resolved = await calls.resolve(CALL, "answered", ANSWER)
        await calls.register(CALL, timeout_s=300)
        assert await calls.find("thr_1", "call_1") == resolved
        assert not await calls.claim(CALL)

    async def test_a_call_is_granted_once_ever(self, calls: CallStore) -> None:
        await calls.register(CALL, timeout_s=300)
        granted = await asyncio.gather(*(calls.claim(CALL) for _ in range(8)))
        assert sorted(granted) == [False] * 7 + [True]
        assert not await calls.claim(CALL)

    async def test_who_was_granted_a_call_is_granted_it_again(self, calls: CallStore) -> None:
        await calls.register(CALL, timeout_s=300)
        granted = await asyncio.gather(
            *(calls.claim(CALL, claim_id) for claim_id in ("mine", "theirs", "mine"))
        )
        assert granted in ([True, False, True], [False, True, False])
        winner = "mine" if granted[0] else "theirs"
        assert await calls.claim(CALL, winner)
        assert not await calls.claim(CALL, "another")
        assert not await calls.claim(CALL)

    async def test_a_call_that_is_over_is_not_granted(self, calls: CallStore, let_pass: Pass) -> None:
        for call in CALL, OTHER:
            await calls.register(call, timeout_s=300)
        await calls.resolve(CALL, "superseded")
        assert not await calls.claim(CALL)
        await let_pass(301)
        assert not await calls.claim(OTHER)

    async def test_a_call_that_never_was_is_not_granted(self, calls: CallStore) -> None:
        assert not await calls.claim(CALL)

    async def test_the_first_answer_counts_and_is_told_to_all(self, calls: CallStore) -> None:
        await calls.register(CALL, timeout_s=300)
        answers = [f'{{"result":{number}}}' for number in range(8)]
        resolved = await asyncio.gather(*(calls.resolve(CALL, "answered", answer) for answer in answers))
        assert len({call.answer for call in resolved}) == 1
        assert resolved[0].status == "answered"
        assert resolved[0].answer in answers
        assert await calls.resolve(CALL, "superseded") == resolved[0]
        assert await calls.find("thr_1", "call_1") == resolved[0]
        assert list(await calls.pending("thr_1")) == []

    async def test_an_answer_and_a_new_message_at_once_agree_on_what_came_of_the_call(
        self, calls: CallStore
    ) -> None:
        await calls.register(CALL, timeout_s=300)
        one, two = await asyncio.gather(
            calls.resolve(CALL, "superseded"), calls.resolve(CALL, "answered", ANSWER)
        )
        assert one == two
        assert (one.status, one.answer) in {("superseded", None), ("answered", ANSWER)}

    async def test_an_answer_in_time_counts(self, calls: CallStore, let_pass: Pass) -> None:
        await calls.register(CALL, timeout_s=300)
        await let_pass(299)
        assert (await calls.resolve(CALL, "answered", ANSWER)).status == "answered"

    async def test_a_late_answer_expires_the_call(self, calls: CallStore, let_pass: Pass) -> None:
        await calls.register(CALL, timeout_s=300)
        await let_pass(301)
        late = await calls.resolve(CALL, "answered", ANSWER)
        assert (late.status, late.answer) == ("expired", None)
        assert await calls.find("thr_1", "call_1") == late

    async def test_a_late_call_can_still_be_superseded(self, calls: CallStore, let_pass: Pass) -> None:
        await calls.register(CALL, timeout_s=300)
        await let_pass(301)
        assert (await calls.resolve(CALL, "superseded")).status == "superseded"

    async def test_calls_whose_deadline_is_over_expire_once(self, calls: CallStore, let_pass: Pass) -> None:
        await calls.register(CALL, timeout_s=300)
        assert list(await calls.expire()) == []
        await let_pass(301)
        await calls.register(OTHER, timeout_s=300)
        assert list(await calls.expire()) == [replace(CALL, status="expired")]
        assert list(await calls.expire()) == []
        assert list(await calls.pending("thr_1")) == [OTHER]

    async def test_an_answered_call_does_not_expire(self, calls: CallStore, let_pass: Pass) -> None:
        await calls.register(CALL, timeout_s=300)
        await calls.resolve(CALL, "answered", ANSWER)
        await let_pass(301)
        assert list(await calls.expire()) == []

    async def test_the_settled_calls_of_some_turns(self, calls: CallStore) -> None:
        for call in CALL, OTHER, replace(CALL, item_id="itm_3", turn_id="turn_3"):
            await calls.register(call, timeout_s=300)
        await calls.resolve(CALL, "answered", ANSWER)
        await calls.resolve(OTHER, "answered", ANSWER)
        assert [call.item_id for call in await calls.resolved({"turn_1", "turn_3"})] == ["itm_1"]
        assert list(await calls.resolved(())) == []

    async def test_a_dropped_thread_has_no_calls(self, calls: CallStore) -> None:
        elsewhere = replace(CALL, thread_id="thr_2")
        for call in CALL, OTHER, elsewhere:
            await calls.register(call, timeout_s=300)
        await calls.drop("thr_1")
        assert list(await calls.pending("thr_1")) == []
        assert await calls.find("thr_1", "call_1") is None
        assert not await calls.claim(CALL)
        assert await calls.resolve(CALL, "answered", ANSWER) == replace(CALL, status="superseded")
        assert await calls.find("thr_2", "call_1") == elsewhere
