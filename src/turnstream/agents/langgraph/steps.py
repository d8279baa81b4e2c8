"""The steps of LangGraph's graphs, and where a run is to end."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

__all__ = ["Place", "StepWatch"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task stands, and in which step of its graph."""

    path: tuple[str, ...]
    """`name:id` for each task around it, then for itself."""
    step: int

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> "Place":
        """Return the place that LangGraph notes in a task's metadata."""
        return cls(tuple(metadata["langgraph_checkpoint_ns"].split("|")), metadata["langgraph_step"])

    def is_behind(self, other: "Place") -> bool:
        """Whether this task belongs to a step behind that of `other`, or behind that of a task around it."""
        depth = len(self.path) - 1
        if (
            depth >= len(other.path)
            or self.path[:depth] != other.path[:depth]
            or self.path[depth] == other.path[depth]
        ):
            return False
        return depth < len(other.path) - 1 or self.step > other.step


class StepWatch(BaseCallbackHandler):
    """Ends a run in which the page has been asked, when the next step begins and before its model gets a
    request.

    A callback, since LangGraph's stream tells of a subgraph's steps when they have begun.
    """

    run_inline = True
    raise_error = True

    def __init__(self, asked_at: Sequence[Place], stop: Callable[[], None]) -> None:
        self._asked_at = asked_at
        self._stop = stop
        self._thread_id = threading.get_ident()

    def on_chain_start(
        self,
        serialized: dict[str, Any],
        inputs: dict[str, Any],
        *,
        run_id: UUID,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """End the run, if a node begins that stands behind a tool that has asked."""
        if not self._asked_at or threading.get_ident() != self._thread_id:
            return
        if metadata and "langgraph_checkpoint_ns" in metadata:
            place = Place.of(metadata)
            if any(place.is_behind(asked) for asked in self._asked_at):
                self._stop()
