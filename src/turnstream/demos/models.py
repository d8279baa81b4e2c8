"""Which model answers in the demos."""

import os
from urllib.parse import urlsplit

from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.scripted import Decide, ScriptedModel

__all__ = ["choose_model", "model_name"]

OPENAI_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-5-mini"


def choose_model(decide: Decide, *, token_delay_s: float) -> ChatModel | ScriptedModel:
    """Return the model that the environment asks for.

    With `OPENAI_API_KEY` a real one, called `OPENAI_MODEL`, at `OPENAI_BASE_URL`: any server that speaks chat
    completions, OpenAI's own if none is named. Without a key the offline script `decide`, at one word per
    `token_delay_s` seconds.

    Raises:
        ImportError: a real model needs `turnstream[openai]`.
    """
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        return ScriptedModel(decide, token_delay_s=token_delay_s)
    return ChatModel(_name(), base_url=_url(), api_key=key)


def model_name() -> str:
    """Return how the pages name the model that answers: with its host, where that is not OpenAI's own."""
    if not os.environ.get("OPENAI_API_KEY"):
        return "offline script"
    return _name() if _url() == OPENAI_URL else f"{_name()} at {urlsplit(_url()).hostname}"


def _name() -> str:
    return os.environ.get("OPENAI_MODEL") or DEFAULT_MODEL


def _url() -> str:
    return os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
