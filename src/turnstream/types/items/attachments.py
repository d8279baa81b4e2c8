"""Files that belong to a person's message."""

from typing import Annotated, Any, Literal, cast

from pydantic import (
    AnyUrl,
    BaseModel,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
)


class AttachmentUploadDescriptor(BaseModel):
    """Where and how the client uploads the bytes: POST as the form field `file`, PUT as the bare body.

    {"url": "https://files.example/atc_1", "method": "PUT", "headers": {"Content-Type": "text/csv"}}
    """

    url: AnyUrl
    method: Literal["POST", "PUT"]
    headers: dict[str, str] = Field(default_factory=dict)


class AttachmentBase(BaseModel):
    """What every attachment has.

    `upload_descriptor` is there until the upload is complete; `thread_id` from when the message that carries
    the attachment is stored. `metadata` is the app's: it is stored, and left out of what is serialized with
    `context={"exclude_metadata": True}`, which is everything that goes to a client.
    """

    id: str
    name: str
    mime_type: str
    upload_descriptor: AttachmentUploadDescriptor | None = None
    thread_id: str | None = None
    metadata: dict[str, Any] | None = None

    # No return annotation: one would replace this model's JSON schema.
    @model_serializer(mode="wrap")
    def _serialize(self, serializer: SerializerFunctionWrapHandler, info: SerializationInfo):
        data: dict[str, Any] = serializer(self)
        context = cast("dict[str, Any] | None", info.context)
        if context and context.get("exclude_metadata"):
            data.pop("metadata", None)
        return data


class FileAttachment(AttachmentBase):
    """A file of any kind.

    {"id": "atc_1", "name": "a.csv", "mime_type": "text/csv", "type": "file"}
    """

    type: Literal["file"] = "file"


class ImageAttachment(AttachmentBase):
    """A picture, shown by its `preview_url`.

    {"id": "atc_1", "name": "a.png", "mime_type": "image/png", "type": "image", "preview_url": "https://files.example/1"}
    """

    type: Literal["image"] = "image"
    preview_url: AnyUrl


Attachment = Annotated[FileAttachment | ImageAttachment, Field(discriminator="type")]
"""Any attachment, told apart by its type."""
