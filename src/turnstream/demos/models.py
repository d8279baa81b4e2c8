"""Which model answers in the demos."""

import os

from agents import Model, OpenAIChatCompletionsModel, OpenAIResponsesModel
from agents.models import get_default_model
from openai import AsyncOpenAI

from turnstream.demos.scripted import Decide, ScriptedModel

__all__ = ["choose_model", "real_model_name"]


def choose_model(decide: Decide, *, token_delay_s: float) -> Model:
    """Return the model that the environment asks for.

    With `OPENAI_API_KEY` a real one, at `OPENAI_BASE_URL` if that is set (any server that speaks chat completions),
    called `OPENAI_MODEL`; without a key the offline script `decide`, at one word per `token_delay_s` seconds.
    """
    if not os.environ.get("OPENAI_API_KEY"):
        return ScriptedModel(decide, token_delay_s=token_delay_s)
    model = OpenAIChatCompletionsModel if os.environ.get("OPENAI_BASE_URL") else OpenAIResponsesModel
    return model(model=_name(), openai_client=AsyncOpenAI())


def real_model_name() -> str:
    """Return the model's name and, where it is not OpenAI's own, its host."""
    if os.environ.get("OPENAI_BASE_URL"):
        return f"{_name()} at {AsyncOpenAI().base_url.host}"
    return _name()


def _name() -> str:
    return os.environ.get("OPENAI_MODEL") or get_default_model()
