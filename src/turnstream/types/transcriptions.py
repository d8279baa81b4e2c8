"""Dictation: audio in, text out."""

from pydantic import BaseModel


class AudioInput(BaseModel):
    """Recorded speech; `mime_type` is as the browser named it, with parameters: `audio/webm;codecs=opus`."""

    data: bytes
    mime_type: str

    @property
    def media_type(self) -> str:
        """The MIME type without parameters: `audio/webm`."""
        return self.mime_type.split(";", 1)[0]


class TranscriptionResult(BaseModel):
    """What was said.

    {"text": "Where is my order?"}
    """

    text: str
