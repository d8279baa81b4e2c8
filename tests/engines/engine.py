"""What the tests ask of a browser that Playwright does not drive: an address, a script, keys and clicks."""

import asyncio
import json
import re
import time
from abc import ABC, abstractmethod
from typing import Any

__all__ = ["KEYS", "Engine"]

PATIENCE_S = 240.0
"""Far off: only what never comes takes so long."""
POLL_S = 0.05
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "Control": "\ue009", "Shift": "\ue008"}
"""The keys without a character, as WebDriver writes them (its section 17.4.2)."""

# In every script: all elements that match, those in open shadow roots included.
DEEP = """const deep = (selector, root = document) => [...root.querySelectorAll(selector),
  ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? deep(selector,
    shadowRoot) : []))];
const named = (name) => deep('button, a').find((node) =>
  node.checkVisibility() && [node.getAttribute('aria-label'), node.textContent.trim()].includes(name));
const middleOf = (node) => {
  node.scrollIntoView({ block: 'nearest' });
  const { x, y, width, height } = node.getBoundingClientRect();
  return [Math.round(x + width / 2), Math.round(y + height / 2)];
};
"""


class Engine(ABC):
    """One window of one browser, with a profile of its own."""

    name: str

    @abstractmethod
    async def open(self, url: str) -> None:
        """Load `url`, and return when the page has loaded."""

    @abstractmethod
    async def evaluate(self, expression: str) -> str:
        """Return what the JavaScript `expression`, which is a promise of a string, resolves to."""

    @abstractmethod
    async def perform(self, actions: list[dict[str, Any]]) -> None:
        """Perform input as WebDriver's "Perform Actions" describes it."""

    @abstractmethod
    async def screenshot(self) -> bytes:
        """Return the window as PNG."""

    async def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression that may use `deep(selector)` and `named(label)`."""
        script = f"(async () => {{ {DEEP} return JSON.stringify((await ({expression})) ?? null); }})()"
        return json.loads(await self.evaluate(script))

    async def until(self, condition: str) -> None:
        """Return once a JavaScript expression is truthy.

        Raises:
            AssertionError: it never was; says what the page shows.
        """
        give_up_at = time.monotonic() + PATIENCE_S
        while not await self.run(f"Boolean({condition})"):
            if time.monotonic() > give_up_at:
                shown = re.sub(
                    r"\s+", " ", await self.run("deep('.shell').map((node) => node.textContent).join()")
                )
                raise AssertionError(f"{self.name}: never {condition}. The chat shows: {shown[:600]}")
            await asyncio.sleep(POLL_S)

    async def click(self, node: str) -> None:
        """Press the middle of the element that the JavaScript expression `node` is, once it is there."""
        await self.until(node)
        x, y = await self.run(f"middleOf({node})")
        steps: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": x, "y": y, "duration": 0, "origin": "viewport"},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self.perform(
            [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": steps}]
        )

    async def press(self, *keys: str) -> None:
        """Press the keys together: names of `KEYS`, or characters."""
        values = [KEYS.get(key, key) for key in keys]
        down = [{"type": "keyDown", "value": value} for value in values]
        up = [{"type": "keyUp", "value": value} for value in reversed(values)]
        await self.perform([{"type": "key", "id": "keyboard", "actions": [*down, *up]}])

    async def type(self, text: str) -> None:
        """Type the characters one after the other."""
        steps = [{"type": kind, "value": character} for character in text for kind in ("keyDown", "keyUp")]
        await self.perform([{"type": "key", "id": "keyboard", "actions": steps}])
