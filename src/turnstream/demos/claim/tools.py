"""The tools of the claim's agent: fill in, navigate and read the form, flag missing fields, submit it."""

import asyncio
from typing import Any, Literal

from pydantic import BaseModel

from turnstream.agents import AgentContext
from turnstream.agents.chat_completions import ChatTool, client_tool, function_tool
from turnstream.contracts import Effect
from turnstream.demos.claim.fields import FieldName, Step
from turnstream.types import ImageAttachment, ProgressUpdateEvent, UserMessageItem

__all__ = ["claim_tools"]

Kind = Literal["theft", "damage", "loss", "water"]


class FillField(Effect):
    """Write a value into a field of the form."""

    name: FieldName
    value: str


class GoToStep(Effect):
    """Show a step of the form."""

    step: Step


class FlagField(Effect):
    """Show a message at a field until the field changes; an empty message removes it."""

    name: FieldName
    message: str


class AddPhoto(Effect):
    """Show a photo on the claim, from the chat's route for attachments."""

    id: str
    name: str
    shows: str


class Flag(BaseModel):
    name: FieldName
    message: str


class FormValues(BaseModel):
    """The current contents of the form."""

    values: dict[FieldName, str]
    missing: list[FieldName]
    step: Step
    sent: str | None = None
    """The reference, once the claim has been submitted."""
    photos: list[str] = []
    """What the photos on the claim show, or their names."""


class Receipt(BaseModel):
    reference: str


def claim_tools(*, reading_s: float) -> list[ChatTool]:
    """Return the tools; `reading_s` sets how long reading the policy takes, in seconds."""

    @function_tool
    async def fill_fields(
        kind: Kind | None = None,
        item: str | None = None,
        description: str | None = None,
        date: str | None = None,
        place: str | None = None,
        reference: str | None = None,
        amount: str | None = None,
        bought: str | None = None,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
    ):
        """Fill in only the fields that the person mentioned.

        `date`: YYYY-MM-DD, `amount`: pounds, `bought`: year.
        """
        given: dict[FieldName, str | None] = {
            "kind": kind,
            "item": item,
            "description": description,
            "date": date,
            "place": place,
            "reference": reference,
            "amount": amount,
            "bought": bought,
            "name": name,
            "email": email,
            "phone": phone,
        }
        fields: dict[FieldName, str] = {field: value for field, value in given.items() if value is not None}
        for number, (field, value) in enumerate(fields.items(), start=1):
            yield ProgressUpdateEvent(icon="write", text=f"Filling field {number}/{len(fields)}…")
            yield FillField(name=field, value=value).event(replay="latest", key=field)
            await asyncio.sleep(reading_s / 3)
        yield f"Filled: {', '.join(fields)}."

    @function_tool
    async def check_policy(kind: str):
        """Read what the policy requires for this kind of claim."""
        yield ProgressUpdateEvent(icon="book-open", text="Reading the policy…")
        await asyncio.sleep(reading_s)
        yield POLICY.get(kind, "The policy covers theft, damage, loss and water.")

    return [fill_fields, check_policy, add_photos, go_to_step, flag_fields, get_form_values, submit_claim]


POLICY = {
    "theft": "Theft: £50 excess. Report the theft to the police within 48 hours and include the crime "
    "reference.",
    "damage": "Accidental damage: £75 excess. Keep the item: we may need to inspect it.",
    "loss": "Loss away from home: £100 excess, up to £1,500 per item.",
    "water": "Escape of water: £250 excess. A plumber's report helps. Repairs to the pipe itself are not "
    "covered.",
}


@function_tool
async def add_photos(ctx: AgentContext[Any], shows: str = ""):
    """Put the photos of the person's last message on the claim.

    `shows`: what they show, in a few words.
    """
    photos = await _sent_photos(ctx)
    for photo in photos:
        yield AddPhoto(id=photo.id, name=photo.name, shows=shows).event(replay="latest", key=photo.id)
    names = ", ".join(photo.name for photo in photos)
    yield f"On the claim: {names}." if names else "There is no photo in the person's last message."


async def _sent_photos(ctx: AgentContext[Any]) -> list[ImageAttachment]:
    page = await ctx.store.load_thread_items(ctx.thread.id, None, 20, "desc", context=ctx.request_context)
    sent = next((item for item in page.data if isinstance(item, UserMessageItem)), None)
    return [file for file in sent.attachments if isinstance(file, ImageAttachment)] if sent else []


@function_tool
async def go_to_step(step: Step):
    """Show a step of the form: what, when, cost, contact or review."""
    yield GoToStep(step=step).event(replay="latest")
    yield f"The form now shows the step {step}."


@function_tool
async def flag_fields(flags: list[Flag]):
    """Show a short message at each of these fields that says what is missing or wrong."""
    for flag in flags:
        yield FlagField(name=flag.name, message=flag.message).event(replay="latest", key=flag.name)
    yield "Flagged."


@client_tool(timeout_s=30)
async def get_form_values() -> FormValues:
    """Read every value in the form, including what the person typed, and which required fields are empty."""
    ...


@client_tool(timeout_s=300, confirm="Submit this claim to the insurer? You can't change it afterwards.")
async def submit_claim() -> Receipt:
    """Submit the claim. The chat asks the person to confirm first."""
    ...
