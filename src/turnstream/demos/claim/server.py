"""The claim form's ChatKit server."""

from datetime import UTC, datetime
from typing import Any

from turnstream.agents.chat_completions import ChatModel
from turnstream.demos.agent_server import AgentServer
from turnstream.demos.claim.tools import claim_tools
from turnstream.demos.scripted import ScriptedModel
from turnstream.store import AttachmentStore, Store

__all__ = ["ClaimServer"]

INSTRUCTIONS = """You help a person fill in the insurance claim on the page beside this chat.
When they describe what happened, enter only what they said into the form with fill_fields.
When they send photos, put them on the claim with add_photos and say what damage you see.
Before you describe what the form contains, read it with get_form_values. Mark missing fields with
flag_fields, and show the first one with go_to_step. check_policy returns what each kind of claim requires.
Call submit_claim only when asked to; the person confirms it. Answer briefly, in Markdown. Today is
{today}."""


class ClaimServer(AgentServer):
    """Fills in the form and checks it."""

    def __init__(
        self,
        store: Store[Any],
        *,
        model: ChatModel | ScriptedModel,
        reading_s: float = 0.6,
        attachment_store: AttachmentStore[Any] | None = None,
    ) -> None:
        super().__init__(
            store,
            instructions=_instructions,
            tools=claim_tools(reading_s=reading_s),
            model=model,
            attachment_store=attachment_store,
        )


def _instructions() -> str:
    return INSTRUCTIONS.format(today=datetime.now(UTC).strftime("%A, %Y-%m-%d"))
