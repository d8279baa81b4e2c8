"""Tools of a chat-completions model: how a request offers them, and how the model's calls are carried out."""

import json
from collections.abc import Iterable
from typing import Any, TypeAlias, cast

from pydantic import ValidationError
from pydantic_core import to_json

from turnstream.agents.core.context import AgentContext
from turnstream.agents.core.tools.arguments import NOT_AN_OBJECT, arguments_of
from turnstream.agents.core.tools.base import DeclaredTool, declared_tool
from turnstream.agents.core.tools.client_tool import ClientTool
from turnstream.agents.core.tools.contexts import NEUTRAL, ToolContext
from turnstream.agents.core.tools.function_tool import FunctionTool
from turnstream.agents.core.tools.signature import ToolFunctionError
from turnstream.errors import BaseStreamError
from turnstream.redaction import logger_of

__all__ = ["ChatTool", "call_tool", "definition_of", "tools"]

logger = logger_of("turnstream.agents")

ChatTool: TypeAlias = FunctionTool | ClientTool
"""A tool of this bridge: one that is declared in the words of no framework."""


def tools(given: Iterable[Any]) -> list[ChatTool]:
    """Return tools for `stream_chat_response`, which calls this by itself.

    Those of `core` are returned as they are, and what the decorators of another bridge made as the tools of
    `core` behind it.

    Raises:
        ToolFunctionError: one of them is another framework's own, or declares its context.
    """
    return [_checked(tool) for tool in given]


def _checked(tool: Any) -> ChatTool:
    declared = declared_tool(tool)
    if declared is None:
        name = getattr(tool, "__name__", None) or getattr(tool, "name", None) or repr(tool)
        raise ToolFunctionError(
            f"tools has {name}, which is no tool of this bridge: in respond(), give it functions that are "
            "decorated with @function_tool or @client_tool of turnstream.agents.chat_completions"
        )
    declared.signature.check_kind(NEUTRAL)
    return cast("ChatTool", declared)


def definition_of(tool: DeclaredTool) -> dict[str, Any]:
    """Return the entry of a tool in a request's `tools`."""
    schema = tool.arguments.model_json_schema()
    schema.pop("title", None)
    function = {"name": tool.name, "description": tool.description, "parameters": schema}
    return {"type": "function", "function": function}


async def call_tool(tool: DeclaredTool, context: AgentContext[Any], call_id: str, arguments: str) -> str:
    """Call a tool; return its result as text for the model, or in words what went wrong.

    Raises:
        ToolFunctionError: the function breaks the rules; the model could do nothing about it.
        BaseStreamError: the function ends the response with words for the person.
    """
    written = arguments_of(arguments)
    try:
        given = tool.arguments.model_validate_json(arguments if written or written is None else "{}")
    except ValidationError as exc:
        problems = "; ".join(f"{_place(problem['loc'])}: {problem['msg']}" for problem in exc.errors())
        return f"The arguments of {tool.name} are not what it takes ({problems}). Call it again with others."
    if written is None:  # pydantic takes NaN within an object, which is no JSON
        return NOT_AN_OBJECT.format(name=tool.name)
    values = {name: getattr(given, name) for name in tool.arguments.model_fields}
    try:
        return _text(await tool.call(NEUTRAL, ToolContext(context, call_id), **values))
    except (ToolFunctionError, BaseStreamError):
        raise
    except Exception as exc:
        logger.exception("the tool %s failed; the model gets the error", tool.name)
        return f"The tool {tool.name} failed: {type(exc).__name__}: {exc}"


def _text(result: Any) -> str:
    if isinstance(result, str):
        return result
    try:
        return to_json(result).decode()
    except ValueError:
        return json.dumps(str(result), ensure_ascii=False)


def _place(places: tuple[int | str, ...]) -> str:
    return ".".join(str(place) for place in places) or "they"
