"""The name under which the OpenAI Agents SDK sends an app's requests. Mirrors `chatkit.server`."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from importlib import import_module

from turnstream import __version__

__all__ = ["agents_sdk_user_agent_override"]

OVERRIDES = {
    "agents.models.chatcmpl_helpers": "HEADERS_OVERRIDE",
    "agents.models.openai_responses": "_HEADERS_OVERRIDE",
}
"""Where the SDK reads headers from that replace its own. It has no public name for the second one."""


@contextmanager
def agents_sdk_user_agent_override() -> Generator[None]:
    """Let the SDK's requests in the block name turnstream, too, in their `User-Agent`.

        Agents/Python 0.24.0 turnstream/0.1.0

    The server does not do this by itself. The SDK is imported here, and only here.
    """
    name = f"Agents/Python {import_module('agents').__version__} turnstream/{__version__}"
    with ExitStack() as stack:
        for module, variable in OVERRIDES.items():
            headers: ContextVar[dict[str, str] | None] = getattr(import_module(module), variable)
            stack.callback(headers.reset, headers.set({"User-Agent": name}))
        yield
