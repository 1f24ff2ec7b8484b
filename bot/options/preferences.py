"""The settings in force in a conversation: the deployment's, the chat's and the topic's, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.values import ChatSettings, Conversation
from bot.options.inheriting import Effective, effective

if TYPE_CHECKING:
    from bot.store import Store
    from bot.store.overrides import Overrides
    from bot.texts import Catalogue, Texts


class Preferences:
    """Put together once, and kept with what the store keeps: until some chat's settings change."""

    def __init__(self, store: Store, defaults: ChatSettings, catalogue: Catalogue) -> None:
        self._store = store
        self._defaults = defaults
        self._catalogue = catalogue

    async def effective(self, conversation: Conversation) -> Effective:
        """Each setting's value, and where it comes from."""
        return await self._store.settings.read(conversation, self._inherited)

    async def settings(self, conversation: Conversation) -> ChatSettings:
        return (await self.effective(conversation)).settings

    async def texts(self, place: Conversation, language: str | None = None) -> Texts:
        """In private the person's `language`, in groups the chat's; a setting comes before both."""
        return self.texts_by(await self.settings(place), place, language)

    def texts_by(self, settings: ChatSettings, place: Conversation, language: str | None) -> Texts:
        """`texts`, where the settings are at hand."""
        return self._catalogue.for_language(settings.language, (language or "") if place.private else "")

    def _inherited(self, conversation: Conversation, overrides: Overrides) -> Effective:
        private, in_topic = conversation.private, conversation.thread_id != 0
        return effective(self._defaults, *overrides, private=private, in_topic=in_topic)
