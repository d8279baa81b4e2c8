"""Server-sent events, read from bytes in chunks of any size (WHATWG HTML, 9.2.6)."""

__all__ = ["EventTooLargeError", "SseReader"]

MAX_EVENT_BYTES = 8 * 1024 * 1024


class EventTooLargeError(ValueError):
    """An event is larger than any model's; most likely it never ends."""


class SseReader:
    """Gathers the data of events; other fields and comments are passed over.

    It splits at line ends only: `splitlines` would also split at U+2028, which JSON may contain.
    """

    __slots__ = ("_data", "_is_after_cr", "_is_first", "_line", "_size")

    def __init__(self) -> None:
        self._line: list[bytes] = []
        self._data: list[bytes] = []
        self._size = 0
        self._is_after_cr = False
        self._is_first = True

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the data of each event that `chunk` completes.

        Raises:
            EventTooLargeError: the event that is being read is too large.
        """
        if b"\r" in chunk or self._is_after_cr:
            chunk = self._with_line_feeds(chunk)
        lines = chunk.split(b"\n")
        if len(lines) == 1:
            self._keep(chunk)
            return []
        if self._line:
            lines[0] = b"".join([*self._line, lines[0]])
            self._line.clear()
        if self._is_first:
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
            self._is_first = False
        rest = lines.pop()
        events = self._parse(lines)
        self._size = sum(map(len, self._data)) if self._data else 0
        if rest or self._data:
            self._keep(rest)
        return events

    def _parse(self, lines: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        data = self._data
        for line in lines:
            if line[:5] == b"data:":
                data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif not line:
                if data:
                    events.append(data[0] if len(data) == 1 else b"\n".join(data))
                    data.clear()
            elif line == b"data":
                data.append(b"")
        return events

    def end(self) -> list[bytes]:
        """Return what a server that forgot the last empty line has sent; it may be cut."""
        return self.feed(b"\n\n")

    def _keep(self, part: bytes) -> None:
        self._line.append(part)
        self._size += len(part)
        if self._size > MAX_EVENT_BYTES:
            raise EventTooLargeError(f"an event is larger than {MAX_EVENT_BYTES} bytes")

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        if self._is_after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")  # the other half of a CR LF
            self._is_after_cr = False
        if chunk:
            self._is_after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
