"""Pictures go with the question to a model that sees."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from bot.answering.estimating import MOST_PICTURES
from bot.answering.ports import NotPrepared, Prepared
from bot.core.model_request import Image
from bot.core.values import Attachment, AttachmentKind, ChatSettings, Exchange, Turn
from bot.files import FileReader, Unreadable, Why
from bot.preparing.fetching import Fetcher

FOLLOW_UPS: Final = 3
"""So many of the newest turns are looked at again with their pictures."""

log = logging.getLogger(__name__)


class Seeing:
    """Of a picture only its reference is kept: it is fetched again for a follow-up or another version."""

    def __init__(self, *, model: str | None, fetcher: Fetcher, files: FileReader) -> None:
        """`model` None: pictures are declined, and nothing is fetched."""
        self._model = model
        self._fetcher = fetcher
        self._files = files

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        """The pictures of the question, and before them those of the last turns. Raises `NotPrepared`."""
        del settings
        own = [each for each in turn.question.attachments if each.kind is AttachmentKind.PICTURE]
        if self._model is None:
            if own:
                raise NotPrepared("pictures-off")
            return Prepared(turn)
        earlier = await self._earlier(newest_first, most=MOST_PICTURES - len(own))
        images = [*earlier, *[await self._image(each) for each in own[:MOST_PICTURES]]]
        return Prepared(turn, images=tuple(images), model=self._model if images else None)

    async def _earlier(self, newest_first: Sequence[Exchange], *, most: int) -> list[Image]:
        """Oldest first. One that is gone since is done without: the answer about it still stands."""
        found: list[Image] = []
        for exchange in newest_first[:FOLLOW_UPS]:
            for attachment in reversed(exchange.attachments):
                if attachment.kind is AttachmentKind.PICTURE and len(found) < most:
                    try:
                        found.insert(0, await self._image(attachment))
                    except NotPrepared as gone:
                        log.info("an earlier picture is done without", extra={"reason": gone.text_id})
        return found

    async def _image(self, attachment: Attachment) -> Image:
        try:
            async with self._fetcher.room:
                picture = await self._files.picture(await self._fetcher.fetch(attachment))
        except Unreadable as unreadable:
            log.info("a picture can't be read", extra={"why": unreadable.why, "detail": unreadable.detail})
            heavy = unreadable.why is Why.TOO_HEAVY
            raise NotPrepared("picture-too-heavy" if heavy else "picture-unreadable") from None
        return Image(picture.mime_type, picture.data)
