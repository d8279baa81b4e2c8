"""What a file is by its content, and which files a store accepts."""

import codecs
from collections.abc import AsyncIterator, Collection
from typing import Any

import puremagic

from turnstream.errors import RequestError

__all__ = [
    "DEFAULT_TYPES",
    "INLINE_TYPES",
    "ContentCheck",
    "check_type",
    "checked_types",
    "media_type_of",
    "served_type",
]

HEAD_BYTES = 4096
"""As many bytes at the start of a file show what it is."""

INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""Types that a browser may show within a page. Everything else is only saved, since it might run."""

DEFAULT_TYPES = frozenset(
    {
        *INLINE_TYPES,
        "image/heif",
        "application/pdf",
        "application/json",
        "text/plain",
        "text/csv",
        "text/markdown",
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/wave",
        "audio/webm",
        "audio/flac",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    }
)
"""What a store accepts unless an app says otherwise: pictures, documents, text, sound. No HTML and no SVG."""

ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/heic": "image/heif",
    "audio/mp3": "audio/mpeg",
    "audio/wav": "audio/wave",
    "audio/x-wav": "audio/wave",
    "audio/vnd.wave": "audio/wave",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/x-flac": "audio/flac",
    "application/ogg": "audio/ogg",
    "application/x-pdf": "application/pdf",
    "text/x-markdown": "text/markdown",
    "text/json": "application/json",
    "application/vnd.ms-excel": "text/csv",
}
"""Other names of types, by which browsers announce files; Windows takes CSV files for Excel's."""

CONTAINERS = {"audio/webm": "video/webm", "audio/ogg": "audio/ogg", "audio/mp4": "video/mp4"}
"""Types whose content looks the same with pictures and without."""

UNKNOWN = "application/octet-stream"
"""What browsers say of a file whose ending they do not know."""

MPEG_FRAME = 0xE0


def checked_types(types: Collection[str]) -> frozenset[str]:
    """Return the types under their usual names.

    Raises:
        TypeError: `types` is one text.
        ValueError: one is not `type/subtype`.
    """
    if isinstance(types, str):
        raise TypeError(f"allowed_types must be several types, such as {{'image/png'}}, not {types!r}")
    for each in types:
        if each.count("/") != 1 or "*" in each or each != each.strip().lower():
            raise ValueError(f"allowed_types has {each!r}; write each type in full, such as 'image/png'")
    return frozenset(_usual(each) for each in types)


def media_type_of(declared: str) -> str:
    """Return a declared type in its usual form, without parameters."""
    return _usual(declared.partition(";")[0].strip().lower())


def served_type(media_type: str) -> str:
    """Return the `Content-Type` with which a file is sent: text is only text, whatever it is said to be."""
    return "text/plain; charset=utf-8" if _is_text(media_type) else media_type


def check_type(declared: str, allowed: Collection[str]) -> None:
    """Return if a file that is announced as `declared` may be sent.

    Raises:
        RequestError: 415, the type is none of those that are allowed.
    """
    if declared not in allowed and declared != UNKNOWN:
        raise _refused(f"Files of the type {declared[:100]} are not accepted here.")


class ContentCheck:
    """Checks one file while it passes. `media_type` is the declared type, and from the first bytes that pass
    on, the type of the content. `size` is the number of bytes that have passed.
    """

    def __init__(self, declared: str, allowed: Collection[str]) -> None:
        self.media_type = declared
        self.size = 0
        self._allowed = allowed
        self._text: codecs.IncrementalDecoder | None = None

    async def passed(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield `chunks`, the first ones together, so that they show the type.

        Raises:
            RequestError: 415, the content is not of the declared type, or of none that is allowed.
        """
        head: bytearray | None = bytearray()
        async for chunk in chunks:
            if head is None:
                yield self._checked(chunk)
                continue
            head += chunk
            if len(head) >= HEAD_BYTES:
                yield self._checked_head(bytes(head))
                head = None
        if head is not None:
            yield self._checked_head(bytes(head))
        self._checked(b"", is_last=True)

    def _checked_head(self, head: bytes) -> bytes:
        self.media_type = _type_by(head, self.media_type, self._allowed)
        if _is_text(self.media_type):
            self._text = codecs.getincrementaldecoder("utf-8")()
        return self._checked(head)

    def _checked(self, chunk: bytes, *, is_last: bool = False) -> bytes:
        try:
            is_plain = self._text is None or "\0" not in self._text.decode(chunk, is_last)
        except UnicodeDecodeError:
            is_plain = False
        if not is_plain:
            raise _refused("The file is said to be text, but its content is not text in UTF-8.")
        self.size += len(chunk)
        return chunk


def _type_by(head: bytes, declared: str, allowed: Collection[str]) -> str:
    """Return the type of the content; where it may be several, the declared one."""
    check_type(declared, allowed)
    if _is_text(declared):
        return declared
    candidates = _candidates(head)
    if declared == UNKNOWN:
        known = sorted(candidates.intersection(allowed))
        if known or "text/plain" in allowed:
            return known[0] if known else "text/plain"
    elif declared in candidates:
        return declared
    # A picture whose name has another picture's ending is announced by its name.
    if declared in INLINE_TYPES:
        for candidate in sorted(candidates & INLINE_TYPES):
            if candidate in allowed:
                return candidate
    raise _refused(f"The file is said to be {declared[:100]}, but its content is not.")


def _candidates(head: bytes) -> frozenset[str]:
    types = {_usual(name) for name in _matches(head)}
    if len(head) > 1 and head[0] == 0xFF and head[1] & MPEG_FRAME == MPEG_FRAME and "image/jpeg" not in types:
        types.add("audio/mpeg")
    types |= {sound for sound, picture in CONTAINERS.items() if picture in types}
    return frozenset(types)


def _matches(head: bytes) -> list[str]:
    try:
        found: Any = puremagic.magic_string(head)  # pyright: ignore[reportUnknownMemberType]
    except (puremagic.PureError, ValueError):  # no pattern matches, or there are no bytes
        return []
    return [match.mime_type for match in found]


def _refused(message: str) -> RequestError:
    return RequestError(message, code="attachment_type", status=415)


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in {"application/json", "application/xml"}


def _usual(media_type: str) -> str:
    return ALIASES.get(media_type, media_type)
