"""What chats and topics are called, and which threads are comments under a post, as messages tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import MessageHandler, filters

from bot.handlers.incoming import comments_of, conversation_of

if TYPE_CHECKING:
    from telegram import Message, Update

    from bot.handlers.services import Services
    from bot.updates.application import PTBApplication


class Naming:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def chat(self, update: Update, _context: Any) -> None:
        if update.message is not None:
            store = self._services.store
            await store.chats.save(await self._services.access.known(update.message.chat))

    async def topic(self, update: Update, _context: Any) -> None:
        """Where only the icon changed there is no name; General has no thread of its own."""
        message = update.message
        if message is None:
            return
        told = message.forum_topic_created or message.forum_topic_edited
        topic = conversation_of(message)
        if told is not None and told.name and topic.thread_id:
            await self._services.store.topics.call(topic, told.name)

    async def comments(self, update: Update, _context: Any) -> None:
        """Of a post, or a comment right under one. The comments on that comment tell only their thread."""
        if update.message is None:
            return
        topics, under = self._services.store.topics, comments_of(update.message)
        if under is not None and not await topics.is_known(under):
            await topics.call(under, "")


class _TellsOfComments(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return comments_of(message) is not None


def register(application: PTBApplication, services: Services, *, group: int) -> None:
    naming = Naming(services)
    fresh, status = filters.UpdateType.MESSAGE, filters.StatusUpdate
    application.add_handler(MessageHandler(fresh & status.NEW_CHAT_TITLE, naming.chat), group=group)
    topics = status.FORUM_TOPIC_CREATED | status.FORUM_TOPIC_EDITED
    application.add_handler(MessageHandler(fresh & topics, naming.topic), group=group)
    application.add_handler(MessageHandler(fresh & _TellsOfComments(), naming.comments), group=group)
