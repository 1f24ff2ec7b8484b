"""Voice messages, video notes and audio become words before the model is asked."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.answering.estimating import LONGEST_SPEECH_S
from bot.answering.ports import NotPrepared, Prepared
from bot.core.clock import Clock
from bot.core.tasks import within
from bot.core.values import SPOKEN, Attachment, AttachmentKind, ChatSettings, Exchange, Question, Quote, Turn
from bot.files import FileReader, Unreadable, Why
from bot.preparing.fetching import Fetcher
from bot.speech import Speech, SpeechFailure, SpeechFailureKind
from bot.speech.lengths import has_one_channel, opus_s

if TYPE_CHECKING:
    from bot.presenting.alerts import Alerts

WITHIN_S: Final = 240.0
"""For one recording, all retries included: ten minutes of speech are recognised in about one."""

log = logging.getLogger(__name__)


class Hearing:
    """What was heard is the question, or data where it is not the asker's own voice.

    It is kept with the turn at once, together with what it cost, so that nothing is heard, and paid for,
    twice.
    """

    def __init__(
        self,
        *,
        speech: Speech | None,
        fetcher: Fetcher,
        files: FileReader,
        clock: Clock,
        alerts: Alerts,
        billed: Callable[[Turn, int, Question | None], Awaitable[None]],
    ) -> None:
        """`speech` None: nothing is heard, nothing fetched.

        `billed` keeps how many pieces a recognition cost, and the question with what was heard, if anything.
        """
        self._speech = speech
        self._fetcher = fetcher
        self._files = files
        self._clock = clock
        self._alerts = alerts
        self._billed = billed

    async def prepare(self, turn: Turn, settings: ChatSettings, newest_first: Sequence[Exchange]) -> Prepared:
        """The turn with its recordings as words. Raises `NotPrepared`."""
        del newest_first
        spoken = [each for each in turn.question.attachments if each.kind in SPOKEN and not each.text]
        for attachment in spoken:
            self._check(attachment)
        for attachment in spoken:
            async with self._fetcher.room:
                heard = await self._heard(turn, attachment, settings)
            turn = replace(turn, question=_with(turn.question, attachment, heard))
        return Prepared(turn)

    def _check(self, attachment: Attachment) -> None:
        """Raises `NotPrepared` by what is claimed of it: before anything is paid for, all are looked at."""
        if self._speech is None:
            raise NotPrepared("voice-off")
        if attachment.duration_s > LONGEST_SPEECH_S:
            raise NotPrepared("voice-too-long", minutes=LONGEST_SPEECH_S // 60)
        self._fetcher.check(attachment)

    async def _heard(self, turn: Turn, attachment: Attachment, settings: ChatSettings) -> str:
        assert self._speech is not None  # noqa: S101 - checked
        data = await self._fetcher.fetch(attachment)
        language = settings.language or turn.question.asker.language or "ru"

        async def billed(pieces: int, said: str) -> None:
            heard = _with(turn.question, attachment, said) if said else None
            await self._billed(turn, pieces, heard)

        try:
            async with within(self._clock, WITHIN_S):
                sound, duration_s = await self._sound(data)
                heard = await self._speech.hear(
                    sound,
                    duration_s=duration_s,
                    language=language[:2].lower(),
                    billed=billed,
                )
        except TimeoutError:
            raise NotPrepared("voice-unavailable", passing=True) from None
        except Unreadable as unreadable:
            log.info("a recording can't be read", extra={"why": unreadable.why, "detail": unreadable.detail})
            too_long = unreadable.why == "too_long"
            raise NotPrepared(
                "voice-too-long" if too_long else "voice-unheard", minutes=LONGEST_SPEECH_S // 60
            ) from None
        except SpeechFailure as failure:
            raise self._declined(failure) from None
        if not heard:
            raise NotPrepared("voice-silence")
        return heard

    async def _sound(self, data: bytes) -> tuple[bytes, float]:
        """The recording as OGG/Opus on one channel, and its seconds by its own sound: nobody has more
        recognised than `LONGEST_SPEECH_S`, whatever they claim.
        """
        duration_s = opus_s(data) if has_one_channel(data) else 0.0
        if not duration_s:
            sound = await self._files.sound(data, most_s=LONGEST_SPEECH_S)
            return sound.data, sound.duration_s
        if int(duration_s) > LONGEST_SPEECH_S:
            raise Unreadable(Why.TOO_LONG)
        return data, duration_s

    def _declined(self, failure: SpeechFailure) -> NotPrepared:
        log.warning(
            "speech was not recognised",
            extra={"kind": failure.kind, "http_status": failure.http_status, "detail": failure.detail},
        )
        if failure.kind is SpeechFailureKind.NOT_ALLOWED:
            self._alerts.tell(kind="speech_not_allowed", detail=failure.detail)
        if failure.kind is SpeechFailureKind.REFUSED:
            return NotPrepared("voice-unheard")
        passing = failure.kind is not SpeechFailureKind.NOT_ALLOWED
        return NotPrepared("voice-unavailable", passing=passing)


def _with(question: Question, attachment: Attachment, heard: str) -> Question:
    """The question with what was heard: the asker's own words, or data beside them."""
    attachments = tuple(
        replace(each, text=heard) if each is attachment else each for each in question.attachments
    )
    own = not attachment.quoted and (attachment.kind is not AttachmentKind.AUDIO or not question.text)
    if own:
        text = f"{question.text}\n\n{heard}" if question.text else heard
        return replace(question, text=text, attachments=attachments)
    forwards = (*question.forwards, Quote(attachment.author or attachment.file_name, heard))
    return replace(question, forwards=forwards, attachments=attachments)
