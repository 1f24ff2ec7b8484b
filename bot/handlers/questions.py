"""A message that asks becomes a question, and waits for its answer elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler, MessageHandler, filters

from bot.answering.presenter import Declined, Reason
from bot.handlers.incoming import (
    Addressed,
    addressed,
    conversation_of,
    is_private,
    person_of,
    question_of,
    quote_of,
    words,
)

if TYPE_CHECKING:
    from telegram import Message, Update
    from telegram.ext import Application

    from bot.handlers.services import Services

_DECLINED = {
    Reason.PERSON_RATE: "rate-person",
    Reason.CHAT_RATE: "rate-chat",
    Reason.QUEUE_FULL: "queue-full",
}
SAY_AGAIN_AFTER_S = 30.0
"""One line tells a person that too much comes; those that follow it soon say nothing new."""


class Questions:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._told_s: dict[tuple[int, int, str], float] = {}

    async def message(self, update: Update, _context: Any) -> None:
        message = update.message
        asker = person_of(message) if message is not None else None
        if message is None or asker is None:
            return
        settings = await self._services.preferences.settings(conversation_of(message))
        asked = addressed(message, self._services.me, settings.wake_words)
        if asked is None:
            return
        if not words(message) and is_private(message):
            await self._say(message, asker.id, "unsupported")
        elif not asked.text and asked.quote is None:
            await self._say(message, asker.id, "empty-mention", bot=self._services.me.username or "")
        else:
            await self._submit(update, message, asked)

    async def ask(self, update: Update, _context: Any) -> None:
        """/ask with a question, or as a reply to the message that is asked about."""
        message = update.message
        asker = person_of(message) if message is not None else None
        if message is None or asker is None:
            return
        _, _, text = (
            words(message).partition(" ") if " " in words(message) else words(message).partition("\n")
        )
        quote = quote_of(message, self._services.me)
        if not text.strip() and quote is None:
            await self._say(message, asker.id, "ask-usage")
            return
        replied = addressed(message, self._services.me, ())
        asked = Addressed(text.strip(), quote, replied.replies_to if replied is not None else None)
        await self._submit(update, message, asked)

    async def _submit(self, update: Update, message: Message, asked: Addressed) -> None:
        asker = person_of(message)
        if asker is None:
            return
        question = question_of(message, update.update_id, asker, asked)
        outcome = await self._services.answering.submit(question)
        if isinstance(outcome, Declined) and outcome.reason in _DECLINED:
            wait = timedelta(seconds=outcome.retry_in_s)
            await self._say(message, asker.id, _DECLINED[outcome.reason], wait=wait)

    async def _say(self, message: Message, asker_id: int, text_id: str, **variables: Any) -> None:
        """A line in reply; not again soon to the same person, who may have sent an album or a flood."""
        now_s = self._services.clock.monotonic()
        key = (message.chat.id, asker_id, text_id)
        if now_s - self._told_s.get(key, -SAY_AGAIN_AFTER_S) < SAY_AGAIN_AFTER_S:
            return
        self._told_s = {k: s for k, s in self._told_s.items() if now_s - s < SAY_AGAIN_AFTER_S} | {key: now_s}
        texts = await self._services.texts_for(message)
        await message.reply_text(texts(text_id, **variables), do_quote=not is_private(message))


def register(application: Application[Any, Any, Any, Any, Any, Any], services: Services) -> None:
    questions = Questions(services)
    fresh = filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("ask", questions.ask, filters=fresh))
    application.add_handler(
        MessageHandler(fresh & ~filters.COMMAND & ~filters.StatusUpdate.ALL, questions.message)
    )
