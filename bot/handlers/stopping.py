"""/stop and the Stop button end an answer; Retry asks a failed question again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler, filters

from bot.answering.presenter import Accepted, NothingToStop, NotYours
from bot.callbacks import Retry, Stop
from bot.handlers.incoming import conversation_of, is_private, person_of

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import Application

    from bot.answering.presenter import Stopped
    from bot.handlers.presses import Press, Presses
    from bot.handlers.services import Services


class Stopping:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(self, update: Update, _context: Any) -> None:
        message = update.message
        person = person_of(message) if message is not None else None
        if message is None or person is None:
            return
        outcome = await self._services.answering.stop(
            conversation_of(message), by=person.id, admin=await self._services.admins.wrote(message)
        )
        texts = await self._services.texts_for(message)
        await message.reply_text(texts(_said(outcome)), do_quote=not is_private(message))

    async def stop(self, press: Press, button: Stop) -> None:
        turn = await self._services.store.turns.get(button.turn_id)
        if turn is None or turn.question.conversation.chat_id != press.chat.id:
            await press.answer("toast-stale")
            return
        outcome = await self._services.answering.stop(
            turn.question.conversation,
            by=press.user.id,
            admin=await self._services.admins.is_one(press.chat, press.user),
            turn_id=turn.id,
        )
        await press.answer(_said(outcome))

    async def retry(self, press: Press, button: Retry) -> None:
        turn = await self._services.store.turns.get(button.turn_id)
        if turn is None or turn.question.conversation.chat_id != press.chat.id:
            await press.answer("toast-stale")
            return
        outcome = await self._services.answering.retry(turn.id, update_id=press.update_id)
        await press.answer("toast-retrying" if isinstance(outcome, Accepted) else "toast-stale")


def _said(outcome: Stopped | NotYours | NothingToStop) -> str:
    if isinstance(outcome, NotYours):
        return "stop-not-yours"
    return "stop-nothing" if isinstance(outcome, NothingToStop) else "stopped"


def register(
    application: Application[Any, Any, Any, Any, Any, Any], services: Services, presses: Presses
) -> None:
    stopping = Stopping(services)
    application.add_handler(CommandHandler("stop", stopping.command, filters=filters.UpdateType.MESSAGE))
    presses.on(Stop, stopping.stop)
    presses.on(Retry, stopping.retry)
