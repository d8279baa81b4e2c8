"""The claim form's ChatKit server."""

from datetime import UTC, datetime
from typing import Any

from agents import Model

from turnstream.demos.agent_server import AgentServer
from turnstream.demos.claim.tools import claim_tools
from turnstream.store import Store

__all__ = ["ClaimServer"]

INSTRUCTIONS = """You help a person to fill the insurance claim on the page beside this chat.
When they tell what happened, write what they said into the form with fill_fields, and nothing that they did not say.
Before you speak of what the form contains, read it with get_form_values; say at the fields what is missing with
flag_fields, and show the first of them with go_to_step. check_policy says what each kind of claim needs.
Call submit_claim only when asked to; the person is asked once more. Answer in markdown, briefly. Today is {today}."""


class ClaimServer(AgentServer):
    """Fills the form, and checks it."""

    def __init__(self, store: Store[Any], *, model: Model | str | None, reading_s: float = 0.6) -> None:
        tools = claim_tools(reading_s=reading_s)
        super().__init__(store, name="Claim", instructions=_instructions, tools=tools, model=model)


def _instructions() -> str:
    return INSTRUCTIONS.format(today=datetime.now(UTC).strftime("%A, %Y-%m-%d"))
