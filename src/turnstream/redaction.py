"""Keeps keys and passwords out of the log, of errors and of what the chat shows.

What model servers, databases and client libraries say of a failure may repeat the key or the URL that they
were given. All of it passes `redacted` at one of three doors: `logger_of`, through which turnstream logs;
`ModelError.detail`; and the events that tell a client of an exception. It knows secrets by their form, by the
name beside them, and those that the failed request itself or the environment contains.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote, urlsplit

__all__ = ["logger_of", "redacted", "secrets_of", "secrets_of_url"]

HIDDEN = "***"

MIN_KNOWN_CHARACTERS = 6
"""Shorter secrets, such as the "none" of a server without keys, would hide words that mean something else."""

MIN_ENVIRONMENT_CHARACTERS = 16

_ENVIRONMENT = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)S?$")

_HEADERS = (
    r"(?:proxy-)?authorization|(?:x-)?(?:[a-z]+-)?api-?key|x-[a-z-]*(?:key|token|secret)"
    r"|ocp-apim-subscription-key"
)
_NAMES = (
    r"api[-_]?key|access[-_]?key(?:[-_]?id)?|account[-_]?key|secret(?:[-_]?key)?|client[-_]?secret|private[-_]?key"
    r"|(?:access|refresh|id|auth|session|security)[-_]?token|password|passwd|pwd"
)
_PREFIXES = (
    r"sk-|csk-|xai-|gsk_|hf_|pplx-|nvapi-|r8_|fw_|tgp_v1_|lsv2_[a-z]{2}_|[sr]k_(?:live|test)_|whsec_|dapi"
    r"|AIza|ya29\.|GOCSPX-|AKIA|ASIA|ABSK|gh[oprsu]_|github_pat_|glpat-|npm_|pypi-|xox[abeoprs]-|SG\."
)

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        HIDDEN,
    ),
    # user:password@host in any URL
    (re.compile(r"(://)[^/\s\"'<>?#]*@"), rf"\1{HIDDEN}@"),
    (
        re.compile(r"(?i)(?<![\w-])((?:set-)?cookie)([\"']?\s*[:=,]\s*(?:b?[\"'])?)[^\"'\r\n]+"),
        rf"\1\2{HIDDEN}",
    ),
    # a header, as text, in a dict, or in a list of pairs of bytes
    (
        re.compile(
            rf"(?i)(?<![\w-])({_HEADERS})([\"']?\s*[:=,]\s*(?:b?[\"'])?)((?:bearer|basic|token)\s+)?[^\s\"',;)}}]+"
        ),
        rf"\1\2\3{HIDDEN}",
    ),
    # a parameter of a URL
    (
        re.compile(
            r"(?i)([?&;](?:[\w.-]*[_.-])?(?:key|token|sig|signature|secret|password|credential|auth|code)=)[^&\s\"'<>#]+"
        ),
        rf"\1{HIDDEN}",
    ),
    # a setting, as in api_key="…" or "client_secret": "…"
    (
        re.compile(rf"(?i)(?<![a-z0-9])({_NAMES})([\"']?\s*[:=]\s*(?:b?[\"'])?)[^\s\"'&,;)}}]+"),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(?i)\b(bearer )[\w.~+/=-]{6,}"), rf"\1{HIDDEN}"),
    (re.compile(rf"(?<![A-Za-z0-9])({_PREFIXES})[\w.-]{{6,}}"), rf"\1{HIDDEN}"),
    # JSON Web Tokens
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)*"), HIDDEN),
    # keys without a prefix: 32 hexadecimal digits (Azure), or 32 or more letters of both cases and digits
    # (Mistral, Cohere). Our own ids have a prefix.
    (re.compile(r"\b[0-9a-fA-F]{32}\b"), HIDDEN),
    (
        re.compile(
            r"(?<![A-Za-z0-9_])(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[0-9])[A-Za-z0-9]{32,}"
        ),
        HIDDEN,
    ),
)


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """Return the text with `***` for all that looks like a secret, and for the `known` secrets."""
    exact = {secret for secret in known if len(secret) >= MIN_KNOWN_CHARACTERS} | _environment()
    for secret in sorted(exact, key=len, reverse=True):
        text = text.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
    for form, instead in _FORMS:
        text = form.sub(instead, text)
    return text


def secrets_of(error: BaseException | None) -> set[str]:
    """Return the secrets of the requests that an exception and its causes hold, such as httpx's."""
    found: set[str] = set()
    for each in _chain(error):
        try:
            request = getattr(each, "request", None)
        except Exception:  # noqa: BLE001 - httpx raises where there is none, other libraries as they like
            continue
        found |= _secrets_of_headers(getattr(request, "headers", None)) | secrets_of_url(
            str(getattr(request, "url", ""))
        )
    return found


def secrets_of_url(url: str) -> set[str]:
    """Return the password of a URL, and the user, which may be the key."""
    try:
        parts = urlsplit(url)
        return {secret for secret in (parts.password, parts.username) if secret}
    except ValueError:
        return set()


def logger_of(name: str) -> logging.Logger:
    """Return the logger of this name; it hides the secrets of each record before any handler sees it."""
    logger = logging.getLogger(name)
    if not any(isinstance(each, _SecretsFilter) for each in logger.filters):
        logger.addFilter(_SecretsFilter())
    return logger


class _SecretsFilter(logging.Filter):
    """Rewrites a record that has secrets.

    Only then it loses its exception: the text of the traceback stays.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        known = secrets_of(error)
        message = record.getMessage()
        if (hidden := redacted(message, known)) != message:
            record.msg, record.args = hidden, ()
        if error is not None and record.exc_info:
            traceback = logging.Formatter().formatException(cast("Any", record.exc_info))
            if (hidden := redacted(traceback, known)) != traceback:
                record.exc_info, record.exc_text = None, hidden
        return True


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _secrets_of_headers(headers: Any) -> set[str]:
    if not isinstance(headers, Mapping):
        return set()
    found: set[str] = set()
    for name, value in cast("Mapping[object, object]", headers).items():
        if re.fullmatch(rf"{_HEADERS}|cookie", str(name), re.IGNORECASE):
            found |= {str(value), str(value).rpartition(" ")[2]}
    return found


def _environment() -> set[str]:
    """The keys of this process; paths and short words, which a name may promise wrongly, are none."""
    return {
        value
        for name, value in os.environ.items()
        if len(value) >= MIN_ENVIRONMENT_CHARACTERS and "/" not in value and _ENVIRONMENT.search(name)
    }
