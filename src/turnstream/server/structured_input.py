"""Turn a client's submission into the answered item."""

from turnstream.errors import ConflictError
from turnstream.redaction import logger_of
from turnstream.types import (
    StructuredInput,
    StructuredInputAnswer,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputSubmission,
)

__all__ = ["answered"]

logger = logger_of("turnstream.server")


def answered(item: StructuredInputItem, submission: StructuredInputSubmission) -> StructuredInputItem:
    """Return a copy of `item` with every question answered or skipped; unknown question ids are left out.

    Raises:
        ConflictError: the item already has an answer.
    """
    if item.status != "pending":
        raise ConflictError(f"Structured input {item.id} was already {item.status}.")
    unknown = set(submission.answers) - {question.id for question in item.inputs}
    if unknown:
        logger.warning(
            "structured input %s: answers to unknown questions left out: %s", item.id, sorted(unknown)
        )
    copy = item.model_copy(deep=True)
    for question in copy.inputs:
        question.answer = _answer(question, submission)
    copy.status = submission.status
    return copy


def _answer(question: StructuredInput, submission: StructuredInputSubmission) -> StructuredInputAnswer:
    answer = submission.answers.get(question.id)
    if submission.status == "skipped" or answer is None or answer.skipped or not answer.values:
        return StructuredInputAnswer(skipped=True)
    takes_one = isinstance(question, StructuredInputMultipleChoice) and not question.multiple
    return StructuredInputAnswer(values=answer.values[:1] if takes_one else answer.values)
