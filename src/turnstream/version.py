"""The version of this package. Mirrors `chatkit.version`."""

from turnstream import __version__

__all__ = ["__version__"]
