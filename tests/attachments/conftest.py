"""The attachment stores that are tested: a folder, and a bucket of a server that speaks S3."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.services import START_S, free_port
from turnstream.attachments import DiskAttachmentStore, HostedAttachmentStore, ObjectAttachmentStore

S3_SETTINGS = {
    "region": "us-east-1",
    "access_key_id": "test",
    "secret_access_key": "test",
    "client_options": {"allow_http": True},
}


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 server with the bucket `files`."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_S
        while not has_bucket(address):
            assert server.poll() is None, "the S3 server has ended"
            assert time.monotonic() < deadline, f"the S3 server has not started within {START_S} s"
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def has_bucket(address: str) -> bool:
    """Whether the server runs, and has made its bucket."""
    try:
        urlopen(Request(f"{address}/files", method="PUT"), timeout=START_S).close()
    except (URLError, ConnectionError):
        return False
    return True


def bucket(address: str, prefix: str = "") -> ObjectAttachmentStore[Any]:
    settings: Any = {**S3_SETTINGS, "endpoint": address}
    return ObjectAttachmentStore(f"s3://files{prefix}", **settings)


@pytest.fixture(params=["disk", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> HostedAttachmentStore[Any]:
    if request.param == "disk":
        return DiskAttachmentStore(tmp_path / "files")
    return bucket(request.getfixturevalue("s3"), f"/{tmp_path.name}")


def files_in(folder: Path) -> list[str]:
    """The names of all files in a folder and those in it."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
