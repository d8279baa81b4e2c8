"""One model behind an OpenAI-compatible `/chat/completions` endpoint."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from turnstream.agents.chat_completions.chunks import (
    Chunk,
    has_content,
    read_answer,
    read_refusal,
    release,
)
from turnstream.agents.core.client_errors import model_error_from
from turnstream.agents.core.model_errors import ModelError, ModelErrorCode
from turnstream.redaction import logger_of, redacted, secrets_of_url
from turnstream.turns.closing import closing

if TYPE_CHECKING:
    import aiohttp

__all__ = ["ChatModel", "CompletionSource", "OnWait"]

logger = logger_of("turnstream.agents")

OnWait = Callable[[ModelError, float], Awaitable[None]]
"""Called before a retry with its reason and the seconds until then."""

FIRST_WAIT_S = 0.5
RETRIED_STATUSES = {408, 409, 429}
RETRIED = {
    ModelErrorCode.UNREACHABLE,
    ModelErrorCode.RATE_LIMITED,
    ModelErrorCode.OVERLOADED,
    ModelErrorCode.CUT,
}


PLAIN = {
    "accept": "text/event-stream",
    "accept-encoding": "identity",  # a compressed stream may be held back
    "content-type": "application/json",
}


class CompletionSource(Protocol):
    """What `stream_chat_response` asks: a `ChatModel`, or an object that answers in its place."""

    def stream(self, messages: Sequence[Mapping[str, Any]], **options: Any) -> AsyncGenerator[Chunk]:
        """Yield the chunks of one answer, as `{"choices": [{"delta": {"content": "Hi"}}]}`."""
        ...


class ChatModel:
    """A model of an endpoint: Ollama, vLLM, llama.cpp, LiteLLM, OpenAI and others.

        model = ChatModel("llama3.2", base_url="http://127.0.0.1:11434/v1")

    Make one for the whole process: it shares connections between runs, on one event loop. `close` it at the
    end.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        api_key: str | None = None,
        headers: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
        connect_timeout_s: float = 10.0,
        first_byte_timeout_s: float = 60.0,
        idle_timeout_s: float = 60.0,
        max_retries: int = 2,
        max_wait_s: float = 30.0,
    ) -> None:
        """`options` go into each request, such as `temperature`, `max_tokens`, `reasoning_effort`.

        A request fails when nothing came within `first_byte_timeout_s`, or later for `idle_timeout_s`. Until
        the first token it is made again up to `max_retries` times; a server that asks for more than
        `max_wait_s` of patience is not asked again.

        Raises:
            ImportError: aiohttp is not installed.
        """
        self._http = _import_aiohttp()
        self.name = name
        self.base_url = base_url.rstrip("/")
        self._headers = {**PLAIN, **(headers or {})}
        if api_key is not None:
            self._headers["authorization"] = f"Bearer {api_key}"
        self._secrets = {*self._headers.values(), *secrets_of_url(base_url), api_key or ""} - {
            *PLAIN.values()
        }
        self._options = dict(options or {})
        self._connect_timeout_s = connect_timeout_s
        self._first_byte_timeout_s = first_byte_timeout_s
        self._idle_timeout_s = idle_timeout_s
        self._max_retries = max_retries
        self._max_wait_s = max_wait_s
        self._reports_usage = True
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return f"ChatModel({self.name!r}, base_url={redacted(self.base_url, self._secrets)!r})"

    async def __aenter__(self) -> "ChatModel":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections. A model that is used again opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def stream(
        self, messages: Sequence[Mapping[str, Any]], *, on_wait: OnWait | None = None, **options: Any
    ) -> AsyncGenerator[Chunk]:
        """Yield the chunks of one answer, up to its end; closing the generator closes the connection.

        Texts that come at once are one chunk. Under load, these are those of one tick of the turns.

        Raises:
            ModelError: there is no whole answer.
        """
        request = {"model": self.name, "messages": list(messages), "stream": True, **self._options, **options}
        attempt = 0
        while True:
            has_begun = False
            try:
                async with closing(self._answer(request)) as chunks:
                    async for chunk in chunks:
                        has_begun = has_begun or has_content(chunk)
                        yield chunk
                return
            except ModelError as exc:
                exc.detail = redacted(f"{exc.detail} ({self.name} at {self._url})", self._secrets)
                if has_begun:
                    raise
                if self._gives_up_usage(exc):
                    continue
                wait_s = self._wait_s(exc, attempt)
                if wait_s is None:
                    raise
                logger.info("%s will be retried in %.1f s: %s", self.name, wait_s, exc)
                if on_wait is not None:
                    await on_wait(exc, wait_s)
            attempt += 1
            await asyncio.sleep(wait_s)

    async def ask(self, instructions: str, text: str) -> str:
        """Return the whole answer to one question, as for a title.

        Raises:
            ModelError: there is no whole answer.
        """
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
        pieces: list[str] = []
        async with closing(self.stream(messages)) as chunks:
            async for chunk in chunks:
                for choice in chunk.get("choices") or ():
                    delta: dict[str, Any] = choice.get("delta") or {}
                    pieces.append(delta.get("content") or "")
        return "".join(pieces)

    @property
    def _url(self) -> str:
        return f"{self.base_url}/chat/completions"

    def _gives_up_usage(self, error: ModelError) -> bool:
        """Whether the server rejected the request for usage, which later requests then omit."""
        if self._reports_usage and error.status in {400, 422} and "stream_options" in error.detail:
            self._reports_usage = False
            return True
        return False

    def _wait_s(self, error: ModelError, attempt: int) -> float | None:
        """Return how long to wait before the next attempt; None if there is none."""
        if attempt >= self._max_retries or not error.allow_retry:
            return None
        if error.cause not in RETRIED and error.status not in RETRIED_STATUSES:
            return None
        if error.retry_after_s is not None:
            return error.retry_after_s if error.retry_after_s <= self._max_wait_s else None
        return min(self._max_wait_s, FIRST_WAIT_S * 2**attempt) * random.uniform(0.5, 1.0)

    async def _answer(self, request: dict[str, Any]) -> AsyncGenerator[Chunk]:
        """Yield the chunks of one attempt."""
        async with (
            self._open(request) as (response, first),
            closing(read_answer(response, first, idle_timeout_s=self._idle_timeout_s)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk

    @asynccontextmanager
    async def _open(self, request: dict[str, Any]) -> AsyncGenerator[tuple["aiohttp.ClientResponse", bytes]]:
        """Make a request; the connection is closed, unless the block reads the whole answer."""
        response: aiohttp.ClientResponse | None = None
        try:
            try:
                async with asyncio.timeout(self._first_byte_timeout_s):
                    response = await self._post(request)
                    if response.status != 200:
                        raise await read_refusal(response)
                    first = await response.content.readany()
            except TimeoutError as exc:
                detail = f"no byte within {self._first_byte_timeout_s} s"
                raise model_error_from(exc) or ModelError(ModelErrorCode.TIMEOUT, detail) from exc
            yield response, first
            await release(response)
        except ModelError:
            raise
        except self._http.ClientError as exc:
            raise model_error_from(exc, has_begun=response is not None) or exc from exc
        finally:
            if response is not None:
                response.close()  # nothing if it was released

    async def _post(self, request: dict[str, Any]) -> "aiohttp.ClientResponse":
        if self._reports_usage:
            request = {**request, "stream_options": {"include_usage": True}}
        body = json.dumps(request, separators=(",", ":")).encode()  # in ASCII, so that lone surrogates pass
        # A redirect would carry the key elsewhere: it is a refusal.
        return await self._client().post(self._url, data=body, headers=self._headers, allow_redirects=False)

    def _client(self) -> "aiohttp.ClientSession":
        session = self._session
        if session is None or session.closed:
            http = self._http
            session = self._session = http.ClientSession(
                timeout=http.ClientTimeout(total=None, sock_connect=self._connect_timeout_s),
                connector=http.TCPConnector(
                    limit=0
                ),  # a turn that waits for a free connection would time out
            )
        return session


def _import_aiohttp() -> Any:
    try:
        import aiohttp
    except ImportError as exc:
        raise ImportError("ChatModel needs aiohttp: install turnstream[openai]") from exc
    return aiohttp
