"""Whether a message says nothing of the asker's own, by what it carries itself."""

from __future__ import annotations

import pytest

from bot.answering.intake.pieces import is_lone_forward
from bot.core.values import Attachment, AttachmentKind, Quote
from tests.answering.values import question

FORWARDED = Quote("Иван", "новость")


def file(message_id: int, *, quoted: bool) -> Attachment:
    return Attachment(AttachmentKind.VOICE, "f", "u", quoted=quoted, message_id=message_id)


@pytest.mark.parametrize(
    ("text", "forwards", "attachments", "alone"),
    [
        ("", (FORWARDED,), (), True),
        ("", (), (file(7, quoted=True),), True),
        ("", (), (), False),
        ("это правда?", (FORWARDED,), (), False),
        ("", (FORWARDED,), (file(7, quoted=False),), False),
        ("", (), (file(5, quoted=True),), False),
        ("", (FORWARDED,), (file(5, quoted=False),), True),
    ],
    ids=[
        "words",
        "a file",
        "nothing",
        "with words of one's own",
        "with a voice of one's own",
        "of another message",
        "after a file of another message",
    ],
)
def test_is_lone_forward(
    text: str, forwards: tuple[Quote, ...], attachments: tuple[Attachment, ...], alone: bool
) -> None:
    asked = question(text, message_id=7, forwards=forwards, attachments=attachments)
    assert is_lone_forward(asked) is alone
