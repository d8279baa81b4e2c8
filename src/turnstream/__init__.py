"""A chat turn is a durable stream; connections only read it.

`turnstream.server.ChatKitServer` answers the ChatKit wire, `turnstream.http.create_app` serves it with the
browser element, `turnstream.store` keeps the threads.
"""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("turnstream")
