"""Separates thoughts that a model writes into its text: `<think>…</think>` at the beginning of an answer."""

from enum import Enum
from typing import Any, Literal, TypeAlias, cast

__all__ = ["CLOSE", "OPEN", "Piece", "ThinkTags", "answer_in", "text_of_thinking"]

OPEN, CLOSE = "<think>", "</think>"

Piece: TypeAlias = tuple[Literal["text", "thought", "thought_ends", "all_was_thought"], str]
"""A piece and its kind; after `all_was_thought`, this and all earlier text of the answer is a thought."""


class _State(Enum):
    """START → THOUGHT → START → PLAIN; START → TEXT → PLAIN; at a lone `</think>` TEXT → START → PLAIN."""

    START = 1
    """Only white space so far, or since a thought ended: a tag can follow."""
    THOUGHT = 2
    TEXT = 3
    """Text before any tag; some chat templates contain `<think>`, so the model writes only `</think>`."""
    PLAIN = 4
    """Text in which tags have no meaning."""


class ThinkTags:
    """Separates the thoughts of one answer from its text; returns each piece once its kind is certain."""

    __slots__ = ("_has_begun_thought", "_has_thought", "_held", "_is_in_code", "_state")

    def __init__(self) -> None:
        self._state = _State.START
        self._held = ""
        self._has_thought = False
        self._has_begun_thought = False
        self._is_in_code = False

    @property
    def is_plain(self) -> bool:
        """Whether the rest of the answer is text."""
        return self._state is _State.PLAIN

    def feed(self, text: str) -> list[Piece]:
        """Return the pieces whose kind is certain with this text."""
        if self._state is _State.TEXT and not self._held and "<" not in text:
            return [self._text(text)]
        pieces: list[Piece] = []
        rest = self._held + text
        self._held = ""
        while rest:
            match self._state:
                case _State.START:
                    rest = self._start(rest)
                case _State.THOUGHT:
                    rest = self._in_thought(rest, pieces)
                case _State.TEXT:
                    rest = self._in_text(rest, pieces)
                case _State.PLAIN:
                    pieces.append(("text", rest))
                    rest = ""
        return pieces

    def end(self) -> list[Piece]:
        """Return the text that was held back; the answer has ended."""
        held, self._held = self._held, ""
        if self._state is _State.THOUGHT:
            held = held.rstrip()
            return [("thought", held)] if held else []
        return [self._text(held)] if held.strip() or (held and self._state is not _State.START) else []

    def note_thought(self) -> None:
        """Note that the server sends thoughts separately from text, so that a later `</think>` is text."""
        if self._state is _State.TEXT:
            self._state = _State.PLAIN
        self._has_thought = True

    def _start(self, rest: str) -> str:
        begun = rest.lstrip()
        for tag, state in ((OPEN, _State.THOUGHT), (CLOSE, _State.START)):
            if begun.startswith(tag):
                self._state, self._has_begun_thought = state, False
                self._has_thought = True
                return begun.removeprefix(tag)
            if tag.startswith(begun):  # or is empty
                self._held = rest
                return ""
        if self._has_thought:
            self._state = _State.PLAIN
            return begun
        self._state = _State.TEXT
        return rest

    def _in_thought(self, rest: str, pieces: list[Piece]) -> str:
        thought, tag, rest = rest.partition(CLOSE)
        if not self._has_begun_thought:
            thought = thought.lstrip()
        if not tag:
            certain = len(thought) - _length_of_begun(CLOSE, thought)
            certain = len(thought[:certain].rstrip())
            thought, self._held = thought[:certain], thought[certain:]
        thought = thought.rstrip()
        if thought:
            self._has_begun_thought = True
            pieces.append(("thought", thought))
        if tag:
            pieces.append(("thought_ends", ""))
            self._state = _State.START
        return rest

    def _in_text(self, rest: str, pieces: list[Piece]) -> str:
        text, tag, after = rest.partition(CLOSE)
        if OPEN in text or (tag and self._is_code_behind(text)):
            self._state = _State.PLAIN
            return rest
        if tag:
            pieces.append(("all_was_thought", text))
            self._state, self._has_thought = _State.START, True
            return after
        held = max(_length_of_begun(CLOSE, text), _length_of_begun(OPEN, text))
        text, self._held = text[: len(text) - held], text[len(text) - held :]
        if text:
            pieces.append(self._text(text))
        return ""

    def _text(self, text: str) -> Piece:
        self._is_in_code = self._is_code_behind(text)
        return "text", text

    def _is_code_behind(self, text: str) -> bool:
        """Whether the end of `text` is inside backticks, where a tag is only text."""
        return self._is_in_code ^ bool(text.count("`") % 2)


def answer_in(text: str) -> str:
    """Return the text of a whole answer without the thoughts in it."""
    tags, answer = ThinkTags(), ""
    for kind, said in [*tags.feed(text), *tags.end()]:
        answer = "" if kind == "all_was_thought" else answer + said if kind == "text" else answer
    return answer.strip()


def text_of_thinking(thinking: Any) -> str:
    """Return the text of a `thinking` part's content, which is text or a list of parts with text."""
    if not isinstance(thinking, list):
        return thinking if isinstance(thinking, str) else ""
    parts = cast("list[Any]", thinking)
    return "".join(
        str(cast("dict[str, Any]", part).get("text") or "") for part in parts if isinstance(part, dict)
    )


def _length_of_begun(tag: str, text: str) -> int:
    """Return how many characters at the end of `text` may be the beginning of `tag`."""
    return next((n for n in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:n])), 0)
