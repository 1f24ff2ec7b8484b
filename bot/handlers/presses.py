"""A press of a button: decoded once, handed to the behaviour it belongs to, and always answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler

from bot.answering.presenter import Accepted
from bot.callbacks import decode
from bot.chat import Conversation
from bot.handlers.questions import DECLINED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import CallbackQuery, Chat, MaybeInaccessibleMessage, Update, User
    from telegram.ext import Application

    from bot.answering.presenter import Declined
    from bot.callbacks import Callback
    from bot.handlers.services import Services
    from bot.texts import Texts

    Handler = Callable[["Press", Any], Awaitable[None]]

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed, under which message, and the way to answer in their language."""

    query: CallbackQuery
    update_id: int
    chat: Chat
    user: User
    message: MaybeInaccessibleMessage
    texts: Texts

    async def answer(self, text_id: str = "", **variables: Any) -> None:
        """A toast, or nothing but the end of the spinner. A press answered too late is no error."""
        try:
            await self.query.answer(self.texts(text_id, **variables) if text_id else None)
        except BadRequest as refused:
            if "query is too old" not in refused.message.lower():
                raise

    async def tell(self, outcome: Accepted | Declined, accepted: str) -> None:
        """What came of a button that asks the model: this text, or why not."""
        if isinstance(outcome, Accepted):
            await self.answer(accepted)
        elif outcome.reason in DECLINED:
            await self.answer(DECLINED[outcome.reason], wait=timedelta(seconds=outcome.retry_in_s))
        else:
            await self.answer("toast-busy")


class Presses:
    """`on` a kind of button, do this."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._handlers: dict[type, Handler] = {}

    def on(self, kind: type[B], handler: Callable[[Press, B], Awaitable[None]]) -> None:
        self._handlers[kind] = handler

    async def pressed(self, update: Update, _context: Any) -> None:
        query = update.callback_query
        if query is None:
            return
        chosen = self._services.catalogue.spoken(query.from_user.language_code or "")
        if query.message is None:
            await query.answer(chosen("toast-stale"))
            return
        press = Press(query, update.update_id, query.message.chat, query.from_user, query.message, chosen)
        button = await self._moved(decode(query.data or ""))
        handler = self._handlers.get(type(button))
        if handler is None:
            await press.answer("toast-stale")
        else:
            await handler(press, button)

    async def _moved(self, button: Callback | None) -> Callback | None:
        """The button; one of a group that has become a supergroup since is about that one."""
        place = getattr(button, "place", None)
        if button is None or not isinstance(place, Conversation):
            return button
        known = await self._services.store.chats.get(place.chat_id)
        if known is None or known.migrated_to is None:
            return button
        there: Any = {"place": replace(place, chat_id=known.migrated_to)}
        return replace(button, **there)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        application.add_handler(CallbackQueryHandler(self.pressed))
