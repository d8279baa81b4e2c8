"""The demo site: the page, its chat, and which model answers."""

import os
import secrets
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from turnstream.demos.loading import LoadingServer
from turnstream.http import create_app
from turnstream.server import ChatKitServer
from turnstream.store import SqlStore

__all__ = ["create_demo", "model_name"]

PAGE = Path(__file__).parent / "companion" / "page"


def model_name() -> str:
    """Return how the page names the model that answers."""
    if not os.environ.get("OPENAI_API_KEY"):
        return "offline script"
    from turnstream.demos.models import real_model_name

    return real_model_name()


def create_demo(data: Path, *, token_delay_s: float = 0.03, reading_s: float = 0.6) -> Starlette:
    """Return the demo as an ASGI app that keeps its threads in the folder `data`.

    With `OPENAI_API_KEY` in the environment a real model answers, else the offline script.
    """
    data.mkdir(parents=True, exist_ok=True)
    name = model_name()
    store = SqlStore(f"sqlite+aiosqlite:///{(data / 'threads.sqlite').resolve()}")

    def load() -> ChatKitServer:
        from agents.tracing import get_trace_provider

        from turnstream.demos.companion.script import decide
        from turnstream.demos.companion.server import CompanionServer
        from turnstream.demos.models import choose_model

        get_trace_provider()  # makes an HTTP client, traced or not, and reads files: not at the first answer
        model = choose_model(decide, token_delay_s=token_delay_s)
        return CompanionServer(store, model=model, reading_s=reading_s)

    server = LoadingServer(store, load)
    chat = create_app(server, cookie_secret=_secret(data / "cookie-secret"))

    async def about(request: Request) -> Response:
        server.preload()
        return JSONResponse({"model": name})

    chat.router.routes += [
        Route("/about.json", about),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]
    return chat


def _secret(file: Path) -> bytes:
    """The key that signs visitors' cookies, made once and kept beside the threads it opens."""
    if not file.exists() or not file.stat().st_size:  # empty: it was being made when the process ended
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()
