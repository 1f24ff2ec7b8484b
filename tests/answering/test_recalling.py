"""Documents of earlier turns take what the turns themselves leave, and crowd out none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.answering.prompt import window
from bot.answering.prompt.recalling import DOCUMENTS_IN_HISTORY, recalled
from bot.answering.prompt.request import framed
from bot.core.values import Attachment, AttachmentKind, Exchange
from tests.answering.values import question, settings


def turn(*texts: str, answer: str = "Да.") -> Exchange:
    documents = [
        Attachment(AttachmentKind.DOCUMENT, "", "", file_name=f"{n}.txt", text=text)
        for n, text in enumerate(texts)
    ]
    return Exchange("О чём?", answer, attachments=tuple(documents))


def recall(budget: int, *newest_first: Exchange) -> tuple[Sequence[Exchange], int]:
    """The turns that fit, and how many they are."""

    def frame(each: Exchange, document_units: int) -> Exchange:
        return framed(each, question(), settings(), document_units=document_units)

    known = [(each, frame(each, 0)) for each in newest_first]
    found = recalled(known, frame, budget, window.units, 1.0).history[::-1]
    return found, len(found)


@pytest.mark.parametrize(
    "text",
    ["слово " * 2000, "雪が降る。" * 2000, "1\n" * 20_000, "🙂" * 5000],
    ids=["words", "kanji", "short lines", "emoji"],
)
@pytest.mark.parametrize("budget", [150, 1000, 4000, 100_000])
def test_a_turn_fits_with_as_much_of_its_documents_as_there_is_room_for(text: str, budget: int) -> None:
    (found,), fitting = recall(budget, turn(text, text))
    assert fitting == 1
    assert "«0.txt»" in found.question
    assert "«1.txt»" in found.question
    used = window.cost(found, window.units)
    assert min(budget, DOCUMENTS_IN_HISTORY) * 0.8 - 100 < used <= min(budget, DOCUMENTS_IN_HISTORY + 200)


def test_the_newest_documents_go_first_and_none_keeps_its_own_turn_out() -> None:
    found, fitting = recall(3000, turn(), turn("новое " * 300), turn("старое " * 1000), turn())
    assert fitting == 3
    assert found[1].question.count("новое") == 300
    assert 50 < found[2].question.count("старое") < 200


def test_a_long_answer_leaves_its_document_less_room() -> None:
    (found,), fitting = recall(3000, turn("слово " * 1000, answer="а" * 2500))
    assert fitting == 1
    assert 30 < found.question.count("слово") < 80
