"""What the commands write for a person."""

import sys

__all__ = ["complain", "say"]


def say(message: str) -> None:
    """Write a line to the standard output at once, also where that is a pipe."""
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def complain(message: str) -> None:
    """Write a line that names the command to the standard error."""
    sys.stderr.write(f"turnstream: {message}\n")
