"""A bridge to any `/chat/completions` endpoint, without a framework: needs `turnstream[openai]`.

model = ChatModel("llama3.2", base_url="http://127.0.0.1:11434/v1")

@function_tool
async def search(context: AgentContext, query: str):
    \"""Search the manual.\"""
    yield ProgressUpdateEvent(text="Searching…")
    yield await manual.search(query)

async def respond(self, thread, item, context):
    of = AgentContext(thread=thread, store=self.store, request_context=context)
    items = await self.store.load_thread_items(thread.id, None, 50, "asc", context)
    messages = await to_messages(items.data)
    async for event in stream_chat_response(of, model, messages, tools=[search]):
        yield event
"""

from turnstream.agents.chat_completions.chat_tools import ChatTool, tools
from turnstream.agents.chat_completions.chunks import Chunk
from turnstream.agents.chat_completions.endpoint import ChatModel, CompletionSource
from turnstream.agents.chat_completions.messages import ChatMessage, ThreadMessageConverter, to_messages
from turnstream.agents.chat_completions.run import stream_chat_response
from turnstream.agents.core.tools import client_tool, function_tool

__all__ = [
    "ChatMessage",
    "ChatModel",
    "ChatTool",
    "Chunk",
    "CompletionSource",
    "ThreadMessageConverter",
    "client_tool",
    "function_tool",
    "stream_chat_response",
    "to_messages",
    "tools",
]
