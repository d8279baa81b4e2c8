"""Serve an app so that a restart loses nothing: readers are sent elsewhere, turns end, the rest is kept."""

import asyncio
import gc
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.config import LOGGING_CONFIG

from turnstream.http.app import drain, limits_of_process
from turnstream.http.guarded_protocol import guarded_protocol
from turnstream.redaction import logger_of

__all__ = ["DRAIN_S", "listen", "serve"]

logger = logger_of("turnstream.http")

DRAIN_S = 30.0
"""How long running turns may go on after SIGTERM."""

CLOSE_S = 3
"""How long connections may take to close after that."""

EXIT_S = 4.5
"""How long all that comes after the drain may take: 35 s from SIGTERM to the exit, less some."""

IDLE_S = 60
"""Seconds for which an idle connection stays open: longer than a proxy would reuse it."""

DEAD_PEER_S = 30
"""How long what was sent may stay unacknowledged."""


ACCESS_LOG: dict[str, Any] = {
    "log_level": None,  # one for all of uvicorn's loggers
    "log_config": {
        **LOGGING_CONFIG,
        "loggers": {
            "uvicorn": {**LOGGING_CONFIG["loggers"]["uvicorn"], "level": "WARNING"},
            "uvicorn.error": {"level": "WARNING"},
            "uvicorn.access": LOGGING_CONFIG["loggers"]["uvicorn.access"],
        },
    },
}
"""uvicorn's own settings but for the messages about itself, of which only warnings are shown."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`; connections whose peer is dead end after 30 s.

    Raises:
        OSError: the address cannot be had.
        OverflowError: it is no port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_S * 1000)
        listener.bind((host, port))
        listener.listen(2048)
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener


def serve(
    app: Any,
    listener: socket.socket,
    *,
    drain_s: float = DRAIN_S,
    has_access_log: bool = False,
    on_started: Callable[[], None] | None = None,
    is_supervised: bool = False,
    **options: Any,
) -> bool:
    """Serve `app`, an ASGI app or its import path, until SIGTERM or SIGINT, and return when all is kept.

    Returns whether the app has started: False if its lifespan failed, which uvicorn's log then tells.
    `on_started` is called when it has. With `has_access_log`, each request is a line on the standard output.
    One that `is_supervised` ignores SIGINT: a terminal sends it to the parent, too, which passes it on as
    SIGTERM.

    At the signal `GET …/health` becomes 503 and new turns are refused; readers are told within a second to
    attach again; running turns get `drain_s` seconds; what still runs is stored and `interrupted`. A second
    signal ends the wait. A `respond` that does not end, or a thread that it left behind, ends with the
    process, 4.5 s after the drain. Every chat of this process is drained, also one that is mounted in another
    app. `options` are uvicorn's. A request's head and the number of connections have the limits of the
    process's first chat.
    """
    options = {
        "http": guarded_protocol(limits_of_process),
        "log_level": "warning",
        **(ACCESS_LOG if has_access_log else {"access_log": False}),
        "timeout_graceful_shutdown": CLOSE_S,
        "timeout_keep_alive": IDLE_S,
        **options,
    }
    config = uvicorn.Config(app, **options)
    server = _Server(config, drain_s, on_started=on_started, is_supervised=is_supervised)
    try:
        server.run(sockets=[listener])
    finally:
        server.is_over()
    return server.started


class _Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        drain_s: float,
        *,
        on_started: Callable[[], None] | None = None,
        is_supervised: bool = False,
    ) -> None:
        super().__init__(config)
        self._drain_s = drain_s
        self._on_started = on_started
        self._is_supervised = is_supervised
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining: asyncio.Task[None] | None = None
        self._last: threading.Timer | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        # A full collection stops all streams while it looks at every object: at those of imports no more.
        gc.collect()
        gc.freeze()
        if self._on_started is not None:
            self._on_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by the signal, between any two steps of the loop."""
        if self._is_supervised and sig == signal.SIGINT:
            return
        if self._loop is None:
            self.should_exit = True
        else:
            self._loop.call_soon_threadsafe(self._begin_exit, sig)

    def _begin_exit(self, sig: int) -> None:
        is_first = self._draining is None
        if self._draining is not None:
            self._draining.cancel()
            self.force_exit = self.should_exit and sig == signal.SIGINT
        drain_s = self._drain_s if is_first else 0.0
        self._draining = asyncio.create_task(self._drain(drain_s))
        self._exit_within(drain_s + EXIT_S)

    async def _drain(self, drain_s: float) -> None:
        try:
            await drain(drain_s)
        except Exception:
            logger.exception("some running turns could not be ended cleanly")
        self.should_exit = True

    def is_over(self) -> None:
        """All has ended in time."""
        if self._last is not None:
            self._last.cancel()

    def _exit_within(self, seconds: float) -> None:
        """End the process then if it still runs: the event loop waits for every task and thread."""
        self.is_over()
        self._last = threading.Timer(seconds, _exit)
        self._last.daemon = True
        self._last.start()


def _exit() -> None:
    logger.error("part of the app does not shut down: the process exits anyway")
    os._exit(0)  # turns that are not ended by now are swept
