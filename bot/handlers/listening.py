"""/listen: what people say to each other is heard where an administrator lets the bot, and nowhere else."""

from __future__ import annotations

from typing import Final

from telegram.error import TelegramError

from bot.core.values import Conversation, TalkMessage
from bot.handlers.addressing import command_of
from bot.handlers.incoming import forward_of, markdown_of, words
from bot.handlers.messages import Said
from bot.handlers.services import Services
from bot.options.saying import scope_of
from bot.presenting.muting import is_admin
from bot.store.talk import KEPT, KEPT_HOURS
from bot.texts import Texts

LISTEN: Final = "listen"


class Listening:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def hear(self, said: Said) -> None:
        """Keeps a message that does not speak to the bot, if it has words."""
        message = said.message
        if not said.settings.listen or said.private or not words(message).strip():
            return
        forwarded = forward_of(message)
        heard = TalkMessage(
            said.conversation,
            message.message_id,
            said.person,
            markdown_of(message),
            message.date,
            origin=forwarded.author if forwarded is not None else "",
        )
        await self._services.store.talk.hear(heard, said.update_id)

    async def edited(self, said: Said) -> None:
        """What is kept of a message is what it says now; nothing, if that is a command or no words."""
        message = said.message
        if not said.settings.listen or said.private:
            return
        gone = command_of(message, self._services.me) is not None or not words(message).strip()
        text = "" if gone else markdown_of(message)
        await self._services.store.talk.edit(message.chat.id, message.message_id, text, said.update_id)

    async def changed(self, place: Conversation, texts: Texts) -> str:
        """What the conversation is told when listening was switched; ended, what was heard is deleted."""
        scope = scope_of(place)
        if not (await self._services.preferences.settings(place)).listen:
            await self._services.store.talk.forget(place)
            return texts("listen-off", scope=scope)
        announcement = texts("listen-on", scope=scope, most=KEPT, hours=KEPT_HOURS)
        if await self._hears(place):
            return announcement
        return f"{announcement}\n\n{texts('listen-blind', bot=self._services.me.username or '')}"

    async def _hears(self, place: Conversation) -> bool:
        """Whether Telegram hands the bot what is not said to it; where it does not tell, it is taken to."""
        bot = self._services.bot
        try:
            me = await bot.get_me()  # privacy mode may have been switched since the start
            if me.can_read_all_group_messages:
                return True
            member = await bot.get_chat_member(place.chat_id, me.id)
        except TelegramError:
            return True
        return is_admin(member)
