"""Who asks: the app's own answer, or one anonymous principal per browser."""

import hashlib
import inspect
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from itsdangerous import BadSignature, Signer
from starlette.exceptions import HTTPException
from starlette.requests import Request

from turnstream.errors import RequestError
from turnstream.store import Principal

__all__ = ["Authenticate", "Visitors", "call_authenticate"]

Authenticate = Callable[[Request], Any | Awaitable[Any]]
"""Returns the principal of a request, or None to refuse it with 401; may raise an `HTTPException`. May be async.

It runs on the event loop: one that is not async must not wait for a database or a network.
"""

COOKIE = "turnstream_visitor"
ONE_YEAR_S = 365 * 24 * 3600


async def call_authenticate(authenticate: Authenticate, request: Request) -> Any:
    """Return the principal that the app's hook gives.

    Raises:
        RequestError: 401, the hook returned None; or the status of an `HTTPException` that the hook raised.
    """
    try:
        principal = authenticate(request)
        if inspect.isawaitable(principal):
            principal = await principal
    except HTTPException as exc:
        raise RequestError(str(exc.detail), code="refused", status=exc.status_code) from exc
    if principal is None:
        raise RequestError("Sign in to use this chat.", code="unauthorized", status=401)
    return principal


class Visitors:
    """Anonymous principals, one per browser, kept in a signed cookie that scripts cannot read."""

    def __init__(self, secret: str | bytes) -> None:
        self._signer = Signer(secret, salt="turnstream.visitor", digest_method=hashlib.sha256)

    def identify(self, request: Request) -> tuple[Principal, str | None]:
        """Return who asks; for a new visitor also the `Set-Cookie` value that makes the browser say so next time."""
        known = self._known(request.cookies.get(COOKIE))
        if known is not None:
            return known, None
        visitor = Principal(id=f"visitor_{secrets.token_hex(16)}")
        signed = self._signer.sign(visitor.id).decode()
        secure = "; Secure" if _is_https(request) else ""
        return visitor, f"{COOKIE}={signed}; Path=/; Max-Age={ONE_YEAR_S}; HttpOnly; SameSite=Lax{secure}"

    def _known(self, cookie: str | None) -> Principal | None:
        if cookie is None:
            return None
        try:
            return Principal(id=self._signer.unsign(cookie).decode())
        except (BadSignature, UnicodeError):
            return None


def _is_https(request: Request) -> bool:
    """Whether the browser speaks https, also to a proxy in front; who lies about it spoils only the own cookie."""
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    return "https" in {request.url.scheme, forwarded.lower()}
