"""What a model gets of the files that people attach: the file, or a note that says why not.

A converter reads the files of its items within `reading_files`, one by one with `read_file`. What does not
fit is left out of the oldest messages first. A file that cannot be read becomes a note, and fails no turn.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

from turnstream.attachments import HostedAttachmentStore
from turnstream.attachments.content import media_type_of
from turnstream.attachments.current import current_files
from turnstream.redaction import logger_of
from turnstream.types import Attachment, ThreadItem, UserMessageItem

__all__ = [
    "FileKind",
    "FileLimits",
    "ModelFile",
    "attachments_of",
    "can_read_files",
    "read_file",
    "reading_files",
    "safe_name",
    "unreadable",
]

logger = logger_of("turnstream.agents")

FileKind = Literal["image", "pdf", "text", "audio"]
"""The kinds of files that models read."""

Answer = TypeVar("Answer")

MIB = 1024 * 1024

MEDIA_TYPES: dict[str, FileKind] = {
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/webp": "image",
    "application/pdf": "pdf",
    "audio/wave": "audio",
    "audio/mpeg": "audio",
    "application/json": "text",
    "application/xml": "text",
    "application/yaml": "text",
}
"""All other types are text, or no model reads them."""

FORMATS: dict[FileKind, str] = {
    "image": "pictures (PNG, JPEG, GIF, WebP)",
    "pdf": "PDF",
    "text": "text",
    "audio": "sound (WAV, MP3)",
}

NAME_CHARACTERS = 100
CHARACTER_BYTES = 4
BYTE_ORDER_MARK_BYTES = 3
SLICE_BYTES = 3 * 128 * 1024
"""Base64 of so much takes 1 ms. Of 20 MiB at once it takes 100 ms, in a thread too, since it has the GIL."""

WRAPPER_END = re.compile(r"<(\s*/\s*AttachedFile)", re.IGNORECASE)
UNSAFE_IN_NAMES = re.compile(r'[<>\[\]"]')


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """How much of a thread's files one request to the model has.

    `kinds` are those that the model reads. Few models read sound, and many refuse a request that has some.
    With base64, the default total is 32 MiB, as much as one request to most providers may have.
    """

    kinds: Collection[FileKind] = frozenset({"image", "pdf", "text"})
    max_file_bytes: int = 20 * MIB
    """For each picture, PDF and recording."""
    max_total_bytes: int = 24 * MIB
    """For all files. Those of older messages are left out first."""
    max_files: int = 50
    """Those of older messages are left out first, too."""
    max_text_characters: int = 100_000
    """For each text. The rest of a longer one is left out."""

    def __post_init__(self) -> None:
        unknown = {self.kinds} if isinstance(self.kinds, str) else set(self.kinds) - set(get_args(FileKind))
        if unknown:
            raise ValueError(
                f"kinds takes several of {', '.join(get_args(FileKind))}, as {{'image', 'text'}}, not "
                f"{sorted(map(repr, unknown))[0]}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A file that the model reads. Its name is safe within a prompt."""

    attachment_id: str
    name: str
    media_type: str
    """`image/png`, `application/pdf`, `audio/wav`, `audio/mp3` …"""
    kind: FileKind
    data: bytes = field(repr=False)
    is_cut: bool = False
    """Whether the file goes on; only texts are cut."""

    @property
    def text(self) -> str:
        """The content of a text file, between tags that the content cannot close."""
        content = WRAPPER_END.sub(r"<\\\1", self.data.decode("utf-8-sig", "replace"))
        tag = f'<AttachedFile name="{self.name}" type="{self.media_type}">'
        rest = "\n[The file goes on. Only its beginning is shown to you.]" if self.is_cut else ""
        return f"{tag}\n{content}\n</AttachedFile>{rest}"

    async def base64(self) -> str:
        """Return the content in base64, and let other tasks run between the slices of a large file."""
        slices: list[bytes] = []
        for start in range(0, len(self.data), SLICE_BYTES):
            if start:
                await asyncio.sleep(0)
            slices.append(base64.b64encode(self.data[start : start + SLICE_BYTES]))
        return b"".join(slices).decode("ascii")

    async def data_url(self) -> str:
        """Return the content as a URL: `data:image/png;base64,…`."""
        return f"data:{self.media_type};base64,{await self.base64()}"


@contextmanager
def reading_files(
    items: Iterable[ThreadItem],
    *,
    files: HostedAttachmentStore[Any] | None = None,
    limits: FileLimits | None = None,
    list_files: Callable[[ThreadItem], Sequence[Attachment]] | None = None,
) -> Generator[None]:
    """Let `read_file` read the files of items in the block; the limits apply to all of them together.

    `files` is where they are stored, by default the attachment store of the server that runs this code.
    `list_files` returns the files of an item, by default `attachments_of`.
    """
    oldest_first = [(list_files or attachments_of)(item) for item in items]
    newest_first = [attachment for attachments in reversed(oldest_first) for attachment in attachments]
    token = _reader.set(_FileReader(newest_first, files or current_files(), limits or FileLimits()))
    try:
        yield
    finally:
        _reader.reset(token)


def attachments_of(item: ThreadItem) -> Sequence[Attachment]:
    """Return what is attached to an item; only messages of users have attachments."""
    return item.attachments if isinstance(item, UserMessageItem) else ()


def can_read_files() -> bool:
    """Return whether a store of files is known here."""
    reader = _reader.get()
    return (current_files() if reader is None else reader.store) is not None


async def read_file(attachment: Attachment) -> ModelFile | str:
    """Return the file of an attachment, or a note for the model that says why it does not get it.

    A file is returned once for all items of a conversion; after that, a note says that it is attached again.
    """
    reader = _reader.get() or _FileReader((), current_files(), FileLimits())
    return await reader.read(attachment)


class _FileReader:
    """Reads the files of one conversion, each when it is asked for."""

    def __init__(
        self,
        newest_first: Sequence[Attachment],
        store: HostedAttachmentStore[Any] | None,
        limits: FileLimits,
    ) -> None:
        self._newest_first = newest_first
        self.store = store
        self._limits = limits
        self._left_bytes, self._left_files = limits.max_total_bytes, limits.max_files
        self._planned: dict[str, int | str] = {}
        """How many bytes of each file are read, or the note that replaces it."""
        self._sent: set[str] = set()

    async def read(self, attachment: Attachment) -> ModelFile | str:
        for other in [*self._newest_first, attachment]:
            if other.id not in self._planned:
                self._planned[other.id] = await self._plan(other)
        planned = self._planned[attachment.id]
        if isinstance(planned, str):
            return planned
        if attachment.id in self._sent:
            return f"[Attached again: {_label(attachment)}]"
        self._sent.add(attachment.id)
        return await self._read(attachment, planned)

    async def _plan(self, attachment: Attachment) -> int | str:
        kind = _kind(attachment)
        if attachment.upload_descriptor is not None:
            return _note(attachment, "its upload is not complete")
        if kind is None or kind not in self._limits.kinds:
            return _note(attachment, f"its content cannot be shown to you, since {_readable(self._limits)}")
        if self.store is None:
            logger.warning(
                "the model does not get the file of attachment %s, since no store of its bytes is known: use "
                "a HostedAttachmentStore, pass files=…, or override the converter's method for attachments",
                attachment.id,
            )
            return unreadable(attachment)
        if self._left_files <= 0:
            return _left_out(attachment)
        size = await _answered(attachment, self.store.size_of(attachment.id))
        if size is None:
            return unreadable(attachment)
        return self._plan_bytes(attachment, kind, size)

    def _plan_bytes(self, attachment: Attachment, kind: FileKind, size: int) -> int | str:
        limits = self._limits
        if kind == "text":
            size = min(size, limits.max_text_characters * CHARACTER_BYTES + BYTE_ORDER_MARK_BYTES + 1)
        elif size == 0:
            return _note(attachment, "it is empty")
        elif size > limits.max_file_bytes:
            allowed = f"{_megabytes(size)}, and {_megabytes(limits.max_file_bytes)} may be sent"
            return _note(attachment, f"it is too large to be shown to you: {allowed}")
        if size > self._left_bytes:
            return _left_out(attachment)
        self._left_bytes -= size
        self._left_files -= 1
        return size

    async def _read(self, attachment: Attachment, size: int) -> ModelFile | str:
        assert self.store is not None
        data = await _answered(attachment, _joined(self.store.read_file(attachment.id, 0, size)))
        kind = _kind(attachment)
        if data is None or kind is None:
            return unreadable(attachment)
        cut = _cut(data, self._limits.max_text_characters) if kind == "text" else data
        return ModelFile(
            attachment_id=attachment.id,
            name=_filename(attachment.name, kind),
            media_type=_media_type(attachment),
            kind=kind,
            data=cut,
            is_cut=len(cut) < len(data),
        )


_reader: ContextVar[_FileReader | None] = ContextVar("turnstream.files", default=None)


def _kind(attachment: Attachment) -> FileKind | None:
    media_type = media_type_of(attachment.mime_type)
    return "text" if media_type.startswith("text/") else MEDIA_TYPES.get(media_type)


def _media_type(attachment: Attachment) -> str:
    """The name of the type that APIs of models use."""
    media_type = media_type_of(attachment.mime_type)
    return {"audio/wave": "audio/wav", "audio/mpeg": "audio/mp3"}.get(media_type, safe_name(media_type))


async def _joined(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def _cut(data: bytes, characters: int) -> bytes:
    """Return the beginning of a text in UTF-8, a byte order mark not counted."""
    text = data.decode("utf-8-sig", "replace")
    return data if len(text) <= characters else text[:characters].encode()


def _readable(limits: FileLimits) -> str:
    formats = [name for kind, name in FORMATS.items() if kind in limits.kinds]
    return f"you only get {', '.join(formats)}" if formats else "you get no files"


async def _answered(attachment: Attachment, answer: Awaitable[Answer]) -> Answer | None:
    """Return what the store answers; None if it fails, which is logged."""
    try:
        return await answer
    except Exception:
        logger.warning(
            "the model does not get the file of attachment %s, which could not be read",
            attachment.id,
            exc_info=True,
        )
        return None


def unreadable(attachment: Attachment) -> str:
    """Return the note on a file that the store does not have, or cannot read now."""
    return _note(attachment, "its content could not be read")


def _left_out(attachment: Attachment) -> str:
    return _note(attachment, "its content is left out to make room for other files")


def _note(attachment: Attachment, reason: str) -> str:
    return f"[Attached: {_label(attachment)}; {reason}]"


def _label(attachment: Attachment) -> str:
    return f"{safe_name(attachment.name)} ({_media_type(attachment)})"


def _filename(name: str, kind: FileKind) -> str:
    """The name of a file; APIs of models read the ending of a PDF's name."""
    safe = safe_name(name)
    return safe if kind != "pdf" or safe.lower().endswith(".pdf") else f"{safe}.pdf"


def safe_name(name: str) -> str:
    """Return a name on one line, without what could end a note or a tag; of a long one, start and ending."""
    line = UNSAFE_IN_NAMES.sub("_", "".join(each if each.isprintable() else " " for each in name))
    line = " ".join(line.split()) or "unnamed"
    half = NAME_CHARACTERS // 2
    return line if len(line) <= NAME_CHARACTERS else f"{line[:half]}…{line[1 - half :]}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
