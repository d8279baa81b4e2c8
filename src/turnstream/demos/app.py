"""The demo site: a start page, five apps with a chat each, and which model answers."""

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from turnstream.demos.models import model_name
from turnstream.demos.names import DemoName
from turnstream.demos.servers import make_server
from turnstream.demos.sources import source_page
from turnstream.http import create_app
from turnstream.server import ChatKitServer
from turnstream.store import SqlStore

__all__ = ["create_demo"]

FOLDER = Path(__file__).parent
DATABASES: dict[DemoName, str] = {
    "map": "map.sqlite",
    "claim": "claim.sqlite",
    "colony": "colony.sqlite",
    "companion": "threads.sqlite",
    "travel": "travel.sqlite",
}


def create_demo(data: Path, *, token_delay_s: float = 0.03, reading_s: float = 0.6) -> Starlette:
    """Return the demos as an ASGI app that keeps a database each, and photos, in the folder `data`.

    With `OPENAI_API_KEY` in the environment a real model answers, else the offline scripts.
    """
    data.mkdir(parents=True, exist_ok=True)
    secret = _secret(data / "cookie-secret")
    model = model_name()
    servers: dict[DemoName, ChatKitServer[Any]] = {}
    for name, database in DATABASES.items():
        store = SqlStore[Any](f"sqlite+aiosqlite:///{(data / database).resolve()}")
        servers[name] = make_server(name, store, data=data, token_delay_s=token_delay_s, reading_s=reading_s)
    return Starlette(
        routes=[
            Route("/about.json", _about(model)),
            *(_folder(name) for name in servers),
            *(Mount(f"/{name}", _demo(name, server, secret, model)) for name, server in servers.items()),
            Mount("/", StaticFiles(directory=FOLDER / "start" / "page", html=True)),
        ],
        lifespan=_serving([*servers.values()]),
    )


def _demo(name: DemoName, server: ChatKitServer[Any], secret: bytes, model: str) -> Starlette:
    chat = create_app(server, cookie_secret=secret)
    chat.router.routes += [
        Route("/about.json", _about(model)),
        _folder("source"),
        Route("/source/", source_page(name, FOLDER)),
        Mount("/", StaticFiles(directory=FOLDER / name / "page", html=True)),
    ]
    return chat


def _folder(name: str) -> Route:
    """Send who forgot the slash at the end on: the page's addresses are relative to it."""

    async def enter(request: Request) -> Response:
        return RedirectResponse(f"{name}/")

    return Route(f"/{name}", enter)


def _about(model: str) -> Callable[[Request], Awaitable[Response]]:
    async def about(request: Request) -> Response:
        return JSONResponse({"model": model})

    return about


def _serving(servers: Sequence[ChatKitServer[Any]]) -> Any:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            for server in servers:
                stack.push_async_callback(server.close)
                await server.open()
            yield

    return lifespan


def _secret(file: Path) -> bytes:
    """The key that signs visitors' cookies, made once and kept beside the threads it opens."""
    if not file.exists() or not file.stat().st_size:  # empty: it was being made when the process ended
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()
