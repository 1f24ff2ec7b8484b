"""An answer as messages: what stands below its last part."""

from __future__ import annotations

from bot.core.values import Answer, Ending
from bot.markup import Text
from bot.presenting.contents import MESSAGE_UNITS, characters, contents_of, standing_text
from bot.texts import Catalogue

TEXTS = Catalogue("ru")["ru"]
URL = "https://a.ru/x"


def texts_of(answer: str, *sources: str) -> list[str]:
    contents = contents_of(Answer(answer, Ending.COMPLETED, sources=sources), TEXTS, files=True)
    return [content.text if isinstance(content, Text) else content.filename for content in contents]


def test_without_sources_an_answer_is_as_it_was() -> None:
    assert texts_of("Да.") == ["Да."]
    assert texts_of("Да.", "javascript:x") == ["Да."]


def test_sources_stand_below_the_answer() -> None:
    content = contents_of(Answer("**Да**.", Ending.COMPLETED, sources=(URL,)), TEXTS, files=True)[0]
    assert isinstance(content, Text)
    assert content.text == "Да.\n\nИсточники:\n1. a.ru"
    assert [(entity.type, entity.url) for entity in content.entities] == [("bold", ""), ("text_link", URL)]


def test_sources_that_do_not_fit_come_in_a_message_of_their_own() -> None:
    long = "x" * MESSAGE_UNITS
    assert texts_of(long, URL) == [long, "Источники:\n1. a.ru"]
    dense = " ".join("**b**" for _ in range(100))
    assert texts_of(dense, URL)[1:] == ["Источники:\n1. a.ru"]
    code = "Код:\n```py\n" + "x = 1\n" * 3000 + "```"
    assert texts_of(code, URL) == ["Код:", "code.py", "Источники:\n1. a.ru"]


def test_what_stands_of_an_answer_is_known_by_its_characters() -> None:
    """Whether its code came as a file or not."""
    code = "x = 1\n" * 3000
    answer = Answer(f"Раз.\n\n```py\n{code}```\n\nДва.", Ending.COMPLETED)
    for files in (True, False):
        contents = contents_of(answer, TEXTS, files=files)
        counts = characters(contents)
        assert standing_text(answer, TEXTS, counts[-1]) == answer.text
        assert standing_text(answer, TEXTS, counts[0]).startswith("Раз.")
        assert len(standing_text(answer, TEXTS, counts[-2])) > 16_000
        assert counts == sorted(counts)
    assert standing_text(answer, TEXTS, 1) == ""
