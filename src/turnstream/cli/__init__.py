"""The `turnstream` command."""

from turnstream.cli.commands import main

__all__ = ["main"]
