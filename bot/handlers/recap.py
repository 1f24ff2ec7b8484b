"""/recap: what one has missed in a group, as an answer of the model's to a question about the talk."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.handlers.addressing import Addressed
from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services
from bot.store import Missed
from bot.store.talk import KEPT_HOURS

if TYPE_CHECKING:
    from bot.handlers.questions import Questions

_HOURS: Final = re.compile(r"([0-9]{1,3})\s*(?:ч|час|часа|часов|h|hours?)?\.?", re.IGNORECASE)


class Recap:
    """It is a question like any other: in its turn, within the rates and the budgets."""

    def __init__(self, services: Services, questions: Questions) -> None:
        self._services = services
        self._questions = questions

    async def command(self, said: Said) -> None:
        """Since the asker's own last message, or of so many hours."""
        if said.private:
            await said.reply("recap-groups-only")
            return
        if not said.settings.listen:
            await said.reply("recap-off")
            return
        missed = await self._missed(said)
        if missed is None:
            await said.reply("recap-usage", hours=KEPT_HOURS)
        elif not missed.messages:
            await said.reply("recap-nothing-hours" if said.argument else "recap-nothing")
        else:
            await self._ask(said, missed)

    async def _missed(self, said: Said) -> Missed | None:
        """None where what is written after the command is no number of hours."""
        talk = self._services.store.talk
        if not said.argument:
            return await talk.missed_by(said.conversation, said.person.id)
        written = _HOURS.fullmatch(said.argument)
        hours = int(written[1]) if written is not None else 0
        if not 1 <= hours <= KEPT_HOURS:
            return None
        return await talk.missed_since(said.conversation, said.message.date - timedelta(hours=hours))

    async def _ask(self, said: Said, missed: Missed) -> None:
        answering = self._services.answering
        answering.pastes.complete(said.conversation)
        asked = await self._questions.reading.question(said, Addressed(said.texts("recap-question")))
        outcome = await answering.submit(replace(asked, quote=None, talk_after=missed.after))
        await self._questions.report(said, outcome)


def register(services: Services, messages: Messages, questions: Questions) -> None:
    messages.on_command("recap", Recap(services, questions).command)
