"""What every attachment store of ours does with files."""

import asyncio
import os
import stat
import threading
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.attachments.conftest import S3_SETTINGS, bucket, files_in
from turnstream.attachments import (
    DiskAttachmentStore,
    HostedAttachmentStore,
    ObjectAttachmentStore,
    disk,
)
from turnstream.store import NotFoundError, StorageError, default_generate_id

SIX_MIB = bytes(range(256)) * (6 * 4096)


def modes_in(folder: Path) -> set[str]:
    """The modes of a folder and of all that is in it."""
    return {f"{stat.S_IMODE(path.stat().st_mode):o}" for path in (folder, *folder.rglob("*"))}


def new_id() -> str:
    return default_generate_id("attachment")


async def pieces(data: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def broken() -> AsyncIterator[bytes]:
    yield SIX_MIB
    raise RuntimeError("the connection is gone")


@pytest.mark.parametrize("data", [b"", b"x", b"hello" * 20_000, SIX_MIB], ids=["0", "1", "100k", "6M"])
async def test_a_file_comes_back_as_it_was(files: HostedAttachmentStore[Any], data: bytes) -> None:
    name = new_id()
    await files.write_file(name, pieces(data))
    assert await files.size_of(name) == len(data)
    assert await files.read(name) == data


async def test_parts_of_a_file_are_read(files: HostedAttachmentStore[Any]) -> None:
    name = new_id()
    await files.write_file(name, pieces(SIX_MIB))
    for start, end in [(0, 1), (5, 9), (1_000_000, 1_700_001), (len(SIX_MIB) - 3, None), (7, 7)]:
        part = b"".join([piece async for piece in files.read_file(name, start, end)])
        assert part == SIX_MIB[start:end]


async def test_a_file_that_does_not_arrive_leaves_nothing(files: HostedAttachmentStore[Any]) -> None:
    name = new_id()
    with pytest.raises(RuntimeError, match="the connection is gone"):
        await files.write_file(name, broken())
    with pytest.raises(NotFoundError):
        await files.size_of(name)
    await files.write_file(name, pieces(b"again"))
    assert await files.read(name) == b"again"


async def test_a_file_is_not_written_twice(files: HostedAttachmentStore[Any]) -> None:
    name = new_id()
    await files.write_file(name, pieces(b"first"))
    with pytest.raises(FileExistsError):
        await files.write_file(name, pieces(b"second"))
    assert await files.read(name) == b"first"


async def test_a_deleted_file_is_gone_and_may_be_deleted_again(files: HostedAttachmentStore[Any]) -> None:
    name = new_id()
    await files.write_file(name, pieces(b"x"))
    await files.delete_attachment(name, None)
    await files.delete_attachment(name, None)
    for read in (files.read(name), files.size_of(name)):
        with pytest.raises(NotFoundError):
            await read


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "a", "atc_1/../../x", "atc_12345678\0", ".hidden_file"]
)
async def test_an_id_that_is_no_name_of_a_file_is_refused(
    files: HostedAttachmentStore[Any], name: str
) -> None:
    with pytest.raises(ValueError, match="change generate_attachment_id"):
        await files.write_file(name, pieces(b"x"))
    with pytest.raises(ValueError, match="change generate_attachment_id"):
        await files.read(name)


async def test_of_two_that_write_one_file_on_disk_one_is_refused(tmp_path: Path) -> None:
    files = DiskAttachmentStore[Any](tmp_path)
    name = new_id()
    written = [b"a" * 100_000, b"b" * 100_000]
    results = await asyncio.gather(
        *(files.write_file(name, pieces(data, 1000)) for data in written), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["FileExistsError", "NoneType"]
    assert await files.read(name) in written
    assert files_in(tmp_path) == [name]


async def test_a_cancelled_writer_leaves_nothing_on_disk(tmp_path: Path) -> None:
    files = DiskAttachmentStore[Any](tmp_path)
    has_begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 100_000
        has_begun.set()
        await asyncio.Event().wait()

    writer = asyncio.create_task(files.write_file(new_id(), slow()))
    await has_begun.wait()
    writer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writer
    assert files_in(tmp_path) == []


async def test_many_files_are_written_in_few_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, threads = DiskAttachmentStore[Any](tmp_path), set[int]()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        threads.add(threading.get_ident())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    await asyncio.gather(*(files.write_file(new_id(), pieces(b"x")) for _ in range(20)))
    assert 1 <= len(threads) <= disk.THREADS


async def test_a_file_goes_to_the_disk_bit_by_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [0]
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode):
            sizes.append(status.st_size)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    await DiskAttachmentStore[Any](tmp_path).write_file(new_id(), pieces(SIX_MIB))
    assert sizes[-1] == len(SIX_MIB)
    assert max(later - earlier for earlier, later in pairwise(sizes)) <= disk.FLUSH_BYTES


async def test_what_a_killed_process_left_unfinished_goes_after_a_day(tmp_path: Path) -> None:
    folder = tmp_path / "unfinished"
    folder.mkdir()
    old, new = folder / "atc_old", folder / "atc_new"
    for path in (old, new):
        path.write_bytes(b"half")
    a_day_ago = time.time() - 25 * 3600
    os.utime(old, (a_day_ago, a_day_ago))
    await DiskAttachmentStore[Any](tmp_path).write_file(new_id(), pieces(b"x"))
    assert [path.name for path in folder.iterdir()] == ["atc_new"]


async def test_files_on_disk_are_their_users_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files = DiskAttachmentStore[Any](tmp_path / "files")
        await files.write_file(new_id(), pieces(b"x"))
    finally:
        os.umask(before)
    assert modes_in(tmp_path / "files") == {"700", "600"}


async def test_a_folder_that_is_none_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    with pytest.raises(StorageError, match="files cannot be stored or read"):
        await DiskAttachmentStore[Any](tmp_path / "files").write_file(new_id(), pieces(b"x"))


async def test_a_bucket_that_is_not_there_is_a_storage_error(s3: str) -> None:
    settings: Any = {**S3_SETTINGS, "endpoint": s3}
    with pytest.raises(StorageError, match="the object storage failed"):
        await ObjectAttachmentStore[Any]("s3://none", **settings).write_file(new_id(), pieces(b"x"))


async def test_files_of_two_prefixes_are_apart(s3: str) -> None:
    name = new_id()
    await bucket(s3, "/a").write_file(name, pieces(b"a"))
    with pytest.raises(NotFoundError):
        await bucket(s3, "/b").read(name)


def test_first_mistakes_are_said() -> None:
    wrong: Any = 5
    with pytest.raises(TypeError, match="url must be text, such as 's3://bucket/prefix'"):
        ObjectAttachmentStore(wrong)
    with pytest.raises(ValueError, match="'ftp://host' with these settings is no object storage"):
        ObjectAttachmentStore("ftp://host")
    with pytest.raises(TypeError, match="allowed_types must be several types"):
        DiskAttachmentStore("files", allowed_types="image/png")
    with pytest.raises(ValueError, match="allowed_types has 'image/\\*'"):
        DiskAttachmentStore("files", allowed_types={"image/*"})
