"""Documents become text that goes with the question."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.ports import NotPrepared, Prepared
from bot.answering.prompt import window
from bot.answering.prompt.request import document_units_of, name
from bot.core.values import Attachment, AttachmentKind, ChatSettings, Exchange, Turn
from bot.files import FileReader, ReadText, Unreadable
from bot.preparing.fetching import Fetcher

log = logging.getLogger(__name__)


class Reading:
    """What was read is kept with the turn: a follow-up still knows it, and nothing is read twice."""

    def __init__(self, *, fetcher: Fetcher, files: FileReader) -> None:
        self._fetcher = fetcher
        self._files = files

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        """The turn with its documents' text. Raises `NotPrepared`."""
        del newest_first
        question = turn.question
        documents = [each for each in question.attachments if each.kind is AttachmentKind.DOCUMENT]
        if not documents:
            return Prepared(turn)
        share = window.document_units(settings.max_output_tokens) // len(documents)
        attachments = [
            await self._read(each, share) if each.kind is AttachmentKind.DOCUMENT and not each.text else each
            for each in question.attachments
        ]
        return Prepared(replace(turn, question=replace(question, attachments=tuple(attachments))))

    async def _read(self, attachment: Attachment, characters: int) -> Attachment:
        try:
            async with self._fetcher.room:
                found = await self._within(await self._fetcher.fetch(attachment), characters)
        except Unreadable as unreadable:
            log.info("a document can't be read", extra={"why": unreadable.why, "detail": unreadable.detail})
            text_id = f"document-{unreadable.why.replace('_', '-')}"
            raise NotPrepared(text_id, name=name(attachment.file_name) or "…") from None
        if found.whole:
            return replace(attachment, text=found.text)
        return replace(attachment, text=found.text, unit=found.unit, read=found.read, total=found.total)

    async def _within(self, data: bytes, characters: int) -> ReadText:
        found = await self._files.text(data, characters=characters)
        weight = document_units_of(found.text)
        if weight > characters:  # marks of short lines, letters that are several tokens each
            fitting = characters * len(found.text) // weight
            found = await self._files.text(data, characters=fitting)
        return found
