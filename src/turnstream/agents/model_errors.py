"""The failures of models, at the path that apps import them from; they are part of `core`."""

from turnstream.agents.core.client_errors import model_error_from
from turnstream.agents.core.model_errors import (
    MODEL_ERRORS,
    ModelError,
    ModelErrorCode,
    ModelErrorWords,
    model_error_from_response,
)

__all__ = [
    "MODEL_ERRORS",
    "ModelError",
    "ModelErrorCode",
    "ModelErrorWords",
    "model_error_from",
    "model_error_from_response",
]
