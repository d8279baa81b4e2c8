"""Serve an ASGI app on a real socket of this process's event loop."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal

import httpx
import uvicorn
from starlette.types import ASGIApp

SECRET = "a secret of the tests, of some length"


@asynccontextmanager
async def listening(
    app: ASGIApp, *, http: Literal["auto", "h11", "httptools"] = "auto"
) -> AsyncGenerator[str]:
    """Yield the URL of `app`, served until the block ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    options = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1, lifespan="on", http=http)
    server = uvicorn.Server(options)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncGenerator[httpx.AsyncClient]:
    """Yield a client of `app`, served until the block ends."""
    async with listening(app) as url, httpx.AsyncClient(base_url=url, timeout=300) as client:
        yield client
