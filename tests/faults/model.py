"""A model that says what a script tells it, so that every byte it should have said is known.

A message's text is its `Script` as JSON. Each token carries the script's secret marker: a token in the wrong
thread or turn shows. Each call of the model appends a line to a file that all replicas share, so calls can be
counted.
"""

import asyncio
import hashlib
import json
import os
import random
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

__all__ = ["ModelCall", "ModelFault", "ModelLog", "Script", "find_markers", "speak", "text_hash"]

WORDS = ("leaf", "Straße", "日本", "naïve", "🌱", "\u2028", "line\nbreak", "café", "x")
"""Characters of one to four bytes, and those on which careless stream readers split."""

Fault = Literal["raise", "stall", "slow", "exit"]
Tool = Literal["inline", "reenter", "widget"]


class ModelFault(Exception):  # noqa: N818
    """The model failed, as its script told it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What the model does for one message: `token_count` tokens, one per `delay_s`, and a fault at one of
    them.
    """

    marker: str
    token_count: int = 40
    delay_s: float = 0.01
    fault: Fault | None = None
    fault_at: int = 0
    tool: Tool | None = None
    tool_timeout_s: float | None = None
    effect_count: int = 0

    def to_text(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Script":
        return cls(**json.loads(text))

    def tokens(self, call_index: int = 0) -> list[str]:
        """All tokens of the `hop`-th call for the message; each call after a client tool's answer is one
        more.
        """
        rng = random.Random(f"{self.marker}.{call_index}")
        return [f"[{self.marker}.{call_index}.{k}] {rng.choice(WORDS)} " for k in range(self.token_count)]

    def text(self, call_index: int = 0) -> str:
        return "".join(self.tokens(call_index))


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def find_markers(text: str) -> set[str]:
    """The markers of the complete tokens in `text`."""
    found: set[str] = set()
    for part in text.split("[")[1:]:
        marker, dot, rest = part.partition(".")
        if dot and "]" in rest and marker.isalnum():
            found.add(marker)
    return found


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of the model, in whichever process."""

    marker: str
    call_index: int
    thread_id: str
    pid: int
    at_s: float


class ModelLog:
    """The calls of the model, one JSON line each, over all processes: a short O_APPEND write is never
    torn.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, marker: str, call_index: int, thread_id: str) -> None:
        call = ModelCall(marker, call_index, thread_id, os.getpid(), time.time())
        line = json.dumps(asdict(call)).encode() + b"\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            if os.write(descriptor, line) != len(line):
                raise OSError(f"a short write to {self._path}")
        finally:
            os.close(descriptor)

    def read(self) -> list[ModelCall]:
        if not self._path.exists():
            return []
        return [_call(json.loads(line)) for line in self._path.read_text().splitlines()]


def _call(values: dict[str, Any]) -> ModelCall:
    return ModelCall(**values)


async def speak(script: Script, call_index: int = 0) -> AsyncIterator[str]:
    """Yield the tokens of one call, on time, until the script's fault.

    The pace is of the schedule, not of the pauses: a loop that is late catches up.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    for k, token in enumerate(script.tokens(call_index)):
        if script.fault is not None and k == script.fault_at:
            await _fail(script)
        wait_s = began + k * script.delay_s - loop.time()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        yield token


async def _fail(script: Script) -> None:
    match script.fault:
        case "raise":
            raise ModelFault(f"the script of {script.marker} says so")
        case "stall":
            await asyncio.Event().wait()
        case "exit":
            os._exit(9)
        case "slow":
            await asyncio.sleep(2.0)
        case None:
            pass
