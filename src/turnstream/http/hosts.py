"""The names of hosts and origins, as browsers write them: by which a chat may be asked, and where it is."""

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

import idna
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from turnstream.errors import RequestError
from turnstream.http.limits import is_same_origin
from turnstream.request_info import RequestInfo, preferred_locale

__all__ = ["HostCheck", "RequestReader", "checked_image_hosts", "checked_origins", "normal_host"]

DEFAULT_PORTS = {"http": 80, "https": 443}
ORIGIN = re.compile(r"(https?)://(\[[^\]]*\]|[^\[\]/?#@:]+)(?::(\d*))?/?", re.IGNORECASE)
IMAGE_HOST = re.compile(r"(\[[^\]]*\]|[^\[\]/?#@:]+)(?::(\d{1,5}))?(/[!$-+\-.-;=@-Z_a-z~%]*)?")
AUTHORITY = re.compile(r"(\[[^\]]*\]|[^\[\]/?#@:]+)(?::\d*)?")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
ABSOLUTE_URL = re.compile(r"https?://[^/?#\s]+(?:/[^?#\s]*)?")
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


def checked_origins(origins: Sequence[str]) -> list[str]:
    """Return the origins as browsers send them: `HTTPS://Bücher.example:443/` is
    `https://xn--bcher-kva.example`.

    Raises:
        TypeError: it is no list of texts.
        ValueError: no browser sends such an origin.
    """
    if isinstance(origins, str):
        raise TypeError(f"allowed_origins takes a list, such as [{origins!r}], not a str")
    return [_checked_origin(origin) for origin in origins]


def _checked_origin(origin: object) -> str:
    if not isinstance(origin, str):
        raise TypeError(f"allowed_origins must contain texts such as 'https://app.example', not {origin!r}")
    if origin.lower() == "null":
        return "null"
    parts = ORIGIN.fullmatch(origin)
    host = None if parts is None else normal_host(parts[2])
    if parts is None or host is None or int(parts[3] or 0) > 65535:
        raise ValueError(
            "allowed_origins must contain origins such as 'https://app.example' or 'http://localhost:5173': "
            f"a scheme, a host and perhaps a port, without wildcards, a path or spaces, not {origin!r}"
        )
    scheme, port = parts[1].lower(), int(parts[3] or DEFAULT_PORTS[parts[1].lower()])
    return f"{scheme}://{host}" if port == DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{port}"


def checked_image_hosts(hosts: Sequence[str]) -> list[str]:
    """Return the hosts of pictures as browsers spell them: `Bücher.example:443/a/` is
    `xn--bcher-kva.example/a/`.

    Raises:
        TypeError: it is no list of texts.
        ValueError: an entry is no host, or has a scheme or a wildcard.
    """
    if isinstance(hosts, str):
        raise TypeError(f"allowed_image_hosts takes a list, such as [{hosts!r}], not a str")
    return [_checked_image_host(host) for host in hosts]


def _checked_image_host(entry: object) -> str:
    if not isinstance(entry, str):
        raise TypeError(f"allowed_image_hosts must contain texts such as 'images.example', not {entry!r}")
    parts = IMAGE_HOST.fullmatch(entry)
    host = None if parts is None else normal_host(parts[1])
    if parts is None or host is None or int(parts[2] or 0) > 65535:
        raise ValueError(
            "allowed_image_hosts must contain hosts such as 'images.example', perhaps with a port and a "
            "path as in 'images.example:8443/public/', without a scheme (it is always https), wildcards or "
            f"spaces, not {entry!r}"
        )
    port = f":{int(parts[2])}" if parts[2] is not None and int(parts[2]) != DEFAULT_PORTS["https"] else ""
    return f"{host}{port}{parts[3] or ''}"


def normal_host(host: str) -> str | None:
    """Return a host as browsers spell it, an IPv6 address in brackets; None if it is no host."""
    if host.startswith("["):
        return _normal_ipv6(host)
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True, transitional=False).decode()
    except idna.IDNAError:
        return None
    labels = name.removesuffix(".").split(".")
    if len(name) > 254 or not all(LABEL.fullmatch(label) for label in labels):
        return None
    if labels[-1].isdecimal() or labels[-1].startswith("0x"):  # browsers read it as an IPv4 address
        return _normal_ipv4(name.removesuffix("."))
    return name


def _normal_ipv4(host: str) -> str | None:
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        return None


def _normal_ipv6(host: str) -> str | None:
    try:
        address = IPv6Address(host.removeprefix("[").removesuffix("]"))
    except AddressValueError:
        return None
    if address.scope_id is not None:
        return None
    if address.ipv4_mapped is not None:  # Python 3.13 writes it with dots
        number = int(address.ipv4_mapped)
        return f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]"
    return f"[{address.compressed}]"


class HostCheck:
    """Which hosts a chat may be asked by: against DNS rebinding, by which any site can give this machine its
    own name.

    The page of such a site is of one origin with the server, so nothing but the host tells it from the chat's
    own.

    Without a list, only that case is refused: a page without TLS, under a name that is not this machine's,
    which reaches the server at a loopback address. A name with TLS cannot be rebound, since nobody else has
    its certificate; so a proxy on this machine that serves https needs no list. What no browser sent passes,
    too.
    """

    def __init__(self, allowed: Sequence[str] | None) -> None:
        """`allowed` contains names, addresses and wildcards such as `*.example.com`; `*` allows all.

        Raises:
            TypeError: it is no list of texts.
            ValueError: it contains what is no host.
        """
        if isinstance(allowed, str):
            raise TypeError(f"allowed_hosts takes a list, such as [{allowed!r}], not a str")
        patterns = None if allowed is None else [_checked_pattern(pattern) for pattern in allowed]
        self._is_listed = patterns is not None
        self._allows_all = patterns is not None and "*" in patterns
        self._names = frozenset(patterns or ())
        self._domains = tuple(pattern[1:] for pattern in patterns or () if pattern.startswith("*."))

    def check_listed(self, scope: Scope) -> None:
        """Refuse a request whose host is not listed, if there is a list.

        Raises:
            RequestError: 403, the host is not listed, or the request has none.
        """
        if not self._is_listed or self._allows_all:
            return
        hosts = Headers(scope=scope).getlist("host")
        host = _host_of(hosts[0]) if len(hosts) == 1 else None
        if host is None or not (host in self._names or host.endswith(self._domains)):
            raise _forbidden(
                ", ".join(hosts), "add it to allowed_hosts, and make sure that proxies keep Host"
            )

    def check_rebound(self, scope: Scope) -> None:
        """Refuse a page that may have rebound its name to this machine, unless there is a list. The origin is
        checked.

        Raises:
            RequestError: 403, see the class.
        """
        if self._is_listed:
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        if origin.startswith("http://") and _is_loopback((scope.get("server") or ("",))[0]):
            host = headers.get("host", "")
            if not _is_local(_host_of(host)):
                remedy = (
                    "any site could have this name point to this machine. If it is yours, add it to "
                    "allowed_hosts"
                )
                raise _forbidden(host, f"{remedy}, or serve it over https")


def _checked_pattern(pattern: object) -> str:
    if not isinstance(pattern, str):
        raise TypeError(f"allowed_hosts must contain texts such as 'chat.example', not {pattern!r}")
    wildcard = "*." if pattern.startswith("*.") else ""
    host = "*" if pattern == "*" else _host_of(pattern.removeprefix(wildcard))
    if host is None or (wildcard and _is_address(host)):
        raise ValueError(
            "allowed_hosts must contain hosts such as 'chat.example', '*.example.com' or '127.0.0.1', "
            f"without a scheme or path, not {pattern!r}"
        )
    return wildcard + host


def _host_of(authority: str) -> str | None:
    """The host of a `Host` header or a listed one, without its port: `Chat.Example.:80` is `chat.example`."""
    if authority.count(":") > 1 and "[" not in authority:
        authority = f"[{authority}]"
    parts = AUTHORITY.fullmatch(authority)
    host = None if parts is None else normal_host(parts[1])
    return None if host is None else host.removesuffix(".")


def _is_local(host: str | None) -> bool:
    """Whether a host is an address, which cannot be rebound, or one of the names of this machine itself."""
    return host is not None and (host == "localhost" or host.endswith(".localhost") or _is_address(host))


def _is_address(host: str) -> bool:
    return host.startswith("[") or host.rpartition(".")[2].isdecimal()


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:  # a Unix socket, or a test client
        return False


def _forbidden(host: str, remedy: str) -> RequestError:
    return RequestError(
        f"Requests for the host {host[:200]!r} are refused: {remedy}.", code="forbidden_host", status=403
    )


class RequestReader:
    """Reads requests for a chat at `path`; see `create_app` for the other two."""

    def __init__(self, path: str, headers: Sequence[str], public_url: str | None) -> None:
        """Read `headers`.

        Raises:
            TypeError: `headers` is one text.
            ValueError: a name is no header's, or `public_url` is not absolute.
        """
        if isinstance(headers, str):
            raise TypeError(f"request_headers takes a list, such as ['x-tenant'], not {headers!r}")
        for name in headers:
            if HEADER_NAME.fullmatch(name) is None:
                raise ValueError(f"request_headers has {name!r}, which is no name of a header")
        if public_url is not None and ABSOLUTE_URL.fullmatch(public_url) is None:
            raise ValueError(f"public_url must look like 'https://app.example/chatkit', not {public_url!r}")
        self._path = path
        self._headers = [name.lower() for name in headers]
        self._public_url = None if public_url is None else public_url.rstrip("/")

    def read(self, request: Request) -> RequestInfo:
        """Return what the request says of itself."""
        headers = request.headers
        return RequestInfo(
            locale=preferred_locale(headers.get("accept-language")),
            base_url=self._public_url or self._url(request),
            headers={name: headers[name] for name in self._headers if name in headers},
        )

    def _url(self, request: Request) -> str:
        """A browser says truly where its page is, and a proxy may not pass on that it speaks TLS."""
        origin = request.headers.get("origin")
        if origin is None or origin == "null" or not is_same_origin(request):
            host, port = request.scope.get("server") or ("localhost", 80)
            origin = f"{request.scope['scheme']}://{request.headers.get('host', f'{host}:{port}')}"
        root = request.scope.get("root_path", "").rstrip("/")
        return f"{origin}{root}{self._path}"
