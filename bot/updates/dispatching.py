"""One update, read and handed to the handlers; what goes wrong there comes back as a value."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import Application, ApplicationHandlerStop

from bot.core.tasks import error_fields
from bot.delivery.refusals import Meaning, meaning
from bot.updates.salvage import salvaged

PTBApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]
"""Nobody here uses any of its six parameters."""

log = logging.getLogger(__name__)


class Unreadable(Exception):
    """An update that does not even say who says what and where."""


class Dispatcher:
    """The edge between the inbox and the handlers: no error passes it."""

    def __init__(
        self,
        application: PTBApplication,
        *,
        moved: Callable[[int, int], Awaitable[None]],
        muted: Callable[[int], Awaitable[None]],
    ) -> None:
        self._application = application
        self._moved = moved
        self._muted = muted

    async def dispatch(self, update_id: int, raw: dict[str, Any], *, again: bool) -> BaseException | None:
        """What went wrong, if anything; `Unreadable` where no handler could be given it.

        The one that has failed before comes `again` without what can't be read in it.
        """
        try:
            update = self._read(update_id, raw, again=again)
        except Unreadable as error:
            return error
        failures: list[BaseException] = []
        self._application.bot_data[update.update_id] = failures
        try:
            await self._application.process_update(update)
        finally:
            del self._application.bot_data[update.update_id]
        return await self._left(update, failures[0]) if failures else None

    def _read(self, update_id: int, raw: dict[str, Any], *, again: bool) -> Update:
        bot = self._application.bot
        if not again:
            try:
                return Update.de_json(raw, bot)
            except Exception as error:  # noqa: BLE001 - the library has no error of its own for it
                log.warning("update %d is not what it should be", update_id, extra=error_fields(error))
        try:
            whole = salvaged(raw)
            if whole is not None:
                return Update.de_json(whole, bot)
        except Exception as error:
            raise Unreadable from error
        raise Unreadable

    async def _left(self, update: Update, error: BaseException) -> BaseException | None:
        """The error, unless the chat, the message or the press is gone: trying again mends nothing."""
        chat = update.effective_chat
        chat_id = None if chat is None else chat.id
        if not await is_final(error, chat_id, moved=self._moved, muted=self._muted):
            return error
        log.info("update %d: %s", update.update_id, error)
        return None


async def is_final(
    error: BaseException,
    chat_id: int | None,
    *,
    moved: Callable[[int, int], Awaitable[None]],
    muted: Callable[[int], Awaitable[None]],
) -> bool:
    """Whether an error of Telegram's says that the chat, the message or the press is gone; `moved` and
    `muted` hear of the chat.
    """
    if isinstance(error, ChatMigrated) and chat_id is not None:
        await moved(chat_id, error.new_chat_id)
    elif not isinstance(error, Forbidden) and not (
        isinstance(error, BadRequest) and meaning(error) is not Meaning.OTHER
    ):
        return False
    elif chat_id is not None and meaning(error) is Meaning.MUTED:
        await muted(chat_id)
    return True


async def note_failure(update: object, context: Any) -> None:
    """PTB's error handler: hands the error to whoever dispatched this update, and ends its dispatch there.

    Else the handlers of the next group would go on, past the gate that failed.
    """
    failures = context.bot_data.get(update.update_id) if isinstance(update, Update) else None
    if failures is None:
        log.error("an error outside any update", extra=error_fields(context.error))
    else:
        failures.append(context.error)
    raise ApplicationHandlerStop
