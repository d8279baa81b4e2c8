"""Servers that stand for a model; see `model_server` and `scripted_server` for what each can do."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from agents import set_tracing_disabled

from tests.agents.servers.model_server import ModelServer, ModelServerMissingError

set_tracing_disabled(
    True
)  # also builds the SDK's tracing now: it reads files, and would do so in the first run


@pytest.fixture(scope="session")
def model_server() -> Iterator[ModelServer]:
    """One for all tests of bridges: they tell their requests apart by what they say."""
    with closing(ModelServer()) as server:
        try:
            server.start()
        except ModelServerMissingError as exc:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(str(exc))
        yield server
