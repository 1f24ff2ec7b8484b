"""A question that its author edits is answered anew; what was no question before does not become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.ext import filters

from bot.handlers.addressing import Addressed, command_of
from bot.handlers.incoming import markdown_of, own_message_replied_to, quote_of
from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services

if TYPE_CHECKING:
    from bot.handlers.listening import Listening
    from bot.handlers.questions import Questions


class Edits:
    def __init__(self, services: Services, questions: Questions, listening: Listening) -> None:
        self._listening = listening
        self._services = services
        self._questions = questions

    async def edited(self, said: Said) -> None:
        message = said.message
        turn = await self._services.store.turns.by_question(message.chat.id, message.message_id)
        if turn is None:
            await self._listening.edited(said)
            return
        reading, me = self._questions.reading, self._services.me
        asked = reading.addressed(said)
        if asked is None and command_of(message, me) is not None:
            return  # not one to ask with: the question stays as it was
        if asked is None:  # the mention went; it is still the same question
            asked = Addressed(
                markdown_of(message), quote_of(message, me), own_message_replied_to(message, me)
            )
        if asked.asks:
            question = await reading.question(said, asked)
            edited_at = message.edit_date or self._services.clock.now()
            outcome = await self._services.answering.regeneration.edit(question, edited_at)
            await self._questions.report(said, outcome)


def register(services: Services, messages: Messages, questions: Questions, listening: Listening) -> None:
    messages.on(filters.UpdateType.EDITED_MESSAGE, Edits(services, questions, listening).edited)
