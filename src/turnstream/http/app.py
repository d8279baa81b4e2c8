"""Serve a ChatKitServer and the browser element."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar
from weakref import WeakSet

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from turnstream.errors import RequestError, RequestNotFoundError
from turnstream.http.authentication import Authenticate, ask, call_authenticate, refused_by_app
from turnstream.http.closing import JSON_HEADERS, ClosingResponse, refusal, refused_by_router
from turnstream.http.element import element_files
from turnstream.http.files import receive_form, receive_put, send_file
from turnstream.http.hosts import HostCheck, RequestReader, checked_image_hosts, checked_origins
from turnstream.http.limits import check_content_type, check_origin, read_body
from turnstream.http.streams import EventStreamResponse, OpenStreams, Reader
from turnstream.http.visitors import CookieSecret, Visit, Visitors, check_secrets, process_secret
from turnstream.limits import Limits
from turnstream.redaction import logger_of
from turnstream.request_info import during
from turnstream.server import ChatKitServer, StreamingResult
from turnstream.server.operations.uploads import FOLDER, hosted_store
from turnstream.server.refusals import check_owner
from turnstream.store import MemoryStore

__all__ = ["ChatApp", "create_app", "drain"]

logger = logger_of("turnstream.http")

Answer = TypeVar("Answer", bound=Response | EventStreamResponse)

SAFE = {"GET", "HEAD"}
"""Methods that change nothing, so that it does not matter which page asks."""

MAX_NOTED_ORIGINS = 20

NO_AUTHENTICATE = (
    "allowed_origins without authenticate: on pages of another origin, turnstream's element sends a key, "
    "so its visitors keep their threads. Other clients can be a new visitor on each request and lose "
    "theirs: pass authenticate."
)

NO_COOKIE = (
    "The request had no valid visitor cookie, so it counts as a new visitor: either cookies are blocked in "
    "this browser, or a proxy removes them, or cookie_secret has changed."
)


def create_app(
    server: ChatKitServer[Any],
    *,
    path: str = "/chatkit",
    authenticate: Authenticate | None = None,
    cookie_secret: CookieSecret | None = None,
    allowed_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] | None = None,
    allowed_image_hosts: Sequence[str] = (),
    max_body_bytes: int | None = None,
    limits: Limits | None = None,
    request_headers: Sequence[str] = (),
    public_url: str | None = None,
    dev: bool | None = None,
) -> "ChatApp":
    """Return an ASGI app that serves `server`. Run it directly, or mount it in another app at `/`.

    Its lifespan opens and closes `server`. An app does not run the lifespan of mounted apps: call
    `server.open()` and `server.close()` in your app's lifespan, and `drain` on SIGTERM, unless `turnstream
    serve` runs the app.

    It serves `POST {path}` (the ChatKit protocol), `GET {path}/chatkit.js` (the element) and `GET
    {path}/health`, with or without a trailing slash. If the server's attachment store is a
    `HostedAttachmentStore`, it also receives files, announced ones with `PUT {path}/attachments/{id}` and
    others with `POST {path}/attachments`, and sends them to their owners with `GET {path}/attachments/{id}`.

    `authenticate` receives the request and returns the principal, which becomes the context of the server's
    methods and the owner of what they create; None, or an empty owner, rejects the request with 401. An
    `HTTPException` that it raises rejects it with that status and those headers.

    Without `authenticate`, each browser is an anonymous `Principal` with a cookie signed with
    `cookie_secret`, at least 32 bytes that `secrets.token_urlsafe(32)` makes. To change it, put the new one
    first: `[new, old]` signs with the first and accepts all. Without `cookie_secret`, it changes at each
    start and visitors lose their threads.

    `allowed_origins` lists other origins whose pages can use this server, such as `https://app.example`.
    Browsers may block the visitor's cookie there, so the element sends a key instead. Clients that send
    neither are a new visitor on each request: use `authenticate` for them. `"null"` is the origin of
    sandboxed frames and local files. The pages of these origins may also show the frames of widgets.

    `allowed_hosts` lists the hosts of this server, such as `chat.example` or `*.example.com`, whatever the
    port; only the health check answers to others. Without it, the server refuses pages without TLS under a
    name other than `localhost` that reach it at a loopback address: any site can point its own name there
    (DNS rebinding). `["*"]` allows all.

    `allowed_image_hosts` lists other hosts from which the element shows, over https, pictures that your code
    names: `image.url` of a generated image, `preview_url` of an attachment, and those of widgets. An entry is
    exact: `images.example`, perhaps with a port, and with a path if only pictures below it may load. Pictures
    in the model's Markdown do not count: for them, see `allowed_image_domains` of the thread.

    `limits` replaces the server's; `max_body_bytes` replaces theirs.

    `request_headers` lists the headers that `request_info()` gives to the app's code. `public_url` is the URL
    of this chat as browsers know it, such as `https://app.example/chatkit`, for a server behind a proxy that
    changes paths; by default, it is that of each request.

    With `dev`, the chat shows the exceptions that `respond` raises; otherwise only the log does. The default
    is the environment variable `TURNSTREAM_DEV=1`, which `turnstream serve --dev` sets. Never use it in
    production.

    Raises:
        TypeError: `server` is not a ChatKitServer.
        ValueError: `path` does not start with a slash or ends with one, an origin or host is invalid, or a
            secret is short.
    """
    _check_server(server)
    if not path.startswith("/") or path.endswith("/"):
        raise ValueError(f"path must look like '/chatkit', not {path!r}")
    allowed_origins = checked_origins(allowed_origins)
    hosts = HostCheck(allowed_hosts)
    if dev if dev is not None else os.environ.get("TURNSTREAM_DEV") == "1":
        server.shows_errors = True
        logger.warning("dev: the chat shows exception messages. Never use this in production.")
    if allowed_origins and authenticate is None:
        logger.warning(NO_AUTHENTICATE)
    server.limits = limits or server.limits
    if max_body_bytes is not None:
        server.limits = replace(server.limits, max_body_bytes=max_body_bytes)
    secrets = None if cookie_secret is None else check_secrets(cookie_secret)
    who = authenticate or _visitors(secrets)
    about = RequestReader(path, request_headers, public_url)
    image_hosts = checked_image_hosts(allowed_image_hosts)
    endpoint = _Endpoint(path, server, who, allowed_origins, hosts, image_hosts, about)
    cors = Middleware(
        CORSMiddleware,
        allow_origins=allowed_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT"],
        allow_headers=["*"],
        expose_headers=["Turnstream-Turn", "Turnstream-Image-Hosts", "Retry-After"],
    )
    return ChatApp(
        endpoint,
        routes=[
            Route(path, endpoint.post, methods=["POST"]),
            Route(f"{path}/health", endpoint.health),
            Route(f"{path}/{FOLDER}", endpoint.post_file, methods=["POST"]),
            Route(f"{path}/{FOLDER}/{{attachment_id}}", endpoint.put_file, methods=["PUT"]),
            Route(f"{path}/{FOLDER}/{{attachment_id}}", endpoint.get_file, methods=["GET"]),
            Mount(path, element_files(allowed_origins=allowed_origins)),
        ],
        middleware=[cors] if allowed_origins else [],
        exception_handlers={HTTPException: refused_by_router},
        lifespan=_closing(server),
    )


async def drain(timeout_s: float = 30.0) -> None:
    """Prepare every chat in this process to shut down. Call it once, on SIGTERM.

    Health checks then return 503, new turns are refused, and readers are asked to reattach. Running turns
    have `timeout_s` seconds to end; the rest are saved and interrupted.
    """
    await asyncio.gather(*(endpoint.drain(timeout_s) for endpoint in LIVE))


def limits_of_process() -> Limits:
    """Return the limits of the first chat of this process; the defaults before there is one."""
    endpoint = next(iter(LIVE), None)
    return Limits() if endpoint is None else endpoint.limits


def keeps_threads_in_memory() -> bool:
    """Return whether a chat of this process has a store that no other process can read."""
    return any(endpoint.keeps_threads_in_memory for endpoint in LIVE)


class ChatApp(Starlette):
    """What `create_app` returns: a Starlette app that also tells whose a request is."""

    def __init__(self, endpoint: "_Endpoint", **options: Any) -> None:
        super().__init__(**options)
        self._endpoint = endpoint
        LIVE.add(endpoint)

    async def principal_of(self, request: Request) -> Any:
        """Return whose a request to your own route is: the principal for whom the chat would act. None for
        nobody.

        That is what `authenticate` returns, or the visitor, whom the cookie or the key of the element shows;
        a new visitor is nobody until the chat's first answer has brought the cookie. It checks neither the
        origin nor the host of the request. In FastAPI, use it as a dependency, `Depends(chat.principal_of)`;
        elsewhere, wrap the
        scope: `Request(scope)`.

        Raises:
            HTTPException: `authenticate` raised it.
        """
        return await self._endpoint.principal_of(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = self._endpoint.with_plain_path(scope)
            if (refusal := self._endpoint.refuse_host(scope)) is not None:
                return await refusal(scope, receive, send)
            if scope["method"] == "OPTIONS":
                self._endpoint.note_preflight(Headers(scope=scope).get("origin"))
        # Starlette's layers would stay on the stack of an open stream: 5 KB each, and three calls per write.
        if not self.user_middleware and self._endpoint.is_for(scope):
            await self._endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
        return None


class _Endpoint:
    """`POST {path}`, and its health."""

    def __init__(
        self,
        path: str,
        server: ChatKitServer[Any],
        who: Authenticate | Visitors,
        allowed_origins: Sequence[str],
        hosts: HostCheck,
        image_hosts: Sequence[str],
        about: RequestReader,
    ) -> None:
        self._path = path
        self._about = about
        self._server = server
        self._who = who
        self._allowed_origins = frozenset(allowed_origins)
        self._hosts = hosts
        self._image_hosts = ", ".join(image_hosts)
        self._streams = OpenStreams(per_owner=server.limits.open_streams_per_owner)
        server.on_revoke(self._streams.revoke)
        self._has_warned = False
        self._refused_origins: set[str] = set()

    @property
    def limits(self) -> Limits:
        return self._server.limits

    @property
    def keeps_threads_in_memory(self) -> bool:
        return isinstance(self._server.store, MemoryStore)

    async def drain(self, timeout_s: float) -> None:
        draining = asyncio.ensure_future(self._server.drain(timeout_s))
        await asyncio.sleep(0)  # from here on nobody can begin
        self._streams.send_away()
        await draining

    async def health(self, request: Request) -> Response:
        if self._server.is_closing:
            return JSONResponse({"status": "stopping"}, 503, headers=JSON_HEADERS)
        return JSONResponse({"status": "ok"}, headers=JSON_HEADERS)

    def is_for(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "POST":
            return False
        return _path_of(scope) == self._path

    def with_plain_path(self, scope: Scope) -> Scope:
        """Return the scope without a slash at the end of its path, if that is one of the chat's.

        Litestar adds that slash to what it mounts, and at "/" it takes the first one away.
        """
        path = f"/{_path_of(scope).strip('/')}"
        if not f"{path}/".startswith(f"{self._path}/"):
            return scope
        return {**scope, "path": scope.get("root_path", "") + path}

    def refuse_host(self, scope: Scope) -> Response | ClosingResponse | None:
        """Return the refusal of a request for another server's host. A health check may use an address."""
        if _path_of(scope) == f"{self._path}/health":
            return None
        try:
            self._hosts.check_listed(scope)
        except RequestError as exc:
            return refusal(exc, JSON_HEADERS)
        return None

    def note_preflight(self, origin: str | None) -> None:
        """Log an origin that is not allowed, once: browsers tell its pages only that the request failed."""
        refused = self._refused_origins
        if (
            origin is None
            or origin in self._allowed_origins
            or origin in refused
            or len(refused) >= MAX_NOTED_ORIGINS
        ):
            return
        refused.add(origin)
        logger.warning(
            "requests from pages of %s are refused: add this origin to allowed_origins", origin[:200]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.post(Request(scope, receive))
        await response(scope, receive, send)

    async def post(self, request: Request) -> Response | ClosingResponse | EventStreamResponse:
        async def answer() -> Response | EventStreamResponse:
            check_content_type(request)
            visit = await self._identify(request)
            result = await self._process(request, visit.principal, is_new_visitor=visit.is_new)
            if self._image_hosts and _is_durable(request):
                result.headers["turnstream-image-hosts"] = self._image_hosts
            return _with_cookie(result, visit)

        return await self._answer(request, answer)

    async def post_file(self, request: Request) -> Response | ClosingResponse | EventStreamResponse:
        async def answer() -> Response:
            hosted_store(self._server.attachment_store)  # before a file is read that nobody stores
            visit = await self._identify(request)
            body = await receive_form(self._server, request, visit.principal)
            return _with_cookie(Response(body, media_type="application/json", headers=JSON_HEADERS), visit)

        return await self._answer(request, answer, is_upload=True)

    async def put_file(self, request: Request) -> Response | ClosingResponse | EventStreamResponse:
        """The URL shows whose the file is: official clients send nothing else that would."""

        async def answer() -> Response:
            hosted_store(self._server.attachment_store)  # before a file is read that nobody stores
            await receive_put(self._server, request, request.path_params["attachment_id"])
            return Response(b"{}", media_type="application/json", headers=JSON_HEADERS)

        return await self._answer(request, answer, is_upload=True)

    async def get_file(self, request: Request) -> Response | ClosingResponse | EventStreamResponse:
        """A picture is shown by the page that its owner looks at: the browser sends the cookie with it."""

        async def answer() -> Response:
            principal = await self._reader_of_files(request)
            file = await self._server.open_file(request.path_params["attachment_id"], principal)
            return await send_file(request, file, is_shared=bool(self._allowed_origins))

        return await self._answer(request, answer)

    async def _reader_of_files(self, request: Request) -> Any:
        """Nobody becomes a new visitor by asking for a file."""
        if not isinstance(self._who, Visitors):
            return await call_authenticate(self._who, request)
        visit = self._who.recognize(request)
        if visit is None:
            raise RequestNotFoundError(f"There is no such file for you. {NO_COOKIE}", kind="attachment")
        return visit.principal

    async def _answer(
        self,
        request: Request,
        answer: Callable[[], Awaitable[Response | EventStreamResponse]],
        *,
        is_upload: bool = False,
    ) -> Response | ClosingResponse | EventStreamResponse:
        """Return the answer to a request from an allowed origin, or a refusal."""
        try:
            if request.method not in SAFE:
                check_origin(request, self._allowed_origins)
            self._hosts.check_rebound(request.scope)
            with during(self._about.read(request)):
                return await answer()
        except RequestError as exc:
            return refusal(exc, _json_headers(request), is_unread=is_upload)
        except HTTPException as exc:  # of the app's hooks and stores
            return refusal(refused_by_app(exc), _json_headers(request), is_unread=is_upload)
        except Exception:
            logger.exception("a request failed")
            error = {"code": "internal", "message": "The server could not process the request; see its log."}
            return JSONResponse({"error": error}, 500, headers=_json_headers(request))

    async def _identify(self, request: Request) -> Visit:
        if isinstance(self._who, Visitors):
            return self._who.identify(request)
        return Visit(await call_authenticate(self._who, request))

    async def principal_of(self, request: Request) -> Any:
        if isinstance(self._who, Visitors):
            visit = self._who.recognize(request)
            return None if visit is None else visit.principal
        principal = await ask(self._who, request)
        try:
            check_owner(self._server.owner_of, principal)
        except RequestError:
            return None  # as the chat, which refuses it; the log says why
        return principal

    async def _process(
        self, request: Request, context: Any, *, is_new_visitor: bool
    ) -> Response | EventStreamResponse:
        if not self._server.is_open and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "The chat is not open: the lifespan of a mounted app does not run. Call `await "
                "server.open()` in the lifespan of the app around it, and `await server.close()` at its "
                "end."
            )
        body = await read_body(request, self._server.limits)
        try:
            result = await self._server.process(
                body,
                context,
                is_durable=_is_durable(request),
                idempotency_key=request.headers.get("idempotency-key"),
            )
        except RequestError as exc:
            if not is_new_visitor or exc.status != HTTPStatus.NOT_FOUND:
                raise
            raise RequestError(f"{exc} {NO_COOKIE}", code=exc.code, status=exc.status) from exc
        if isinstance(result, StreamingResult):
            return EventStreamResponse(result, self._streams, self._reader(request, context))
        return Response(result.json, media_type="application/json", headers=_json_headers(request))

    def _reader(self, request: Request, context: Any) -> Reader:
        owner = self._server.owner_of(context)
        who = self._who
        if isinstance(who, Visitors):
            return Reader(owner or "")

        async def may_read() -> bool:
            try:
                now = await call_authenticate(who, request)
            except RequestError:
                return False
            return self._server.owner_of(now) == owner

        return Reader(owner or "", may_read)


def _path_of(scope: Scope) -> str:
    """The path within this app, wherever it is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _with_cookie(response: Answer, visit: Visit) -> Answer:
    if visit.cookie is not None:
        response.headers.append("set-cookie", visit.cookie)
    return response


def _is_durable(request: Request) -> bool:
    return "turnstream-client" in request.headers


def _json_headers(request: Request) -> dict[str, str]:
    """A client of durable turns learns from every answer that it may send a request again."""
    return {**JSON_HEADERS, "turnstream-turn": ""} if _is_durable(request) else JSON_HEADERS


def _closing(server: ChatKitServer[Any]) -> Any:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        await server.open()
        yield
        await server.close()

    return lifespan


def _check_server(server: object) -> None:
    if isinstance(server, type):
        name = server.__name__
        raise TypeError(
            f"create_app() takes a server, not the class {name}: call it, as in {name}(MemoryStore())"
        )
    if not isinstance(server, ChatKitServer):
        raise TypeError(f"create_app() takes a ChatKitServer, not {server!r} ({type(server).__name__})")


def _visitors(secrets: list[bytes] | None) -> Visitors:
    if secrets is not None:
        return Visitors(*secrets)
    logger.warning(
        "Without a cookie_secret, anonymous visitors lose their threads when this process restarts."
    )
    return Visitors(process_secret(), is_lasting=False)


LIVE: WeakSet[_Endpoint] = WeakSet()
"""The chats of this process, mounted or not."""
