"""The OpenAI Agents SDK: its runs as thread events, a thread's items as its input."""

from turnstream.agents.context import AgentContext, ClientToolCall
from turnstream.agents.input import simple_to_agent_input
from turnstream.agents.streaming import stream_agent_response

__all__ = ["AgentContext", "ClientToolCall", "simple_to_agent_input", "stream_agent_response"]
