"""Fetches the file of an attachment from Telegram."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.answering.ports import NotPrepared
from bot.core.clock import Clock
from bot.core.tasks import within
from bot.core.values import Attachment
from bot.delivery.flood import seconds_of
from bot.delivery.transport import MOST_FILE_BYTES, FileTooLarge

if TYPE_CHECKING:
    from telegram import Bot

WITHIN_S: Final = 60.0
AT_ONCE: Final = 8
_ATTEMPTS: Final = 4
_PAUSE_S: Final = 1.5

log = logging.getLogger(__name__)


class Fetcher:
    """Files by their reference, which alone is kept: a file is in memory only while it is read."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self.room = asyncio.Semaphore(AT_ONCE)
        """Held while a file is fetched and read: fifty people who send 20 MB each are no gigabyte here."""

    @staticmethod
    def check(attachment: Attachment) -> None:
        """Raises `NotPrepared` where it is too large by what Telegram told with the message."""
        if attachment.file_size > MOST_FILE_BYTES:
            raise _too_large()

    async def fetch(self, attachment: Attachment) -> bytes:
        """The file's content. Raises `NotPrepared`, with a line for whoever sent it.

        "Wrong file_id or the file is temporarily unavailable" may pass, and so may the network's troubles.
        """
        self.check(attachment)
        try:
            async with within(self._clock, WITHIN_S):
                return await self._fetch(attachment)
        except TimeoutError:
            log.warning("a file was not fetched", extra={"reason": "time"})
            raise NotPrepared("file-gone", passing=True) from None

    async def _fetch(self, attachment: Attachment) -> bytes:
        for attempt in range(_ATTEMPTS):
            pause_s = _PAUSE_S * 2**attempt
            try:
                return await self._download(attachment.file_id)
            except FileTooLarge:
                raise _too_large() from None
            except BadRequest as refused:
                if "too big" in refused.message.casefold():
                    raise _too_large() from None
                last: TelegramError = refused
            except RetryAfter as flood:
                last, pause_s = flood, seconds_of(flood)
            except TelegramError as broken:  # a link that has ended is refused as if the token were wrong
                last = broken
            if attempt < _ATTEMPTS - 1:
                await self._clock.sleep(pause_s)
        log.warning("a file was not fetched", extra={"reason": type(last).__name__})
        raise NotPrepared("file-gone", passing=True)

    async def _download(self, file_id: str) -> bytes:
        """Only if it is not too large, by what Telegram says of it now and by what comes."""
        file = await self._bot.get_file(file_id)
        data = bytearray()
        if (file.file_size or 0) <= MOST_FILE_BYTES:
            await file.download_as_bytearray(data)
        if max(len(data), file.file_size or 0) > MOST_FILE_BYTES:
            raise _too_large()
        return bytes(data)


def _too_large() -> NotPrepared:
    return NotPrepared("file-too-large", megabytes=MOST_FILE_BYTES // 2**20)
