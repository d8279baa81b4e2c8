"""Stores a person's answer to a structured input, and continues the response."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from turnstream.errors import ConflictError, InvalidRequestError
from turnstream.redaction import logger_of
from turnstream.server.context import RequestScope
from turnstream.server.operations.program import RequestProgram, message_to_answer, open_thread
from turnstream.turns import TurnProgram
from turnstream.turns.closing import closing
from turnstream.turns.yielded import events_of
from turnstream.types import (
    StructuredInput,
    StructuredInputAnswer,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputSubmission,
    ThreadItemReplacedEvent,
    ThreadsAddStructuredInputReq,
    ThreadStreamEvent,
)

__all__ = ["plan_structured_input"]

logger = logger_of("turnstream.server")


async def plan_structured_input(scope: RequestScope, request: ThreadsAddStructuredInputReq) -> TurnProgram:
    """Return the program that stores the answer and asks the app to go on.

    Raises:
        InvalidRequestError: the item is no structured input.
        ConflictError: it has an answer already.
    """
    params = request.params
    thread = await open_thread(scope, params.thread_id)
    item = await scope.store.load_item(thread.id, params.item_id, context=scope.context)
    if not isinstance(item, StructuredInputItem):
        raise InvalidRequestError(
            f"Item {item.id} is not a structured input but {item.type}.", field="params.item_id"
        )
    message_id = await message_to_answer(scope, thread)
    answered = _answered(item, params.input)
    return _AnswerQuestion(scope=scope, thread=thread, message_id=message_id, answered=answered)


@dataclass(kw_only=True, eq=False)
class _AnswerQuestion(RequestProgram):
    """The answered item is the first event of the response."""

    answered: StructuredInputItem

    async def respond(self) -> AsyncIterator[ThreadStreamEvent]:
        yield ThreadItemReplacedEvent(item=self.answered)
        async with closing(events_of(super().respond(), "respond")) as events:
            async for event in events:
                yield event


def _answered(item: StructuredInputItem, submission: StructuredInputSubmission) -> StructuredInputItem:
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
    allows_one = isinstance(question, StructuredInputMultipleChoice) and not question.multiple
    return StructuredInputAnswer(values=answer.values[:1] if allows_one else answer.values)
