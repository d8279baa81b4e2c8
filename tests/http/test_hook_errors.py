"""What an app's hooks and stores raise in a request that has no stream: their own refusal, in their words."""

from typing import Any

import pytest
from fastapi import HTTPException as FastAPIHTTPException
from starlette.exceptions import HTTPException

from tests.http.serving import serving
from tests.http.test_app import say_hello
from tests.server.app import ScriptedServer
from turnstream.errors import RequestError
from turnstream.http import create_app
from turnstream.store import AttachmentStore

REQUESTS: dict[str, dict[str, Any]] = {
    "attachments.create": {"name": "a.txt", "size": 1, "mime_type": "text/plain"},
    "attachments.delete": {"attachment_id": "atc_1"},
    "input.transcribe": {"audio_base64": "AA==", "mime_type": "audio/webm"},
}


class Refusing(ScriptedServer, AttachmentStore[Any]):
    """A server and a store of which each method raises."""

    def __init__(self, error: Exception) -> None:
        super().__init__(say_hello)
        self.error = error
        self.attachment_store = self

    async def create_attachment(self, input: Any, context: Any) -> Any:  # noqa: A002
        raise self.error

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        raise self.error

    async def transcribe(self, audio_input: Any, context: Any) -> Any:
        raise self.error


@pytest.mark.parametrize("operation", REQUESTS)
@pytest.mark.parametrize("client", [{}, {"turnstream-client": "1"}], ids=["official", "durable"])
@pytest.mark.parametrize("kind", [HTTPException, FastAPIHTTPException])
async def test_an_http_exception_keeps_its_status_its_detail_and_its_headers(
    kind: type[HTTPException], client: dict[str, str], operation: str
) -> None:
    headers = {"Retry-After": "7", "Content-Length": "1", "Content-Type": "text/html"}
    server = Refusing(kind(402, "Your trial is over.", headers))
    async with serving(create_app(server)) as http:
        body = {"type": operation, "params": REQUESTS[operation]}
        refused = await http.post("/chatkit", json=body, headers=client)
        assert refused.json() == {"error": {"code": "refused", "message": "Your trial is over."}}
        assert (refused.status_code, refused.headers["retry-after"]) == (402, "7")
        assert refused.headers["content-type"] == "application/json"


@pytest.mark.parametrize("operation", REQUESTS)
async def test_a_request_error_keeps_its_status_its_code_and_its_message(operation: str) -> None:
    server = Refusing(RequestError("Your plan has no files.", code="plan", status=402))
    async with serving(create_app(server)) as http:
        refused = await http.post("/chatkit", json={"type": operation, "params": REQUESTS[operation]})
        assert (refused.status_code, refused.json()["error"]) == (
            402,
            {"code": "plan", "message": "Your plan has no files."},
        )


async def test_no_other_error_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(create_app(Refusing(RuntimeError("password=hunter2")))) as http:
        refused = await http.post(
            "/chatkit", json={"type": "attachments.delete", "params": {"attachment_id": "atc_1"}}
        )
        assert (refused.status_code, refused.json()["error"]["code"]) == (500, "internal")
        assert "hunter2" not in refused.text
        assert (await http.post("/chatkit", json={"type": "threads.list", "params": {}})).status_code == 200
    assert "a request failed" in caplog.text
