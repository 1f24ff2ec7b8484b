"""What messages tell of their chat: its title, its topics' names, its new id, its threads of comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import MessageHandler, filters

from bot.handlers.incoming import comments_of, conversation_of
from bot.handlers.services import Services
from bot.updates.dispatching import PTBApplication

if TYPE_CHECKING:
    from telegram import Message, Update


class ChatChanges:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def told(self, update: Update, _context: Any) -> None:
        message = update.message
        if message is None:
            return
        await self._id(message)
        if message.new_chat_title:
            await self._services.store.chats.save(await self._services.access.known(message.chat))
        await self._topic(message)
        await self._comments(message)

    async def _id(self, message: Message) -> None:
        """Of a group that becomes a supergroup one message tells in the old chat, and one in the new."""
        if message.migrate_to_chat_id is not None:
            await self._services.moves.moved(message.chat.id, message.migrate_to_chat_id)
        if message.migrate_from_chat_id is not None:
            await self._services.moves.moved(message.migrate_from_chat_id, message.chat.id)

    async def _topic(self, message: Message) -> None:
        """Where only the icon changed there is no name; General has no thread of its own."""
        told = message.forum_topic_created or message.forum_topic_edited
        topic = conversation_of(message)
        if told is not None and told.name and topic.thread_id:
            await self._services.store.topics.call(topic, told.name)

    async def _comments(self, message: Message) -> None:
        """Of a post, or a comment right under one. The comments on that comment tell only their thread."""
        topics, under = self._services.store.topics, comments_of(message)
        if under is not None and not await topics.is_known(under):
            await topics.call(under, "")


def register(application: PTBApplication, services: Services, *, group: int) -> None:
    told = ChatChanges(services).told
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, told), group=group)
