"""Anonymous principals: one per browser, known by a signed cookie or by a key that the element sends."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, Signer, TimestampSigner
from starlette.requests import Request

from turnstream.http.limits import is_same_origin
from turnstream.store import Principal

__all__ = [
    "MIN_SECRET_BYTES",
    "CookieSecret",
    "Visit",
    "Visitors",
    "check_secrets",
    "new_secret",
    "process_secret",
    "share_process_secret",
]

CookieSecret = str | bytes | Sequence[str | bytes]
"""What signs the visitors' cookies: one secret, or several, of which the first signs and all are accepted."""

MIN_SECRET_BYTES = 32

COOKIE = "turnstream_visitor"
"""The cookie's name in earlier versions and without a secret; then all chats of a process share it."""

HEADER = "turnstream-visitor"
FRAME_HEADER = "chatkit-frame-instance-id"
KEY = re.compile(r"[A-Za-z0-9-]{32,64}")
ID = re.compile(r"visitor_[0-9a-f]{32}")

LIFETIME_S = 365 * 24 * 3600
RENEWED_AFTER_S = 28 * 24 * 3600
FIRST_REQUESTS_S = 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, the `Set-Cookie` value of the answer if it needs one, and whether nothing showed who asks."""

    principal: Any
    cookie: str | None = None
    is_new: bool = False


class Visitors:
    """Anonymous principals, one per browser, kept in a signed cookie that scripts cannot read.

    A browser that keeps no cookie for this server (a page of another site, a sandboxed frame, cookies
    blocked) is known by a random key that the element makes and sends as `Turnstream-Visitor`. The visitor's
    id is a hash of that key, keyed with the secret: an id that is seen somewhere does not give the key away.

    `secrets` is from new to old. The first signs, all are accepted, and what an older one signed is signed
    anew. Keys are hashed with the last: their visitors stay the same when a new secret is put before it.
    """

    def __init__(self, *secrets: bytes, is_lasting: bool = True) -> None:
        """`is_lasting` says that the secrets outlive the process, and so do the cookies."""
        self._secrets = [_CookieSigner(secret, is_lasting=is_lasting) for secret in secrets]
        self._key_secret = secrets[-1]

    def identify(self, request: Request) -> Visit:
        """Return who asks, as a new visitor if nothing shows it.

        Within the origin the cookie counts before the key. On a page of another origin the key does, since a
        browser may send the cookie on one day and hold it back on the next.
        """
        known = self.recognize(request)
        if known is not None:
            return known
        visitor_id = self._id_of_frame(request) or f"visitor_{secrets.token_hex(16)}"
        return Visit(Principal(visitor_id), self._cookie(visitor_id, request), is_new=True)

    def recognize(self, request: Request) -> Visit | None:
        """Return who asks; None for a visitor whom nothing shows."""
        if is_same_origin(request):
            return self._by_cookie(request) or self._by_key(request)
        return self._by_key(request) or self._by_cookie(request)

    def _by_key(self, request: Request) -> Visit | None:
        key = request.headers.get(HEADER)
        if key is None or not KEY.fullmatch(key):
            return None
        return Visit(Principal(_id_from(self._key_secret, f"key:{key}")))

    def _id_of_frame(self, request: Request) -> str | None:
        """The same id for all first requests of a page, which may run side by side before any has brought the
        cookie.

        Where no cookie comes, as on a page of another origin, this would only put the loss of the threads
        off: an hour later, the same page is another visitor.
        """
        frame_id = request.headers.get(FRAME_HEADER)
        if frame_id is None or not KEY.fullmatch(frame_id) or not is_same_origin(request):
            return None
        return _id_from(self._secrets[0].secret, f"frame:{int(time.time() // FIRST_REQUESTS_S)}:{frame_id}")

    def _by_cookie(self, request: Request) -> Visit | None:
        cookies = request.cookies
        for signer in self._secrets:
            for name in signer.names:
                visitor_id, is_fresh = signer.read(cookies.get(name))
                if visitor_id is None:
                    continue
                is_as_issued = is_fresh and signer is self._secrets[0] and name in self._issued_names(request)
                cookie = None if is_as_issued else self._cookie(visitor_id, request)
                return Visit(Principal(visitor_id), cookie)
        return None

    def _issued_names(self, request: Request) -> Sequence[str]:
        """A cookie of https is not replaced over http: there the browser would not send it."""
        names = self._secrets[0].names
        return names[:1] if _is_https(request) else names[:2]

    def _cookie(self, visitor_id: str, request: Request) -> str:
        secure_name, plain_name, *_ = self._secrets[0].names
        signed = self._secrets[0].sign(visitor_id)
        attributes = f"Path=/; Max-Age={LIFETIME_S}; HttpOnly; SameSite=Lax"
        if _is_https(request):
            return f"{secure_name}={signed}; {attributes}; Secure"
        return f"{plain_name}={signed}; {attributes}"


class _CookieSigner:
    """Signs and reads the cookie of one secret.

    Its name ends with a fingerprint of the secret: a cookie belongs to a whole host, whatever the port and
    path, and chats there with other secrets have cookies of their own. Chats with the same secret share their
    visitors.
    """

    def __init__(self, secret: bytes, *, is_lasting: bool) -> None:
        self.secret = secret
        name = f"{COOKIE}_{_hash(secret, 'turnstream.visitor.name')[:8]}" if is_lasting else COOKIE
        self.names = (f"__Host-{name}", name, COOKIE) if is_lasting else (f"__Host-{name}", name)
        """From the one a browser guards best to the one of earlier versions."""
        # Salts of their own: what one of them signed must not be read as the other's.
        self._dated = TimestampSigner(secret, salt="turnstream.visitor.dated", digest_method=hashlib.sha256)
        self._undated = Signer(secret, salt="turnstream.visitor", digest_method=hashlib.sha256)

    def sign(self, visitor_id: str) -> str:
        return self._dated.sign(visitor_id).decode()

    def read(self, cookie: str | None) -> tuple[str | None, bool]:
        """Return the id that was signed, and whether lately; None for what this secret did not sign, or too
        long ago.

        A date in the future counts as now: another replica's clock may be ahead. Earlier versions signed no
        date.
        """
        if cookie is None or not cookie.isascii():
            return None, False
        visitor_id, age_s = self._signed(cookie)
        if visitor_id is None or not ID.fullmatch(visitor_id) or age_s > LIFETIME_S:
            return None, False
        return visitor_id, age_s <= RENEWED_AFTER_S

    def _signed(self, cookie: str) -> tuple[str | None, float]:
        try:
            value, signed_at = self._dated.unsign(cookie, return_timestamp=True)
        except BadSignature:
            pass
        else:
            return value.decode(), time.time() - signed_at.timestamp()
        try:
            return self._undated.unsign(cookie).decode(), LIFETIME_S
        except BadSignature:
            return None, 0.0


def check_secrets(given: CookieSecret) -> list[bytes]:
    """Return the secrets as bytes.

    Raises:
        ValueError: there is none, or one is shorter than 32 bytes.
    """
    listed = [given] if isinstance(given, str | bytes) else list(given)
    checked = [secret.encode() if isinstance(secret, str) else secret for secret in listed]
    if not checked or any(len(secret) < MIN_SECRET_BYTES for secret in checked):
        found = f"one of {min(map(len, checked))}" if checked else "none"
        raise ValueError(
            f"cookie_secret must have at least {MIN_SECRET_BYTES} bytes, not {found}: who guesses it can "
            "be any "
            'visitor. Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return checked


def new_secret() -> bytes:
    """Return a secret that nobody can guess."""
    return secrets.token_bytes(MIN_SECRET_BYTES)


def process_secret() -> bytes:
    """The secret of all chats of this process that were given none: on one host they share a cookie."""
    return _process_secret.setdefault("secret", new_secret())


def share_process_secret(secret: bytes) -> None:
    """Let the chats of this process know the visitors of others that were given the same. Call it before the
    first one.

    The workers of one `turnstream serve` do, also those that follow each other when the app is loaded again.
    """
    _process_secret["secret"] = secret


_process_secret: dict[str, bytes] = {}
"""Empty until the secret is needed."""


def _id_from(secret: bytes, text: str) -> str:
    return f"visitor_{_hash(secret, f'turnstream.visitor.{text}')[:32]}"


def _hash(secret: bytes, text: str) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _is_https(request: Request) -> bool:
    """Whether the browser speaks https, also to a proxy in front.

    A client that forges this header invalidates only its own cookie.
    """
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    return "https" in {request.scope["scheme"], forwarded.lower()}
