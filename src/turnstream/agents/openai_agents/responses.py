"""How images and citations of the Responses API become what a thread shows."""

from typing import Any

from openai.types.responses.response_output_text import (
    Annotation as ResponseAnnotation,
)
from openai.types.responses.response_output_text import (
    AnnotationContainerFileCitation,
    AnnotationFileCitation,
    AnnotationURLCitation,
)
from pydantic import BaseModel, TypeAdapter

from turnstream.agents.openai_agents.images import store_image
from turnstream.types import Annotation, FileSource, ThoughtTask, URLSource

__all__ = ["ResponseStreamConverter", "StreamingThoughtTracker"]

_ANNOTATION: TypeAdapter[ResponseAnnotation] = TypeAdapter(ResponseAnnotation)


class StreamingThoughtTracker(BaseModel):
    """The thought that a part of a reasoning summary becomes while it is streamed.

    Mirrors `chatkit.agents.StreamingThoughtTracker`, for apps that read the model's events
    themselves.
    """

    item_id: str
    """The id of the reasoning item."""
    index: int
    """The summary's index in it."""
    task: ThoughtTask


class ResponseStreamConverter:
    """Override its methods to store images elsewhere, or to show citations differently.

    Mirrors `chatkit.agents.ResponseStreamConverter`.
    """

    partial_images: int | None = None
    """How many previews of an image the model was asked for."""

    def __init__(self, *, partial_images: int | None = None) -> None:
        self.partial_images = partial_images

    async def base64_image_to_url(
        self, image_id: str, base64_image: str, partial_image_index: int | None = None
    ) -> str:
        """Return the URL at which the client finds an image.

        `image_id` is the same for an image and its previews, whose index runs from 0. By default, a final
        image is stored in the server's `HostedAttachmentStore`, as a file of the thread. Without one, and
        for previews, the image is in the URL itself: such a `data:` URL is stored with the thread at its full
        size.
        """
        url = await store_image(base64_image) if partial_image_index is None else None
        return url or f"data:image/png;base64,{base64_image}"

    def partial_image_index_to_progress(self, partial_image_index: int) -> float:
        """Return how far an image has come, from 0 to 1; 0 if `partial_images` is not known."""
        return min(1.0, partial_image_index / self.partial_images) if self.partial_images else 0.0

    async def file_citation_to_annotation(self, file_citation: AnnotationFileCitation) -> Annotation | None:
        """Return what a citation of a file shows, or None for nothing, as for one without a name."""
        return _file(file_citation.filename, file_citation.index)

    async def container_file_citation_to_annotation(
        self, container_file_citation: AnnotationContainerFileCitation
    ) -> Annotation | None:
        """Return what a citation of a file of a code interpreter shows, or None for nothing."""
        return _file(container_file_citation.filename, container_file_citation.end_index)

    async def url_citation_to_annotation(self, url_citation: AnnotationURLCitation) -> Annotation | None:
        """Return what a citation of a web page shows, or None for nothing."""
        source = URLSource(url=url_citation.url, title=url_citation.title)
        return Annotation(source=source, index=url_citation.end_index)

    async def convert_annotation(self, annotation: Any) -> Annotation | None:
        """Return what a citation of any kind shows; the SDK streams some of them as bare objects."""
        match _ANNOTATION.validate_python(annotation, from_attributes=True):
            case AnnotationFileCitation() as citation:
                return await self.file_citation_to_annotation(citation)
            case AnnotationContainerFileCitation() as citation:
                return await self.container_file_citation_to_annotation(citation)
            case AnnotationURLCitation() as citation:
                return await self.url_citation_to_annotation(citation)
            case _:
                return None


def _file(filename: str | None, index: int) -> Annotation | None:
    if not filename:
        return None
    return Annotation(source=FileSource(filename=filename, title=filename), index=index)
