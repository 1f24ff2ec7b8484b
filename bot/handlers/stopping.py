"""/stop and the Stop button end an answer; Retry asks a failed question again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler

from bot.answering.outcomes import NothingToStop, NotYours, Stopped
from bot.core.values import TurnState
from bot.handlers.authority import surely
from bot.handlers.incoming import OWN_WORDS, is_private, person_of
from bot.screens.callbacks import Retry, Stop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import Update
    from telegram.ext import Application

    from bot.core.values import Conversation
    from bot.handlers.presses import Press, Presses
    from bot.handlers.services import Services

_NOT_TO_BE_RETRIED = frozenset({TurnState.DONE, TurnState.EXPIRED, TurnState.DROPPED})


class Stopping:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(self, update: Update, _context: Any) -> None:
        message = update.message
        person = person_of(message)
        if message is None or person is None:
            return
        outcome = await self._stop(
            await self._services.conversation_of(message),
            person.id,
            lambda: self._services.admins.wrote(message),
            turn_id=None,
        )
        texts = await self._services.texts_for(message)
        await message.reply_text(texts(_said(outcome)), do_quote=not is_private(message))

    async def stop(self, press: Press, button: Stop) -> None:
        turn = await self._services.turn_pressed(button.turn_id, press.chat)
        if turn is None:
            await press.answer("toast-stale")
            return
        outcome = await self._stop(
            turn.question.conversation,
            press.user.id,
            lambda: self._services.admins.is_one(press.chat, press.user),
            turn_id=turn.id,
        )
        # A press tells the real person, whom nothing connects with the channel or group that asked.
        as_a_chat = isinstance(outcome, NotYours) and turn.question.asker.id < 0
        await press.answer("stop-asked-as-a-chat" if as_a_chat else _said(outcome))

    async def _stop(
        self,
        where: Conversation,
        person_id: int,
        is_admin: Callable[[], Awaitable[bool]],
        *,
        turn_id: int | None,
    ) -> Stopped | NotYours | NothingToStop:
        """What is their own ends at once; what is others' once Telegram has told that they may."""
        answering = self._services.answering
        own = await answering.stopping.stop(where, by=person_id, admin=False, turn_id=turn_id)
        if not await surely(is_admin()):
            return own
        others = await answering.stopping.stop(where, by=person_id, admin=True, turn_id=turn_id)
        return own if isinstance(own, Stopped) else others

    async def retry(self, press: Press, button: Retry) -> None:
        turn = await self._services.turn_told(button.turn_id, press.chat)
        if turn is None or turn.state in _NOT_TO_BE_RETRIED:
            await press.answer("toast-stale")
            self._services.presenter.last.pressed_in_vain(press.chat.id, press.message.message_id)
            return
        if not await self._services.may_have_it_again(turn, press.chat, press.user):
            await press.answer("toast-not-yours")
            return
        outcome = await self._services.answering.regeneration.retry(turn.id, update_id=press.update_id)
        await press.tell(outcome, "toast-retrying")


def _said(outcome: Stopped | NotYours | NothingToStop) -> str:
    if isinstance(outcome, NotYours):
        return "stop-not-yours"
    return "stop-nothing" if isinstance(outcome, NothingToStop) else "stopped"


def register(
    application: Application[Any, Any, Any, Any, Any, Any], services: Services, presses: Presses
) -> None:
    stopping = Stopping(services)
    application.add_handler(CommandHandler("stop", stopping.command, filters=OWN_WORDS))
    presses.on(Stop, stopping.stop)
    presses.on(Retry, stopping.retry)
