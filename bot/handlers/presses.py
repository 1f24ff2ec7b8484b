"""A press of a button: decoded once, handed to the behaviour it belongs to, and always answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from telegram import Message
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError
from telegram.ext import CallbackQueryHandler

from bot.answering.outcomes import Accepted, Declined
from bot.core.clock import Clock
from bot.core.values import Conversation
from bot.delivery.refusals import Meaning, meaning
from bot.delivery.waiting import on_flood_wait
from bot.handlers.services import Services
from bot.screens.callbacks import Callback, decode
from bot.screens.declined import declined
from bot.screens.keyboards import inline_keyboard
from bot.screens.views import View
from bot.texts import Texts
from bot.updates.dispatching import PTBApplication

if TYPE_CHECKING:
    from telegram import CallbackQuery, Chat, MaybeInaccessibleMessage, Update, User

    Handler = Callable[["Press", Any], Awaitable[None]]

B = TypeVar("B")

log = logging.getLogger(__name__)


class Spinner:
    """What turns under the finger until the press is answered: once, before anything else is waited for."""

    def __init__(self, query: CallbackQuery) -> None:
        self._query = query
        self._ended = False
        self._ending: asyncio.Task[None] | None = None

    async def end(self, text: str | None = None) -> None:
        """With a toast, or nothing. A press answered too late is no error, nor is an answer that is lost."""
        if self._ended:
            return
        self._ended = True
        try:
            await self._query.answer(text)
        except BadRequest as refused:
            if meaning(refused) is not Meaning.TOO_LATE:
                raise
        except (NetworkError, RetryAfter) as lost:
            log.info("a press is not answered: %s", type(lost).__name__)

    def end_at_once(self, text: str | None = None) -> None:
        """The rest has to wait for Telegram; what there would be to say only after that is not said."""
        if not self._ended:
            self._ending = asyncio.create_task(self._end_quietly(text))

    @asynccontextmanager
    async def ended_within(self, clock: Clock, seconds: float, text: str) -> AsyncIterator[None]:
        """Ends it with this toast after so long, whatever is still waited for inside."""

        async def expire() -> None:
            await clock.sleep(seconds)
            self.end_at_once(text)

        timer = asyncio.create_task(expire())
        try:
            yield
        finally:
            timer.cancel()

    async def _end_quietly(self, text: str | None) -> None:
        with suppress(TelegramError):
            await self.end(text)


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed, under which message, and the way to answer in the language spoken there."""

    spinner: Spinner
    update_id: int
    chat: Chat
    user: User
    message: MaybeInaccessibleMessage
    place: Conversation
    """Where it was pressed; the button may be about another conversation."""
    texts: Texts
    services: Services

    @property
    def shown(self) -> Message | None:
        """The message with the button; None where it is gone, or so old that Telegram tells only its id.

        PTB 22.8 makes a `Message` of that too.
        """
        return _shown(self.message)

    async def answer(self, text_id: str = "", **variables: Any) -> None:
        """A toast, or nothing but the end of the spinner."""
        await self.spinner.end(self.texts(text_id, **variables) if text_id else None)

    async def draw(self, view: View, toast: str = "") -> None:
        """Answers at once, then shows this in the message: pressed fast, only the newest of what waits."""
        await self.answer(toast)
        keyboard = inline_keyboard(view.rows)
        await self.services.redraws.draw(self.chat.id, self.message.message_id, view.text, keyboard)

    async def tell(self, outcome: Accepted | Declined, accepted: str) -> None:
        """What came of a button that asks the model: this text, or why not."""
        if isinstance(outcome, Accepted):
            self.services.muting.topics.asked(outcome.turn.question.conversation)
            await self.answer(accepted)
        else:
            await self.spinner.end(declined(outcome, self.texts) or self.texts("toast-busy"))


def _shown(message: MaybeInaccessibleMessage) -> Message | None:
    return message if isinstance(message, Message) and message.is_accessible else None


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
        user, message, spinner = query.from_user, query.message, Spinner(query)
        if message is None:  # sent in inline mode, to a chat that Telegram does not tell
            texts = self._services.catalogue.for_language(user.language_code or "")
            await spinner.end(texts("toast-stale"))
            return
        shown = _shown(message)
        place = Conversation(message.chat.id)
        if shown is not None:
            place = await self._services.conversation_of(shown)
        texts = await self._services.preferences.texts(place, user.language_code)
        press = Press(spinner, update.update_id, message.chat, user, message, place, texts, self._services)
        button = await self._moved(decode(query.data or ""))
        handler = self._handlers.get(type(button))
        if handler is None:
            await press.answer("toast-stale")
        else:
            with on_flood_wait(spinner.end_at_once):
                await handler(press, button)

    async def _moved(self, button: Callback | None) -> Callback | None:
        """The button; one of a group that has become a supergroup since is about that one."""
        place = getattr(button, "place", None)
        if button is None or not isinstance(place, Conversation):
            return button
        there: Any = {"place": await self._services.now_at(place)}
        return replace(button, **there)

    def register(self, application: PTBApplication) -> None:
        application.add_handler(CallbackQueryHandler(self.pressed))
