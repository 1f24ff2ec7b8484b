"""A message that asks becomes a question, and waits for its answer elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from telegram.error import TelegramError
from telegram.ext import filters

from bot.answering.intake.rates import Rates
from bot.answering.outcomes import Accepted, Declined, Reason
from bot.core.values import Conversation, Question
from bot.handlers.addressing import Command, command_of
from bot.handlers.incoming import has_attachment, words
from bot.handlers.messages import Messages, Said
from bot.handlers.reading import Reading, relation_of
from bot.handlers.services import Services
from bot.screens.declined import declined
from bot.screens.help import is_command
from bot.updates.dispatching import is_final

if TYPE_CHECKING:
    from bot.handlers.listening import Listening

SAY_AGAIN_AFTER_S: Final = 30.0
"""One line tells a person that too much comes; those that follow it soon say nothing new."""
COMMANDS_PER_MIN: Final = 30
"""Commands of one person that are told why nothing is asked: whoever sends more is no person."""


class Questions:
    """The last of the handlers: what no command of the bot's has taken."""

    def __init__(self, services: Services, listening: Listening) -> None:
        self._listening = listening
        self.reading = Reading(services)
        self._services = services
        self._told_s: dict[tuple[Conversation, int, str], float] = {}
        self._commands = Rates(COMMANDS_PER_MIN)

    async def message(self, said: Said) -> None:
        asked = self.reading.addressed(said)
        question: Question | None
        if asked is not None and asked.asks:
            question = await self.reading.question(said, asked)
        else:
            question = await self.reading.piece(said, asked)
        outcome: Accepted | Declined = Declined(Reason.NO_QUESTION)
        if question is not None:
            hint = partial(self._hint_later, said) if asked is not None else None
            outcome = await self._services.answering.submit(question, relation_of(said.message, asked), hint)
        if isinstance(outcome, Declined) and outcome.reason is Reason.INCOMPLETE:
            self._services.answering.pastes.complete(said.conversation)
        elif isinstance(outcome, Declined) and outcome.reason is Reason.NO_QUESTION:
            await self._no_question(said, addressed=asked is not None)
        else:
            await self.report(said, outcome)

    async def report(self, said: Said, outcome: Accepted | Declined) -> None:
        """What there is to see or to say at once of a question that came in, or was edited."""
        if isinstance(outcome, Accepted):
            self._services.muting.topics.asked(said.conversation)
            await self._services.presenter.accepted(outcome.turn)
            return
        line = declined(outcome, said.texts)
        if line and (outcome.reason is Reason.BUDGET or self._is_to_be_said(said, outcome.reason)):
            await said.say(line)

    async def _hint_later(self, said: Said) -> None:
        """Nothing came that would have made a question of it."""
        services = self._services
        try:
            await self._hint(said, addressed=True)
        except TelegramError as error:
            chat_id = said.conversation.chat_id
            if not await is_final(error, chat_id, moved=services.moves.moved, muted=services.muting.note):
                raise

    async def _no_question(self, said: Said, *, addressed: bool) -> None:
        command = command_of(said.message, self._services.me)
        if addressed or command is not None:
            self._services.answering.pastes.complete(said.conversation)
        if command is None and not addressed:
            await self._listening.hear(said)
        else:
            await self._hint(said, addressed=addressed)

    async def _hint(self, said: Said, *, addressed: bool) -> None:
        command = command_of(said.message, self._services.me)
        line = _hint(said) if command is None else _unheeded(said, command, asks=addressed)
        if line and self._is_to_be_said(said, line):
            await said.reply(line, bot=self._services.me.username or "")

    def _is_to_be_said(self, said: Said, line: str) -> bool:
        """A command is answered each time, unless a machine sends them; all else seldom."""
        if command_of(said.message, self._services.me) is None:
            return self._is_news(said, line)
        at_s = said.message.date.timestamp()
        return self._commands.refuse(person_id=said.person.id, group_id=None, at_s=at_s) is None

    def _is_news(self, said: Said, line: str) -> bool:
        """Whether a person is to be told it now: not again soon, who may have sent an album or a flood. They
        count as told from then on.
        """
        now_s = self._services.clock.monotonic()
        key = (said.conversation, said.person.id, line)
        if key in self._told_s and now_s - self._told_s[key] < SAY_AGAIN_AFTER_S:
            return False
        self._told_s = {k: s for k, s in self._told_s.items() if now_s - s < SAY_AGAIN_AFTER_S} | {key: now_s}
        return True


def _hint(said: Said) -> str:
    """What helps someone who spoke to the bot and asked nothing; a group may show it things in silence."""
    if has_attachment(said.message):
        return "unsupported" if words(said.message) or said.private else ""
    return "empty-mention" if words(said.message) else ""


def _unheeded(said: Said, command: Command, *, asks: bool) -> str:
    """For a command that is none, asks nothing or is a caption; a bare one in a group may be any bot's."""
    if asks:
        return "unsupported" if has_attachment(said.message) else "ask-usage"
    if not (command.named or (command.mine and said.private)):
        return ""
    return "captioned-command" if is_command(command.name) else "unknown-command"


def register(messages: Messages, questions: Questions) -> None:
    messages.on(filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL, questions.message)
