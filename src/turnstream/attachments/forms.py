"""Reads the file of a form while it arrives, so that it waits nowhere else before it is stored."""

from collections.abc import AsyncGenerator, AsyncIterator

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from turnstream.attachments.content import UNKNOWN
from turnstream.errors import InvalidRequestError, RequestError

__all__ = ["FormFile", "read_form"]


class FormFile:
    """The file in the field `file` of a form; other fields are left out."""

    def __init__(self, boundary: bytes, body: AsyncIterator[bytes]) -> None:
        self.name = ""
        self.content_type = UNKNOWN
        self.has_begun = False
        self._has_ended = False
        self._is_current = False
        self._body = body
        self._header = b"", b""
        self._headers: dict[bytes, bytes] = {}
        self._pieces: list[bytes] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_to_name,
                "on_header_value": self._add_to_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._add_data,
                "on_part_end": self._end_part,
            },
        )

    async def begin(self) -> None:
        """Read until the file begins.

        Raises:
            InvalidRequestError: the form has no file, or could not be read.
        """
        async for piece in self._body:
            self._parse(piece)
            if self.has_begun:
                return
        raise InvalidRequestError("The form has no file in its field `file`.", field="file")

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Yield the bytes of the file.

        Raises:
            InvalidRequestError: the form could not be read, has another file, or ends within this one.
        """
        while True:
            for piece in self._pieces:
                yield piece
            self._pieces.clear()
            piece = await anext(self._body, None)
            if piece is None:
                break
            self._parse(piece)
        if not self._has_ended:
            raise InvalidRequestError("The form ends within its file.", field="file")

    def _parse(self, piece: bytes) -> None:
        try:
            self._parser.write(piece)
        except MultipartParseError as exc:
            raise InvalidRequestError(f"The form could not be read: {exc}", field="file") from exc

    def _begin_part(self) -> None:
        self._headers = {}

    def _add_to_name(self, data: bytes, start: int, end: int) -> None:
        name, value = self._header
        self._header = name + data[start:end], value

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        name, value = self._header
        self._header = name, value + data[start:end]

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[name.lower()] = value
        self._header = b"", b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._is_current = options.get(b"name") == b"file" and b"filename" in options
        if not self._is_current:
            return
        if self.has_begun:
            raise InvalidRequestError("The form has more than one file.", field="file")
        self.has_begun = True
        self.name = options[b"filename"].decode(errors="replace")
        self.content_type = self._headers.get(b"content-type", UNKNOWN.encode()).decode("latin-1")

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_current:
            self._pieces.append(data[start:end])

    def _end_part(self) -> None:
        self._has_ended = self._has_ended or self._is_current
        self._is_current = False


async def read_form(content_type: str | None, body: AsyncIterator[bytes]) -> FormFile:
    """Return the file of a form of this type, which has begun to arrive.

    Raises:
        RequestError: this is no form, it has no file, or it could not be read.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise RequestError(
            "Send the file as the field `file` of a form, multipart/form-data.",
            code="unsupported_media_type",
            status=415,
        )
    file = FormFile(options[b"boundary"], body)
    await file.begin()
    return file
