"""An app's own routes know whose a request is, by the same rules as the chat."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from tests.http.serving import SECRET, serving
from tests.http.test_app import say_hello
from tests.server.app import ScriptedServer, user_input
from turnstream.http import ChatApp, create_app
from turnstream.store import Principal

CREATE: dict[str, Any] = {"type": "threads.create", "params": {"input": user_input("hello")}}
KEY = {"turnstream-visitor": "0b8f3e0c-5f6e-4d0e-9b7a-3c1d2e4f5a6b"}


class Noting(ScriptedServer):
    """Notes for whom the chat acts."""

    def __init__(self) -> None:
        super().__init__(say_hello)
        self.contexts: list[Any] = []

    async def process(self, request: Any, context: Any, **options: Any) -> Any:
        self.contexts.append(context)
        return await super().process(request, context, **options)


def site(chat: ChatApp) -> Starlette:
    async def mine(request: Request) -> JSONResponse:
        principal = await chat.principal_of(request)
        return JSONResponse(principal.id if isinstance(principal, Principal) else principal)

    return Starlette(routes=[Route("/mine", mine, methods=["GET", "POST"]), Mount("/", chat)])


async def mine(client: httpx.AsyncClient, **headers: str) -> Any:
    answer = await client.get("/mine", headers=headers)
    assert "set-cookie" not in answer.headers
    return answer.json()


async def test_a_visitor_is_nobody_until_the_chat_has_answered() -> None:
    server = Noting()
    async with serving(site(create_app(server, cookie_secret=SECRET))) as client:
        assert await mine(client) is None
        await client.post("/chatkit", json=CREATE)
        assert await mine(client) == server.contexts[0].id
        client.cookies.clear()
        assert await mine(client) is None
        client.cookies.set("turnstream_visitor", f"visitor_{'7' * 32}.forged")
        assert await mine(client) is None


async def test_a_visitor_is_known_by_the_key_of_the_element() -> None:
    server = Noting()
    async with serving(site(create_app(server, cookie_secret=SECRET))) as client:
        await client.post("/chatkit", json=CREATE, headers=KEY)
        assert await mine(client, **KEY) == server.contexts[0].id


@pytest.mark.parametrize("answer", [None, "", " ", Principal("")], ids=repr)
async def test_whom_authenticate_does_not_know_is_nobody(answer: Any) -> None:
    chat = create_app(Noting(), authenticate=lambda request: answer)
    async with serving(site(chat)) as client:
        assert await mine(client) is None


async def test_authenticate_says_who_it_is() -> None:
    async def authenticate(request: Request) -> Principal | None:
        if "x-paused" in request.headers:
            raise HTTPException(403, "Your account is paused.", {"X-Reason": "paused"})
        user = request.headers.get("x-user")
        return Principal(user) if user else None

    chat = create_app(Noting(), authenticate=authenticate)
    async with serving(site(chat)) as client:
        assert await mine(client, **{"x-user": "ada"}) == "ada"
        assert await mine(client) is None
        paused = await client.get("/mine", headers={"x-paused": "1"})
    assert (paused.status_code, paused.headers["x-reason"]) == (403, "paused")


async def test_it_is_a_dependency_in_fastapi() -> None:
    chat = create_app(Noting(), authenticate=lambda request: request.headers.get("x-user"))
    api = FastAPI()

    @api.get("/mine")
    async def whose(user: Annotated[Any, Depends(chat.principal_of)]) -> Any:  # pyright: ignore[reportUnusedFunction]
        return user

    api.mount("/", chat)
    async with serving(api) as client:
        assert await mine(client, **{"x-user": "ada"}) == "ada"
        assert await mine(client) is None
