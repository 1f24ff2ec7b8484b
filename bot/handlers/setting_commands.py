"""A setting's command: shows it, sets it, or resets it, for the conversation it is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler, filters

from bot.handlers.incoming import conversation_of, is_private, person_of, words
from bot.model import ModelFailure
from bot.options import OPTIONS, BadValue, by_command
from bot.options.kinds import ModelName
from bot.options.saying import setting_reset, setting_set, setting_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Message, Update
    from telegram.ext import Application

    from bot.chat import Conversation
    from bot.handlers.rights import Rights
    from bot.handlers.services import Services
    from bot.options import Option


class SettingCommands:
    def __init__(self, services: Services, rights: Rights) -> None:
        self._services = services
        self._rights = rights

    async def command(self, update: Update, _context: Any) -> None:
        message = update.message
        if message is None or person_of(message) is None:
            return
        command, argument = _split(words(message))
        option = by_command(command)
        if option is None:
            return
        place = conversation_of(message)
        if option.groups_only and is_private(message):
            texts = await self._services.texts_for(message)
            await self._reply(message, texts("setting-groups-only", name=option.label(texts)))
        elif not argument:
            found = await self._services.preferences.effective(place)
            texts = await self._services.texts_for(message)
            await self._reply(message, setting_shown(option, found, texts, private=is_private(message)))
        else:
            _, said = await self.change(message, place, option, argument)
            await self._reply(message, said)

    async def change(
        self, message: Message, place: Conversation, option: Option, written: str
    ) -> tuple[bool, str]:
        """Whether a value that a person wrote is set now, and what to tell them."""
        refused = await self._rights.refused_to_author(message, place, option)
        if refused is not None:
            return False, (await self._services.texts_for(message))(refused)
        author = person_of(message)
        if option.is_reset(written):
            await self._services.store.settings.reset(option.place(place), option.name)
            found = await self._services.preferences.effective(place)
            texts = await self._services.texts_for(message)
            return True, setting_reset(option, found, texts, place=place)
        try:
            known = await self.models() if isinstance(option.kind, ModelName) else ()
            value = option.parse(written, known)
        except BadValue as bad:
            return False, option.explain(bad, await self._services.texts_for(message))
        changed_by = author.name if author is not None else ""
        await self._services.store.settings.set(option.place(place), option.name, value, changed_by)
        found = await self._services.preferences.effective(place)
        texts = await self._services.texts_for(message)
        return True, setting_set(option, found, texts, place=place)

    async def models(self) -> Sequence[str]:
        """The provider's own list, with the configured one; none where the key may not list."""
        try:
            names = await self._services.model.models()
        except ModelFailure:
            return ()
        configured = self._services.settings.yandex_cloud_model
        return names if configured in names else [configured, *names]

    async def _reply(self, message: Message, text: str) -> None:
        await message.reply_text(text, do_quote=not is_private(message))


def _split(text: str) -> tuple[str, str]:
    """The command without its slash and its bot, and everything after it."""
    first, *rest = text.split(maxsplit=1)
    return first.removeprefix("/").partition("@")[0].lower(), rest[0].strip() if rest else ""


def register(application: Application[Any, Any, Any, Any, Any, Any], commands: SettingCommands) -> None:
    names = [option.command for option in OPTIONS.values()]
    application.add_handler(CommandHandler(names, commands.command, filters=filters.UpdateType.MESSAGE))
