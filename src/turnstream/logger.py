"""The logger above all of this package's own. Mirrors `chatkit.logger`."""

from turnstream.redaction import logger_of

__all__ = ["logger"]

logger = logger_of("turnstream")
"""Its level holds for everything that turnstream logs; handlers are the app's."""
