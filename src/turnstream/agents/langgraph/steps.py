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
    """The place of a task: the tasks around it, and the step of its graph."""

    path: tuple[str, ...]
    """`name:id` for each task around it, then for itself."""
    step: int

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> "Place":
        """Return the place that LangGraph notes in a task's metadata."""
        return cls(tuple(metadata["langgraph_checkpoint_ns"].split("|")), metadata["langgraph_step"])

    def comes_after(self, other: "Place") -> bool:
        """Whether this task belongs to a later step than `other`, or than a task around `other`."""
        depth = len(self.path) - 1
        if (
            depth >= len(other.path)
            or self.path[:depth] != other.path[:depth]
            or self.path[depth] == other.path[depth]
        ):
            return False
        return depth < len(other.path) - 1 or self.step > other.step


class StepWatch(BaseCallbackHandler):
    """Ends a run that left a call for the page, at the beginning of the next step, before its model is asked.

    It is a callback, because LangGraph's stream reports the steps of a subgraph only after they have begun.
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
        """End the run if a node begins that comes after a tool with a call for the page."""
        if not self._asked_at or threading.get_ident() != self._thread_id:
            return
        if metadata and "langgraph_checkpoint_ns" in metadata:
            place = Place.of(metadata)
            if any(place.comes_after(asked) for asked in self._asked_at):
                self._stop()
