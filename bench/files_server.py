"""A server that receives and sends files while its turns stream 50 tokens a second; a message is the seconds
of its answer.

python -m bench.files_server disk|s3 PORT, with `BENCH_DATABASE`, and `BENCH_FILES` (a folder, or the address
of an S3 server).
"""

import gc
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import uvicorn

from bench.emit_server import seconds_of, tokens
from bench.unlimited import UNLIMITED
from turnstream.attachments import DiskAttachmentStore, HostedAttachmentStore, ObjectAttachmentStore
from turnstream.http import create_app
from turnstream.server import ChatKitServer, stream_text
from turnstream.store import SqlStore
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

LIMITS = replace(UNLIMITED, attachment_bytes_per_owner=10**12)


class Server(ChatKitServer[Any]):
    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        return stream_text(thread, tokens(seconds_of(input_user_message)))


def files(kind: str, place: str) -> HostedAttachmentStore[Any]:
    if kind == "disk":
        return DiskAttachmentStore(place)
    return ObjectAttachmentStore(
        "s3://files",
        endpoint=place,
        region="us-east-1",
        access_key_id="bench",
        secret_access_key="bench",
        client_options={"allow_http": True},
    )


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    store = files(kind, os.environ["BENCH_FILES"])
    server = Server(SqlStore(os.environ["BENCH_DATABASE"]), attachment_store=store)
    app = create_app(server, authenticate=lambda request: "bench", limits=LIMITS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
    uvicorn.run(
        app, host="127.0.0.1", port=port, log_level="error", access_log=False, loop="uvloop",
        http="httptools",
    )  # fmt: skip


if __name__ == "__main__":
    main()
