"""What is wrong with a widget that a model wrote or a template built.

TurnstreamError
├── InvalidWidgetError      data is no widget; also a ValueError
└── WidgetTemplateError     a template is broken, or does not fit its data; also a ValueError
"""

from collections.abc import Iterable
from dataclasses import dataclass

from turnstream.errors import TurnstreamError

__all__ = ["InvalidWidgetError", "WidgetProblem", "WidgetTemplateError", "path_of"]

MAX_LISTED = 20


@dataclass(frozen=True, slots=True)
class WidgetProblem:
    """One thing to mend: where it is, such as `children[2].options[0].value`, and what to write there."""

    path: str
    """Empty for the whole."""
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidWidgetError(TurnstreamError, ValueError):
    """Data is no widget. The message names each problem with its path and remedy: send it to the model."""

    def __init__(self, problems: Iterable[WidgetProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"The widget is not valid. Mend this and write it again:\n{_listed(self.problems)}")


class WidgetTemplateError(TurnstreamError, ValueError):
    """A widget template is broken, or its data does not fit its schema."""

    def __init__(
        self,
        message: str,
        *,
        template: str,
        line: int | None = None,
        problems: Iterable[WidgetProblem] = (),
    ) -> None:
        self.template = template
        self.line = line
        """The line of the template or of the text that it rendered, from 1."""
        self.problems = tuple(problems)
        listed = f"\n{_listed(self.problems)}" if self.problems else ""
        super().__init__(f"Widget template {template!r}: {message}{listed}")


def path_of(steps: Iterable[str | int]) -> str:
    """Return the path of these keys and indexes, such as `children[2].options[0].value`."""
    path = ""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _listed(problems: tuple[WidgetProblem, ...]) -> str:
    lines = [f"- {problem}" for problem in problems[:MAX_LISTED]]
    if len(problems) > MAX_LISTED:
        lines.append(f"- and {len(problems) - MAX_LISTED} more")
    return "\n".join(lines)
