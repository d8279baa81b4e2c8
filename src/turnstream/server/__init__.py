"""One ChatKit request in; JSON or a stream out. Mirrors `chatkit.server`.

The types of `turnstream.types`, and what else a server is written with, have their names here, too, since
code for the official package imports them from either place.
"""

from turnstream.errors import CustomStreamError as CustomStreamError
from turnstream.errors import StreamError as StreamError
from turnstream.logger import logger as logger
from turnstream.server.chatkit_server import ChatKitServer
from turnstream.server.erasure import DeletedData
from turnstream.server.requests import DEFAULT_PAGE_SIZE
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.server.user_agent import agents_sdk_user_agent_override
from turnstream.store import AttachmentStore as AttachmentStore
from turnstream.store import Store as Store
from turnstream.store import StoreItemType as StoreItemType
from turnstream.store import TContext as TContext
from turnstream.store import default_generate_id as default_generate_id
from turnstream.turns import ClientToolError, stream_text
from turnstream.turns.items.widget_stream import diff_widget, stream_widget
from turnstream.types import *  # noqa: F403
from turnstream.widgets import WidgetComponentBase as WidgetComponentBase

__all__ = [
    "DEFAULT_ERROR_MESSAGE",
    "DEFAULT_PAGE_SIZE",
    "ChatKitServer",
    "ClientToolError",
    "DeletedData",
    "NonStreamingResult",
    "StreamingResult",
    "agents_sdk_user_agent_override",
    "diff_widget",
    "stream_text",
    "stream_widget",
]

DEFAULT_ERROR_MESSAGE = "Something went wrong while answering."
"""What the chat says of an `error` event without a message, in the language of the page."""
