"""What a person uploads: attachments, and dictated audio."""

import base64
from typing import Any

from turnstream.errors import InvalidRequestError, NotSupportedError
from turnstream.server.checks import check_attachment, check_attachment_count
from turnstream.server.context import RequestScope
from turnstream.store import AttachmentStore
from turnstream.turns import to_json
from turnstream.types import AttachmentsCreateReq, AttachmentsDeleteReq, AudioInput, InputTranscribeReq

__all__ = ["create_attachment", "delete_attachment", "transcribe"]


async def create_attachment(scope: RequestScope, request: AttachmentsCreateReq) -> bytes:
    """Return the JSON of a new attachment, which says where the client uploads the file.

    Raises:
        NotSupportedError: the server has no attachment store that creates attachments.
        InvalidRequestError: the file's size or name is refused.
        TooManyRequestsError: the caller has as many attachments as the limits allow.
    """
    attachments = _attachment_store(scope)
    if type(attachments).create_attachment is AttachmentStore.create_attachment:
        raise NotSupportedError(
            f"This server takes no uploads: {type(attachments).__name__} does not create attachments."
        )
    limits = scope.services.limits
    check_attachment(limits, request.params)
    await check_attachment_count(scope.store, limits, scope.context)
    attachment = await attachments.create_attachment(request.params, scope.context)
    await scope.store.save_attachment(attachment, context=scope.context)
    return to_json(attachment)


async def delete_attachment(scope: RequestScope, request: AttachmentsDeleteReq) -> None:
    """Delete an attachment of the caller. Another owner's is left alone, as if it did not exist."""
    attachments, attachment_id = _attachment_store(scope), request.params.attachment_id
    if await scope.store.is_attachment_of_another(attachment_id, context=scope.context):
        return
    await attachments.delete_attachment(attachment_id, context=scope.context)
    await scope.store.delete_attachment(attachment_id, context=scope.context)


async def transcribe(scope: RequestScope, request: InputTranscribeReq) -> bytes:
    """Return the JSON of the transcript that the app makes of the audio.

    Raises:
        InvalidRequestError: the audio is not base64.
    """
    params = request.params
    try:
        data = base64.b64decode(params.audio_base64, validate=True)
    except ValueError as exc:  # binascii.Error is one; text that is not ASCII is another
        raise InvalidRequestError(f"audio_base64 is not base64: {exc}.", field="params.audio_base64") from exc
    audio = AudioInput(data=data, mime_type=params.mime_type)
    return to_json(await scope.hooks.transcribe(audio, scope.context))


def _attachment_store(scope: RequestScope) -> AttachmentStore[Any]:
    attachments = scope.services.attachment_store
    if attachments is None:
        raise NotSupportedError("This server does not accept attachments: it has no attachment_store.")
    return attachments
