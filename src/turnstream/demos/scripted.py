"""A model without a network: it answers by rules, through the bridge that also asks a real model."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from turnstream.agents import ModelError, ModelErrorCode
from turnstream.agents.chat_completions import Chunk

__all__ = ["Call", "Decide", "Decision", "Heard", "Say", "ScriptedModel"]

TOKENS = re.compile(r"\s*\S+|\s+")
NOTES = re.compile(
    r"^(?:Context that the user does not see|The user was [^\n]*):\n<(\w+)>\n.*?\n</\1>\s*", re.M | re.S
)
"""What the bridge adds to the person's words: hidden context, and what was shown."""
QUOTE = re.compile(r"(?:^> [^\n]*\n)+\n", re.M)


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with `text`; with `then_fail` the connection to the model breaks after it."""

    text: str
    then_fail: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Call one tool."""

    name: str
    arguments: dict[str, Any]


Decision: TypeAlias = Say | Call | Sequence[Call]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the script looks at: the instructions, the person's last message, and the tools' results since."""

    instructions: str
    text: str
    results: dict[str, str]
    """From a tool's name to its last output, for calls made after `text` was said."""
    pictures: int = 0
    """How many the person sent with `text`, which is empty if they sent nothing else."""


Decide: TypeAlias = Callable[[Heard], Decision]


class ScriptedModel:
    """A model that does what `decide` says, at one word per `token_delay_s` seconds."""

    def __init__(self, decide: Decide, *, token_delay_s: float = 0.03) -> None:
        self._decide = decide
        self._token_delay_s = token_delay_s

    async def stream(self, messages: Sequence[Mapping[str, Any]], **options: Any) -> AsyncGenerator[Chunk]:
        """Yield the chunks of one answer, as `ChatModel.stream` does.

        Raises:
            ModelError: the script breaks off, as a lost connection to a real model would.
        """
        decision = self._decide(_heard(messages))
        if isinstance(decision, Say):
            for word in TOKENS.findall(decision.text):
                await asyncio.sleep(self._token_delay_s)
                yield _chunk({"content": word})
            if decision.then_fail:
                raise ModelError(ModelErrorCode.CUT, "the scripted answer ends here with an error")
            yield _chunk({}, finish_reason="stop")
        else:
            calls = [decision] if isinstance(decision, Call) else decision
            yield _chunk({"tool_calls": [*_tool_calls(calls)]}, finish_reason="tool_calls")

    async def ask(self, instructions: str, text: str) -> str:
        """Return the whole answer to one question, as for a title."""
        decision = self._decide(Heard(instructions=instructions, text=text, results={}))
        return decision.text if isinstance(decision, Say) else ""

    async def close(self) -> None:
        """Do nothing: there is no connection."""


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> Chunk:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}


def _tool_calls(calls: Sequence[Call]) -> Iterator[dict[str, Any]]:
    for index, call in enumerate(calls):
        function = {"name": call.name, "arguments": json.dumps(call.arguments)}
        yield {"index": index, "id": f"call_{uuid.uuid4().hex}", "type": "function", "function": function}


def _heard(messages: Sequence[Mapping[str, Any]]) -> Heard:
    said = [_said(message) if message["role"] == "user" else ("", 0) for message in messages]
    last = max((at for at, heard in enumerate(said) if any(heard)), default=-1)
    text, pictures = said[last] if last >= 0 else ("", 0)
    names = {
        call["id"]: call["function"]["name"]
        for message in messages
        for call in message.get("tool_calls") or ()
    }
    return Heard(
        instructions="\n".join(
            str(message["content"]) for message in messages if message["role"] == "system"
        ),
        text=text,
        pictures=pictures,
        results={
            names[message["tool_call_id"]]: str(message["content"])
            for message in messages[last + 1 :]
            if message["role"] == "tool" and message["tool_call_id"] in names
        },
    )


def _said(message: Mapping[str, Any]) -> tuple[str, int]:
    """Return the person's own words in a message, and the number of its pictures."""
    content = message["content"]
    parts = [{"text": content}] if isinstance(content, str) else content
    text = "".join(part.get("text", "") for part in parts)
    return QUOTE.sub("", NOTES.sub("", text)).strip(), sum("image_url" in part for part in parts)
