"""The sentences that `ThreadItemConverter` adds to a thread."""

from dataclasses import dataclass, fields
from string import Formatter

from turnstream.agents.core.history import ANSWERS_TEXT, HIDDEN_TEXT

__all__ = ["PromptTexts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTexts:
    """What the model reads about an item, as formats: braces that stand for themselves are doubled.

    Set those that the instructions of an agent depend on, such as the sentences of another converter:

        PromptTexts(task="Done for the user:\\n<Task>\\n{task}\\n</Task>")

    Raises:
        ValueError: a text is not a format, or names a field that it does not have.
    """

    hidden_context: str = HIDDEN_TEXT
    """Around `{content}`, which the user does not see."""
    task: str = "The user was shown this step:\n<Task>\n{task}\n</Task>"
    """Around a task's title and content; for each of a workflow."""
    structured_input: str = ANSWERS_TEXT
    """Around `{answers}`, a line for each question; `{status}` is that of the item."""
    widget: str = "The user was shown this widget (id: {id}): {widget}"
    """Around a widget's JSON; `{id}` is that of its item."""
    generated_image: str = "The user was shown this image, which you made."
    """Before an image."""
    quotation: str = "The message is about this quotation:\n{quotation}"
    """Around what the last message quotes."""
    tags: str = "What the user's @-mentions stand for. Call things by their names, without the @."
    """Before the meanings of a message's tags."""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name), _NAMES.get(field.name, set()))


_NAMES = {
    "hidden_context": {"content"},
    "task": {"task"},
    "structured_input": {"status", "answers"},
    "widget": {"id", "widget"},
    "quotation": {"quotation"},
}
"""What a text may contain in braces."""


def _check(field: str, text: str, names: set[str]) -> None:
    try:
        unknown = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - names
    except ValueError as exc:
        raise ValueError(f"PromptTexts.{field} is not a format: {exc}; double other braces") from exc
    if unknown:
        has = ", ".join(f"{{{name}}}" for name in sorted(names)) or "nothing in braces"
        raise ValueError(
            f"PromptTexts.{field} may have {has}, not {{{min(unknown)}}}; double braces that are text"
        )
