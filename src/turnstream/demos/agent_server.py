"""The ChatKit server that every demo uses: a model whose tools change the page."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from turnstream.agents import AgentContext, TitleAgent
from turnstream.agents.chat_completions import ChatModel, ChatTool, stream_chat_response, to_messages
from turnstream.demos.scripted import ScriptedModel
from turnstream.request_info import request_info
from turnstream.server import ChatKitServer
from turnstream.store import AttachmentStore, Store
from turnstream.titles import TITLE_INSTRUCTIONS
from turnstream.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

__all__ = ["AgentServer"]

HISTORY_ITEMS = 40

LANGUAGE = (
    "The person's browser is set to the language {locale}. Use it in all that you write for them, unless "
    "their messages are in a language that is neither it nor English."
)


class AgentServer(ChatKitServer[Any]):
    """Answers with a model that has these tools; the thread's last items are its memory."""

    def __init__(
        self,
        store: Store[Any],
        *,
        instructions: str | Callable[[], str],
        tools: Sequence[ChatTool],
        model: ChatModel | ScriptedModel,
        attachment_store: AttachmentStore[Any] | None = None,
    ) -> None:
        """If `instructions` is a function, it is called for each response. The server closes the model."""
        super().__init__(store, attachment_store=attachment_store)
        self._instructions = instructions
        self._tools = tools
        self._model = model

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        page = await self.store.load_thread_items(thread.id, None, HISTORY_ITEMS, "desc", context=context)
        answer = stream_chat_response(
            AgentContext(thread=thread, store=self.store, request_context=context),
            self._model,
            await to_messages(page.data[::-1]),
            instructions=_in_their_language(
                self._instructions if isinstance(self._instructions, str) else self._instructions()
            ),
            tools=self._tools,
        )
        async for event in answer:
            yield event

    async def make_title(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
    ) -> str | None:
        titles = TitleAgent(self._model, instructions=_in_their_language(TITLE_INSTRUCTIONS))
        return await titles.make_title(input_user_message)

    async def close(self) -> None:
        await super().close()
        await self._model.close()


def _in_their_language(instructions: str) -> str:
    """Add the language of the person's browser, unless it is English, which the demos are in."""
    locale = request_info().locale
    is_english = locale.partition("-")[0] == "en"
    return instructions if is_english else f"{instructions}\n{LANGUAGE.format(locale=locale)}"
