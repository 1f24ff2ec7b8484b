"""A setting's command: shows it, sets it, or resets it, for the conversation it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.core.values import Conversation
from bot.handlers.listening import LISTEN, Listening
from bot.handlers.messages import Messages, Said
from bot.handlers.rights import Rights
from bot.handlers.services import Services
from bot.model import ModelFailure
from bot.options import OPTIONS, BadValue, Option, is_reset
from bot.options.kinds import ModelName
from bot.options.saying import setting_changed, setting_shown
from bot.texts import Texts


class SettingCommands:
    def __init__(self, services: Services, rights: Rights, listening: Listening) -> None:
        self._services = services
        self._rights = rights
        self._listening = listening

    async def follow_up(self, option: Option, place: Conversation, texts: Texts) -> str:
        """What follows when a setting was set or reset, to be told in the conversation; mostly nothing."""
        return await self._listening.changed(place, texts) if option.name == LISTEN else ""

    async def command(self, option: Option, said: Said) -> None:
        place, texts = said.conversation, said.texts
        if said.private and option.groups_only:
            await said.reply("setting-groups-only", name=option.label(texts))
        elif said.argument:
            _, line = await self.change(said, place, option, said.argument)
            await said.say(line)
        else:
            found = await self._services.preferences.effective(place)
            await said.say(setting_shown(option, found, texts, place=place))

    async def change(self, said: Said, place: Conversation, option: Option, written: str) -> tuple[bool, str]:
        """Whether a value that a person wrote is set now, and what to tell them."""
        refused = await self._rights.refused_to_author(said.message, place, option)
        if refused is not None:
            return False, said.texts(refused)
        settings, where = self._services.store.settings, option.place(place)
        if is_reset(written):
            done = "setting-reset"
            await settings.reset(where, option.name)
        else:
            try:
                value = option.kind.parse(written, await self.known(option))
            except BadValue as bad:
                return False, option.explain(bad, said.texts)
            done = "setting-set"
            await settings.set(where, option.name, value, await self.signature(said, place))
        found = await self._services.preferences.effective(place)
        # Only now: the setting may be the language.
        texts = await self._services.preferences.texts(said.conversation, said.person.language)
        changed = setting_changed(done, option, found, texts, place=place)
        lines = (changed, await self.follow_up(option, place, texts))
        return True, "\n\n".join(line for line in lines if line)

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

    async def signature(self, said: Said, place: Conversation) -> str:
        """Who changed it, as the chat may know. Here an anonymous admin has written under the chat's name."""
        author = said.message.from_user
        if said.message.chat.id == place.chat_id or author is None:
            return said.person.name
        return await self._services.admins.shown_name(place.chat_id, author)


def register(messages: Messages, commands: SettingCommands) -> None:
    for option in OPTIONS.values():
        messages.on_command(option.command, partial(commands.command, option))
