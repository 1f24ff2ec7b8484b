"""A setting's command: shows it, sets it, or resets it, for the conversation it is written in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler

from bot.handlers.incoming import OWN_WORDS, is_private, person_of, words
from bot.model import ModelFailure
from bot.options import OPTIONS, BadValue
from bot.options.kinds import ModelName
from bot.options.saying import setting_reset, setting_set, setting_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Message, Update
    from telegram.ext import Application

    from bot.core.values import Conversation
    from bot.handlers.rights import Rights
    from bot.handlers.services import Services
    from bot.options import Option


class SettingCommands:
    def __init__(self, services: Services, rights: Rights) -> None:
        self._services = services
        self._rights = rights

    async def command(self, option: Option, update: Update, _context: Any) -> None:
        message = update.message
        if message is None:
            return
        private = is_private(message)
        place = await self._services.conversation_of(message)
        argument = [*words(message).split(maxsplit=1), ""][1].strip()
        if argument and not (private and option.groups_only):
            _, said = await self.change(message, place, option, argument)
        else:
            texts = await self._services.texts_for(message)
            if private and option.groups_only:
                said = texts("setting-groups-only", name=option.label(texts))
            else:
                found = await self._services.preferences.effective(place)
                said = setting_shown(option, found, texts, place=place)
        await message.reply_text(said, do_quote=not private)

    async def change(
        self, message: Message, place: Conversation, option: Option, written: str
    ) -> tuple[bool, str]:
        """Whether a value that a person wrote is set now, and what to tell them."""
        refused = await self._rights.refused_to_author(message, place, option)
        if refused is not None:
            return False, (await self._services.texts_for(message))(refused)
        settings, where = self._services.store.settings, option.place(place)
        reset = option.is_reset(written)
        if reset:
            await settings.reset(where, option.name)
        else:
            try:
                value = option.parse(written, await self.known(option))
            except BadValue as bad:
                return False, option.explain(bad, await self._services.texts_for(message))
            await settings.set(where, option.name, value, await self.signature(message, place))
        found = await self._services.preferences.effective(place)
        texts = await self._services.texts_for(message)  # only now: the setting may be the language
        say = setting_reset if reset else setting_set
        return True, say(option, found, texts, place=place)

    async def known(self, option: Option) -> Sequence[str]:
        """For the model: the provider's own list with the configured one; none where the key may not list."""
        if not isinstance(option.kind, ModelName):
            return ()
        try:
            names = await self._services.model.models()
        except ModelFailure:
            return ()
        configured = self._services.settings.yandex_cloud_model
        return names if configured in names else [configured, *names]

    async def signature(self, message: Message, place: Conversation) -> str:
        """Who changed it, as the chat may know. Here an anonymous admin has written under the chat's name."""
        author = person_of(message)
        if message.chat.id == place.chat_id or message.from_user is None:
            return author.name if author is not None else ""
        return await self._services.admins.shown_name(place.chat_id, message.from_user)


def register(application: Application[Any, Any, Any, Any, Any, Any], commands: SettingCommands) -> None:
    fresh = OWN_WORDS
    for option in OPTIONS.values():
        handler = partial(commands.command, option)
        application.add_handler(CommandHandler(option.command, handler, filters=fresh))
