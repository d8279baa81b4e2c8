"""One ChatKit request in; JSON or a stream out. Mirrors `chatkit.server`."""

from turnstream.server.chatkit_server import ChatKitServer
from turnstream.server.erasure import DeletedData
from turnstream.server.results import NonStreamingResult, StreamingResult
from turnstream.turns import ClientToolError, stream_text
from turnstream.turns.items.widget_stream import diff_widget, stream_widget

__all__ = [
    "ChatKitServer",
    "ClientToolError",
    "DeletedData",
    "NonStreamingResult",
    "StreamingResult",
    "diff_widget",
    "stream_text",
    "stream_widget",
]
