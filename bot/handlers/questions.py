"""A message that asks becomes a question, and waits for its answer elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from telegram.ext import MessageHandler, filters

from bot.answering.outcomes import Accepted, Declined, Reason
from bot.handlers.addressing import command_of
from bot.handlers.incoming import has_attachment, is_private, person_of, words
from bot.handlers.reading import Reading
from bot.screens.money import declined

if TYPE_CHECKING:
    from telegram import Message, Update
    from telegram.ext import Application

    from bot.core.values import Person
    from bot.handlers.addressing import Command
    from bot.handlers.services import Services

DECLINED = {
    Reason.PERSON_RATE: "rate-person",
    Reason.CHAT_RATE: "rate-chat",
    Reason.QUEUE_FULL: "queue-full",
}
SAY_AGAIN_AFTER_S: Final = 30.0
"""One line tells a person that too much comes; those that follow it soon say nothing new."""


class Questions:
    """The last of the handlers: what no command of the bot's has taken."""

    def __init__(self, services: Services) -> None:
        self.reading = Reading(services)
        self._services = services
        self._told_s: dict[tuple[int, int, str], float] = {}

    async def message(self, update: Update, _context: Any) -> None:
        message = update.message
        asker = person_of(message)
        if message is None or asker is None:
            return
        asked = await self.reading.addressed(message)
        if asked is not None and asked.asks:
            question = await self.reading.question(message, update.update_id, asker, asked)
        else:
            piece = await self.reading.piece(message, update.update_id, asker)
            if piece is None:
                await self._no_question(message, asker, addressed=asked is not None)
                return
            question = piece
        if message.media_group_id is not None:
            self._told(message, asker, "unsupported")  # the album's other pictures have no words
        await self.report(message, asker, await self._services.answering.submit(question))

    async def report(self, message: Message, asker: Person, outcome: Accepted | Declined) -> None:
        """What there is to see or to say at once of a question that came in, or was edited."""
        if isinstance(outcome, Accepted):
            await self._services.presenter.accepted(outcome.turn)
        elif outcome.reason is Reason.BUDGET:
            line = declined(outcome, await self._services.texts_for(message))
            await message.reply_text(line, do_quote=not is_private(message))
        elif outcome.reason in DECLINED:
            wait = timedelta(seconds=outcome.retry_in_s)
            await self._say(message, asker, DECLINED[outcome.reason], wait=wait)

    async def _no_question(self, message: Message, asker: Person, *, addressed: bool) -> None:
        me = self._services.me
        command = command_of(message, me)
        if addressed or command is not None:
            self._services.answering.pastes.complete(await self._services.conversation_of(message))
        line = _hint(message, command) if addressed else ""
        if command is not None and not addressed and command.mine and is_private(message):
            line = "unknown-command"
        if line:
            names = {"bot": me.username or ""} if line == "empty-mention" else {}
            await self._say(message, asker, line, **names)

    async def _say(self, message: Message, asker: Person, text_id: str, **variables: Any) -> None:
        """A line in reply; not again soon to the same person, who may have sent an album or a flood."""
        if self._told(message, asker, text_id):
            texts = await self._services.texts_for(message)
            await message.reply_text(texts(text_id, **variables), do_quote=not is_private(message))

    def _told(self, message: Message, asker: Person, text_id: str) -> bool:
        """Whether a person is to be told it now; they count as told from then on."""
        now_s = self._services.clock.monotonic()
        key = (message.chat.id, asker.id, text_id)
        if key in self._told_s and now_s - self._told_s[key] < SAY_AGAIN_AFTER_S:
            return False
        self._told_s = {k: s for k, s in self._told_s.items() if now_s - s < SAY_AGAIN_AFTER_S} | {key: now_s}
        return True


def _hint(message: Message, command: Command | None) -> str:
    """What helps someone who spoke to the bot and asked nothing; a group may show it things in silence."""
    if has_attachment(message):
        return "unsupported" if words(message) or is_private(message) else ""
    if command is not None:
        return "ask-usage"
    return "empty-mention" if words(message) else ""


def register(application: Application[Any, Any, Any, Any, Any, Any], questions: Questions) -> None:
    asks = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    application.add_handler(MessageHandler(asks, questions.message))
