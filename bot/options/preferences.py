"""The settings in force in a conversation: the deployment's, the chat's and the topic's, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.options.inheriting import effective
from bot.store.engine.read_cache import KEPT

if TYPE_CHECKING:
    from bot.core.values import ChatSettings, Conversation
    from bot.options.inheriting import Effective
    from bot.store import Store
    from bot.store.overrides import Overrides


class Preferences:
    def __init__(self, store: Store, defaults: ChatSettings) -> None:
        self._store = store
        self._defaults = defaults
        self._kept: dict[Conversation, tuple[Overrides, Effective]] = {}

    async def effective(self, conversation: Conversation) -> Effective:
        """Each setting's value, and where it comes from."""
        overrides = await self._store.settings.overrides(conversation)
        kept = self._kept.get(conversation)
        if kept is None or kept[0] is not overrides:
            private = conversation.chat_id > 0
            in_topic = conversation.thread_id != 0
            kept = overrides, effective(self._defaults, *overrides, private=private, in_topic=in_topic)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[conversation] = kept
        return kept[1]

    async def settings(self, conversation: Conversation) -> ChatSettings:
        return (await self.effective(conversation)).settings
