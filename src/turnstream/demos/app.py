"""The demo site: the page, its chat, and which model answers."""

import os
import secrets
from pathlib import Path

from agents import Model, OpenAIChatCompletionsModel, OpenAIResponsesModel
from agents.models import get_default_model
from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from turnstream.demos.companion.script import decide
from turnstream.demos.companion.server import CompanionServer
from turnstream.demos.scripted import ScriptedModel
from turnstream.http import create_app
from turnstream.store import SqlStore

__all__ = ["choose_model", "create_demo"]

PAGE = Path(__file__).parent / "companion" / "page"


def choose_model(*, token_delay_s: float = 0.03) -> tuple[Model, str]:
    """Return the model that answers and how the page names it.

    Read from the environment: with `OPENAI_API_KEY` a real model, at `OPENAI_BASE_URL` if that is set (any server
    that speaks chat completions), called `OPENAI_MODEL`. Without a key the offline script.
    """
    if not os.environ.get("OPENAI_API_KEY"):
        return ScriptedModel(decide, token_delay_s=token_delay_s), "offline script"
    client = AsyncOpenAI()
    name = os.environ.get("OPENAI_MODEL") or get_default_model()
    if os.environ.get("OPENAI_BASE_URL"):
        return OpenAIChatCompletionsModel(model=name, openai_client=client), f"{name} at {client.base_url.host}"
    return OpenAIResponsesModel(model=name, openai_client=client), name


def create_demo(data: Path, *, token_delay_s: float = 0.03, reading_s: float = 0.6) -> Starlette:
    """Return the demo as an ASGI app that keeps its threads in the folder `data`."""
    data.mkdir(parents=True, exist_ok=True)
    model, model_name = choose_model(token_delay_s=token_delay_s)
    store = SqlStore(f"sqlite+aiosqlite:///{(data / 'threads.sqlite').resolve()}")
    server = CompanionServer(store, model=model, reading_s=reading_s)
    chat = create_app(server, cookie_secret=_secret(data / "cookie-secret"))

    async def about(request: Request) -> Response:
        return JSONResponse({"model": model_name})

    chat.router.routes += [
        Route("/about.json", about),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]
    return chat


def _secret(file: Path) -> bytes:
    """The key that signs visitors' cookies, made once and kept beside the threads it opens."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()
