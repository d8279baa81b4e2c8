"""Events from bytes, however those are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnstream.agents.chat_completions.sse import MAX_EVENT_BYTES, EventTooLargeError, SseReader

LINES = st.sampled_from(
    [
        b"data: one",
        b"data:two",
        b"data:  three",
        b"data",
        b"data:",
        b": a comment",
        b"event: message",
        b"id: 7",
        b"retry: 10",
        b"database: no",
        b"",
        b"",
        'data: {"text":"a\u2028b\u0085c"}'.encode(),
        "data: Straße 🌱".encode(),
    ]
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def read(*chunks: bytes) -> list[bytes]:
    reader = SseReader()
    return [event for chunk in chunks for event in reader.feed(chunk)] + reader.end()


def reference_frames(stream: bytes) -> list[bytes]:
    """The same as the standard puts it, for a whole stream."""
    events: list[bytes] = []
    data: list[bytes] = []
    text = stream.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for line in (text + b"\n\n").split(b"\n"):
        name, _, value = line.partition(b":")
        if not line:
            events += [b"\n".join(data)] if data else []
            data = []
        elif name == b"data":
            data.append(value.removeprefix(b" "))
    return events


@given(st.lists(st.tuples(LINES, ENDS)), st.lists(st.integers(0, 400)), st.booleans())
def test_any_chunking_gives_the_same(
    lines: list[tuple[bytes, bytes]], cuts: list[int], has_bom: bool
) -> None:
    stream = b"\xef\xbb\xbf" * has_bom + b"".join(line + end for line, end in lines)
    at = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[a:b] for a, b in pairwise(at)]
    expected = reference_frames(stream)
    assert read(*chunks) == expected
    assert read(*(stream[i : i + 1] for i in range(len(stream)))) == expected


def test_an_event_is_there_when_its_last_byte_is() -> None:
    reader = SseReader()
    assert reader.feed(b"data: a\r\n\r") == [b"a"]
    assert reader.feed(b"\ndata: b\n\n") == [b"b"]


def test_data_on_several_lines_is_one_event() -> None:
    assert read(b"data: {\ndata: }\n\n") == [b"{\n}"]


def test_separators_of_unicode_do_not_split() -> None:
    assert read('data: "a\u2028b"\n\n'.encode()) == ['"a\u2028b"'.encode()]


def test_an_event_that_never_ends_is_refused() -> None:
    reader = SseReader()
    chunks = [b"data: ", *[b"x" * 65536] * (MAX_EVENT_BYTES // 65536 + 1)]
    with pytest.raises(EventTooLargeError):
        read(*chunks)
    assert len(list(map(reader.feed, chunks[:-2]))) == len(chunks) - 2


def test_lines_that_never_end_an_event_are_refused() -> None:
    lines = [b"data: " + b"x" * 65536 + b"\n"] * (MAX_EVENT_BYTES // 65536 + 1)
    with pytest.raises(EventTooLargeError):
        read(*lines)
