"""Times are aware and in UTC, whatever they are given as."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from turnstream.types import AssistantMessageItem, ThreadMetadata


@pytest.fixture
def two_hours_east() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC-2"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def thread_of(created_at: datetime | str) -> ThreadMetadata:
    return ThreadMetadata.model_validate({"id": "thr_1", "created_at": created_at})


@pytest.mark.usefixtures("two_hours_east")
def test_a_naive_time_is_local_time() -> None:
    naive = datetime(2026, 11, 22, 9, 30)  # noqa: DTZ001
    for given in (naive, "2026-11-22T09:30:00"):
        assert thread_of(given).created_at == datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


def test_an_aware_time_is_the_same_moment_in_utc() -> None:
    thread = thread_of(datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=5))))
    assert thread.created_at.tzinfo is UTC
    assert thread.model_dump_json(include={"created_at"}) == '{"created_at":"2026-11-22T04:30:00Z"}'


def test_items_have_the_same_times() -> None:
    item = AssistantMessageItem(id="m", thread_id="t", created_at=datetime.now(), content=[])  # noqa: DTZ005
    assert item.created_at.tzinfo is UTC
