"""A question that its author edits is answered anew; what was no question before does not become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import MessageHandler, filters

from bot.handlers.addressing import Addressed, command_of
from bot.handlers.incoming import own_message_replied_to, person_of, quote_of, said

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import Application

    from bot.handlers.questions import Questions
    from bot.handlers.services import Services


class Edits:
    def __init__(self, services: Services, questions: Questions) -> None:
        self._services = services
        self._questions = questions

    async def edited(self, update: Update, _context: Any) -> None:
        message = update.edited_message
        asker = person_of(message)
        if message is None or asker is None:
            return
        turn = await self._services.store.turns.by_question(message.chat.id, message.message_id)
        if turn is None:
            return
        reading, me = self._questions.reading, self._services.me
        asked = await reading.addressed(message)
        if asked is None and command_of(message, me) is not None:
            return  # not one to ask with: the question stays as it was
        if asked is None:  # the mention went; it is still the same question
            asked = Addressed(said(message), quote_of(message, me), own_message_replied_to(message, me))
        if asked.asks:
            question = await reading.question(message, update.update_id, asker, asked)
            edited_at = message.edit_date or self._services.clock.now()
            outcome = await self._services.answering.regeneration.edit(question, edited_at)
            await self._questions.report(message, asker, outcome)


def register(
    application: Application[Any, Any, Any, Any, Any, Any], services: Services, questions: Questions
) -> None:
    edited = filters.UpdateType.EDITED_MESSAGE
    application.add_handler(MessageHandler(edited, Edits(services, questions).edited))
