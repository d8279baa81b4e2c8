"""The bridge to the OpenAI Agents SDK: needs `turnstream[agents]`. Mirrors `chatkit.agents`."""

try:
    from turnstream.agents.openai_agents.framework_tools import ToolContext, client_tool, function_tool, tools
    from turnstream.agents.openai_agents.input import ThreadItemConverter, simple_to_agent_input
    from turnstream.agents.openai_agents.prompt_texts import PromptTexts
    from turnstream.agents.openai_agents.responses import ResponseStreamConverter, StreamingThoughtTracker
    from turnstream.agents.openai_agents.streaming import accumulate_text, stream_agent_response
except ModuleNotFoundError as error:
    raise ImportError(f"this bridge requires the package {error.name}: install turnstream[agents]") from error

__all__ = [
    "PromptTexts",
    "ResponseStreamConverter",
    "StreamingThoughtTracker",
    "ThreadItemConverter",
    "ToolContext",
    "accumulate_text",
    "client_tool",
    "function_tool",
    "simple_to_agent_input",
    "stream_agent_response",
    "tools",
]
