"""The settings in force in a conversation: the deployment's, the chat's and the topic's, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.options.inheriting import effective

if TYPE_CHECKING:
    from bot.chat import ChatSettings, Conversation
    from bot.options.inheriting import Effective
    from bot.store import Store


class Preferences:
    def __init__(self, store: Store, defaults: ChatSettings) -> None:
        self._store = store
        self._defaults = defaults

    async def effective(self, conversation: Conversation) -> Effective:
        """Each setting's value, and where it comes from."""
        chats, topics = await self._store.settings.overrides(conversation)
        return effective(self._defaults, chats, topics, private=conversation.chat_id > 0)

    async def settings(self, conversation: Conversation) -> ChatSettings:
        return (await self.effective(conversation)).settings
