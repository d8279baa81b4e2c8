"""Who asks: the app's own answer, or one anonymous principal per browser."""

import hashlib
import hmac
import inspect
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from itsdangerous import BadSignature, Signer
from starlette.exceptions import HTTPException
from starlette.requests import Request

from turnstream.errors import RequestError
from turnstream.http.limits import is_same_origin
from turnstream.store import Principal

__all__ = ["Authenticate", "Visitors", "call_authenticate"]

Authenticate = Callable[[Request], Any | Awaitable[Any]]
"""Returns the principal of a request, or None to refuse it with 401; may raise an `HTTPException`. May be async.

It runs on the event loop: one that is not async must not wait for a database or a network.
"""

COOKIE = "turnstream_visitor"
HEADER = "turnstream-visitor"
KEY = re.compile(r"[A-Za-z0-9-]{32,64}")
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
    """Anonymous principals, one per browser, kept in a signed cookie that scripts cannot read.

    A browser that keeps no cookie for this server (a page of another site, a sandboxed frame, cookies blocked) is known
    by a random key that the element makes and sends as `Turnstream-Visitor`. The visitor's id is a hash of that key,
    keyed with the secret: an id that is seen somewhere does not give the key away.
    """

    def __init__(self, secret: str | bytes) -> None:
        self._signer = Signer(secret, salt="turnstream.visitor", digest_method=hashlib.sha256)
        self._secret = secret.encode() if isinstance(secret, str) else secret

    def identify(self, request: Request) -> tuple[Principal, str | None]:
        """Return who asks; for a new visitor also the `Set-Cookie` value that makes the browser say so next time.

        Within the origin the cookie counts before the key. On a page of another origin the key does, since a browser
        may send the cookie on one day and hold it back on the next.
        """
        by_cookie, by_key = self._by_cookie(request.cookies.get(COOKIE)), self._by_key(request.headers.get(HEADER))
        known = (by_cookie or by_key) if is_same_origin(request) else (by_key or by_cookie)
        if known is not None:
            return known, None
        visitor = Principal(id=f"visitor_{secrets.token_hex(16)}")
        signed = self._signer.sign(visitor.id).decode()
        secure = "; Secure" if _is_https(request) else ""
        return visitor, f"{COOKIE}={signed}; Path=/; Max-Age={ONE_YEAR_S}; HttpOnly; SameSite=Lax{secure}"

    def _by_key(self, key: str | None) -> Principal | None:
        if key is None or not KEY.fullmatch(key):
            return None
        digest = hmac.new(self._secret, b"turnstream.visitor.key:" + key.encode(), hashlib.sha256).hexdigest()
        return Principal(id=f"visitor_{digest[:32]}")

    def _by_cookie(self, cookie: str | None) -> Principal | None:
        if cookie is None:
            return None
        try:
            return Principal(id=self._signer.unsign(cookie).decode())
        except (BadSignature, UnicodeError):
            return None


def _is_https(request: Request) -> bool:
    """Whether the browser speaks https, also to a proxy in front.

    A client that forges this header invalidates only its own cookie.
    """
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    return "https" in {request.url.scheme, forwarded.lower()}
