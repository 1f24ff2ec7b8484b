"""Which messages are one long paste, and which are not."""

from __future__ import annotations

import pytest

from bot.answering.intake.pastes import Pastes
from bot.core.values import Attachment, AttachmentKind, Conversation, Question, Quote
from bot.markup import utf16_len
from tests.answering.values import BORIS, HOME, question

LONG = "я" * 4000


def opened(first: Question) -> Pastes:
    pastes = Pastes()
    assert pastes.opens(7, first)
    return pastes


def test_a_full_message_and_the_next_one_at_once_are_one() -> None:
    pastes = opened(question(LONG))
    assert pastes.continued_by(question("конец", later_s=2.0)) == 7


def test_length_counts_in_utf16() -> None:
    """2000 emoji are 4000 units; 1999 are not."""
    assert utf16_len("😀") == 2
    assert Pastes().opens(1, question("😀" * 2000))
    assert not Pastes().opens(1, question("😀" * 1999))


@pytest.mark.parametrize(
    "second",
    [
        question("поздно", later_s=3.0),
        question("раньше", later_s=-1.0),
        question("чужое", asker=BORIS),
        question("старое", message_id=0),
        question("то же", message_id=1),
        question("пересланное", forwards=(Quote("Борис", "что-то"),)),
        question("с файлом", attachments=(Attachment(AttachmentKind.PICTURE, "f", "u"),)),
        question("в другой теме", conversation=Conversation(HOME.chat_id, 5)),
        question("ответ", replies_to=44),
        question("о другом", quote=Quote("Борис", "что-то")),
    ],
    ids=lambda second: second.text,
)
def test_nothing_else_is_joined(second: Question) -> None:
    assert opened(question(LONG, message_id=1)).continued_by(second) is None


def test_a_short_message_is_never_continued() -> None:
    pastes = Pastes()
    assert not pastes.opens(7, question("коротко"))
    assert pastes.continued_by(question("ещё")) is None


def test_the_parts_of_a_long_reply_are_joined() -> None:
    """Clients repeat the reply in each part, or keep it in the first only."""
    pastes = opened(question(LONG, replies_to=44, quote=Quote("Борис", "что-то")))
    assert pastes.continued_by(question("дальше", replies_to=44, quote=Quote("Борис", "что-то"))) == 7
    assert pastes.continued_by(question("дальше")) == 7


def test_anything_between_ends_the_paste() -> None:
    pastes = opened(question(LONG))
    assert pastes.shut(HOME) == 7
    assert pastes.shut(HOME) is None
    assert pastes.continued_by(question("конец")) is None


def test_a_third_part_goes_on_where_the_second_was_full() -> None:
    pastes = opened(question(LONG))
    second = question(LONG, later_s=1.0)
    assert pastes.continued_by(second) == 7
    assert pastes.opens(7, second)
    assert pastes.continued_by(question("конец", later_s=2.9)) == 7


@pytest.mark.parametrize(("units", "glue"), [(4096, ""), (4095, "\n")])
def test_a_word_cut_at_the_limit_is_mended(units: int, glue: str) -> None:
    """Only a message filled to the last unit may have been cut inside a word."""
    assert opened(question("я" * units)).glue(question("конец")) == glue
