"""A thread's title: three to five words, made beside the first response."""

import re

__all__ = ["TITLE_INSTRUCTIONS", "clean_title", "first_words"]

TITLE_INSTRUCTIONS = (
    "Write a title of three to five words for a conversation that begins with the message below, in the "
    "language of the message. Answer with the title alone: no quotation marks, no full stop."
)
"""What to tell a fast model; its answer goes through `clean_title`."""

MAX_CHARACTERS = 60

FIRST_CHARACTERS = 40

_LABEL = re.compile(r"^\W*(?:title|titel|titre|título)\s*:\s*", re.IGNORECASE)
_EDGES = " \t\"'`“”‘’«»*#_.。"


def first_words(text: str) -> str | None:
    """Return the first words of a message, to name an untitled thread by; None if it has none."""
    words = " ".join(text.split())
    if len(words) <= FIRST_CHARACTERS:
        return words or None
    begun = words[: FIRST_CHARACTERS + 1]
    at_word = begun.rpartition(" ")[0]
    return (at_word or words[:FIRST_CHARACTERS]).rstrip(",;:.–-") + "…"


def clean_title(answer: str) -> str | None:
    """Return a model's answer as a title of at most five words, or None if nothing is left of it.

    Of several lines the first with text counts; labels, quotation marks, markdown and a final full stop go.
    """
    line = next((line for line in answer.splitlines() if line.strip(_EDGES)), "")
    words = _LABEL.sub("", line).strip(_EDGES).split()
    title = " ".join(words[:5]).strip(_EDGES + ",;:")
    return title[:MAX_CHARACTERS].rstrip() or None
