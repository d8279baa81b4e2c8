"""ChatKit's wire over ASGI, with the browser element."""

from turnstream.http.app import ChatApp, create_app, drain
from turnstream.http.authentication import Authenticate
from turnstream.http.element import element_files

__all__ = ["Authenticate", "ChatApp", "create_app", "drain", "element_files"]
