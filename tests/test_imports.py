"""Heavy libraries are loaded where they are used."""

import subprocess
import sys
from types import ModuleType

import pytest

import turnstream.eventlog
import turnstream.store

HEAVY = {"aiohttp", "alembic", "obstore", "redis", "sqlalchemy"}


def loaded_by(code: str) -> set[str]:
    print_them = f"{code}\nimport sys\nprint(*{HEAVY} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", print_them], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["turnstream.server", "turnstream.http", "turnstream.types", "turnstream.store"]
)
def test_an_app_without_a_database_loads_none(module: str) -> None:
    assert loaded_by(f"import {module}") == set()


def test_a_server_in_memory_loads_none() -> None:
    code = (
        "from turnstream.server import ChatKitServer\n"
        "from turnstream.store import MemoryStore\n"
        "class Server(ChatKitServer):\n"
        "    def respond(self, thread, input_user_message, context): ...\n"
        "Server(MemoryStore())"
    )
    assert loaded_by(code) == set()


def test_a_store_in_sqlite_loads_what_it_needs() -> None:
    code = "from turnstream.store import SqlStore; SqlStore('sqlite://')"
    assert loaded_by(code) == {"sqlalchemy"}


@pytest.mark.parametrize("module", [turnstream.eventlog, turnstream.store])
def test_what_is_loaded_late_is_there_under_its_name(module: ModuleType) -> None:
    assert all(getattr(module, name) is not None for name in module.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = module.nothing
