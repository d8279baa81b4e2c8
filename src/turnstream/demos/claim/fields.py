"""The fields of a claim, in the order of the form, and how to extract their values from a message."""

import re
from datetime import date, timedelta
from typing import Literal

__all__ = ["FIELDS", "FieldName", "Step", "read_claim"]

Step = Literal["what", "when", "cost", "contact", "review"]

FieldName = Literal[
    "kind", "item", "description", "date", "place", "reference", "amount", "bought", "name", "email", "phone"
]

FIELDS: dict[FieldName, tuple[Step, str]] = {
    "kind": ("what", "what happened"),
    "item": ("what", "what it was"),
    "description": ("what", "a description"),
    "date": ("when", "the date"),
    "place": ("when", "the place"),
    "reference": ("when", "the crime reference"),
    "amount": ("cost", "the amount"),
    "bought": ("cost", "the year you bought it"),
    "name": ("contact", "your name"),
    "email": ("contact", "your email"),
    "phone": ("contact", "your phone number"),
}
"""Maps each field to its step and to its name in a sentence."""

KINDS = {
    "theft": r"\b(stolen|stole|theft|robbed|nicked)\b",
    "water": r"\b(leak(ed|s)?|flood(ed)?|burst|water damage)\b",
    "loss": r"\b(lost|lose|left it)\b",
    "damage": r"\b(broke(n)?|damaged?|cracked|smashed|hit|fell|dropped)\b",
}
ITEM = re.compile(
    r"\b(?:my|our|the|a) (?P<item>[a-z]+(?: bike| phone| bag| ring)?)\b(?= (?:was|is|got|has|broke|fell))",
    re.I,
)
PLACE = re.compile(r"\b(?:in|at|near|outside) (?P<place>[A-Z][\w']*(?: (?:[A-Z][\w']*|of|upon|and))*)")
AMOUNT = re.compile(
    r"(?:£|GBP ?)(?P<before>[\d,]+(?:\.\d\d)?)|(?P<after>[\d,]+(?:\.\d\d)?) ?(?:pounds|quid|£)", re.I
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?:\+44|\b0)[\d ]{9,13}\d")
NAME = re.compile(r"\b(?:my name is|i am|i'm|this is) (?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)", re.I)
BOUGHT = re.compile(r"\bbought (?:it |them )?in (?P<year>(?:19|20)\d\d)\b", re.I)
REFERENCE = re.compile(
    r"\b(?:reference|crime number|ref\b)[ .:#]*(?:no\.? |number )?(?:is |was |it's |it is )?[ :#]*"
    r"(?P<reference>(?:[A-Z]{2,5} )?(?=[A-Z/-]*\d)[A-Z0-9][A-Z0-9/-]{3,})\b",
    re.I,
)
ONLY_REFERENCE = re.compile(
    r"\s*(?:it'?s |it is )?(?P<reference>[A-Z]{2,5}[-/ ]?\d{3,}(?:[/-]\d+)*|\d{3,}/\d+)\s*\.?\s*"
)
"""What a person answers who was asked for the reference alone."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_claim(text: str, *, today: date) -> dict[FieldName, str]:
    """Return the fields that `text` fills, such as "My bike was stolen on Tuesday, it cost 640 pounds"."""
    kind = next((kind for kind, pattern in KINDS.items() if re.search(pattern, text, re.IGNORECASE)), None)
    found: dict[FieldName, str | None] = {
        "kind": kind,
        "item": _group(ITEM, text, "item") if kind else None,
        "description": _sentence(text, KINDS[kind]) if kind else None,
        "date": _date(text.lower(), today),
        "place": _group(PLACE, text, "place"),
        "reference": _reference(text),
        "amount": (_group(AMOUNT, text, "before") or _group(AMOUNT, text, "after") or "").replace(",", ""),
        "bought": _group(BOUGHT, text, "year"),
        "name": _group(NAME, text, "name"),
        "email": _group(EMAIL, text, 0),
        "phone": _group(PHONE, text, 0),
    }
    return {name: value for name, value in found.items() if value}


def _sentence(text: str, pattern: str) -> str:
    """The sentence that says what happened."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    return next(
        (sentence for sentence in sentences if re.search(pattern, sentence, re.IGNORECASE)), text.strip()
    )


def _reference(text: str) -> str | None:
    match = ONLY_REFERENCE.fullmatch(text) or REFERENCE.search(text)
    return match.group("reference") if match else None


def _group(pattern: re.Pattern[str], text: str, group: str | int) -> str | None:
    match = pattern.search(text)
    return match.group(group) if match else None


def _date(text: str, today: date) -> str | None:
    """A day of the week is the last one that is over."""
    if "yesterday" in text:
        return (today - timedelta(days=1)).isoformat()
    if "today" in text or "this morning" in text:
        return today.isoformat()
    day = next((number for number, name in enumerate(DAYS) if name in text), None)
    return None if day is None else (today - timedelta(days=(today.weekday() - day - 1) % 7 + 1)).isoformat()
