"""What the demos are called, in their addresses and in their folders."""

from typing import Literal

__all__ = ["DemoName"]

DemoName = Literal["map", "claim", "colony", "companion", "travel"]
