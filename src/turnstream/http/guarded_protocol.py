"""uvicorn's HTTP protocol with limits for a request's head, for which uvicorn has none."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from turnstream.limits import Limits
from turnstream.redaction import logger_of

__all__ = ["guarded_protocol"]

logger = logger_of("turnstream.http")


def guarded_protocol(limits: Callable[[], Limits]) -> type[asyncio.Protocol]:
    """Return a protocol class for `uvicorn.Config(http=…)`. Each connection asks `limits` when it is made."""

    class GuardedProtocol(_Guarded):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, limits=limits(), **options)

    return GuardedProtocol


class _Guarded(HttpToolsProtocol):
    """Refuses a head that is too long, has too many headers or comes too slowly, and closes the connection.

    A head is awaited from the connection's first moment, and from the first byte of each further request.
    Between requests, uvicorn's own keep-alive limit holds.
    """

    def __init__(self, *args: Any, limits: Limits, **options: Any) -> None:
        super().__init__(*args, **options)
        self._limits = limits
        self._head_bytes = 0
        self._awaits_head = True
        self._is_refused = False
        self._has_begun_a_response = False
        self._head_timer: asyncio.TimerHandle | None = None
        self.limit_concurrency = self.config.limit_concurrency or limits.connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._awaits_head:
            self._head_bytes += len(data)
        super().data_received(data)
        # The parser holds a header back until it is whole, so what it has not given is counted here.
        if self._awaits_head and self._head_bytes > self._limits.max_head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._awaits_head:
            self._head_bytes = 0
            self._await_head()

    def on_headers_complete(self) -> None:
        self._awaits_head = False
        self._stop_timer()
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._limits.max_head_bytes or len(self.headers) > self._limits.max_headers:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            self._has_begun_a_response = True
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_refused:
            super().on_message_complete()

    def _await_head(self) -> None:
        self._awaits_head = True
        self._stop_timer()
        self._head_timer = self.loop.call_later(
            self._limits.head_timeout_s, self._refuse, HTTPStatus.REQUEST_TIMEOUT
        )

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer and close, unless a response to an earlier request is still being sent: then only close."""
        self._is_refused = True
        self._stop_timer()
        if self.transport.is_closing():
            return
        logger.info("a request was refused: %d %s", status, status.phrase)
        if not self._has_begun_a_response or self.cycle.response_complete:
            head = f"HTTP/1.1 {status:d} {status.phrase}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            self.transport.write(head.encode())
        self.transport.close()
