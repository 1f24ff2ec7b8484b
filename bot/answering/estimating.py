"""How much goes along with a question, before any of it is fetched: by what Telegram tells, bounded."""

from __future__ import annotations

from typing import Final

from bot.answering.prompt import window
from bot.core.values import SPOKEN, Attachment, AttachmentKind, ChatSettings, Question
from bot.money.billing import CHARS_A_TOKEN

LONGEST_SPEECH_S: Final = 600
"""Nothing longer is heard."""
MOST_PICTURES: Final = 10
"""In one request: an album."""
PICTURE_TOKENS: Final = 2500
"""A picture of 1600 by 1600 pixels, the largest that is sent, in squares of 32: how models that see count."""
_MOST_BYTES_A_SECOND: Final = {
    AttachmentKind.VOICE: 16_000,
    AttachmentKind.VIDEO_NOTE: 400_000,
    AttachmentKind.AUDIO: 400_000,
}
"""A file that is heavier than that is longer than its sender claims."""


def pictures(question: Question) -> int:
    return min(MOST_PICTURES, sum(each.kind is AttachmentKind.PICTURE for each in question.attachments))


def speech_s(question: Question) -> int:
    """Seconds of all that is still to be heard."""
    heard = [each for each in question.attachments if each.kind in SPOKEN and not each.text]
    return sum(map(_seconds, heard))


def document_tokens(question: Question, settings: ChatSettings) -> int:
    """Of what is read of the documents: never more than fits beside the answer."""
    documents = [each for each in question.attachments if each.kind is AttachmentKind.DOCUMENT]
    most = window.document_units(settings.max_output_tokens)
    characters = sum(len(each.text) or each.file_size or most for each in documents)
    return -(-min(most, characters) // CHARS_A_TOKEN)


def _seconds(recording: Attachment) -> int:
    claimed, most = recording.duration_s, _MOST_BYTES_A_SECOND[recording.kind]
    if not 0 < recording.file_size <= claimed * most:
        return LONGEST_SPEECH_S
    return min(LONGEST_SPEECH_S, claimed)
