"""What a message shows, in a few characters: kept in databases, so that a newer version knows it again."""

from __future__ import annotations

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.delivery.fingerprints import (
    dirty_fingerprint,
    doubtful_fingerprint,
    fingerprint,
    has_keyboard,
    is_dirty,
    is_doubtful,
    without_keyboard,
)
from bot.markup import Document, Entity, Text

STOP = InlineKeyboardMarkup([[InlineKeyboardButton("Стоп", callback_data="s1")]])
PLAIN, BOLD = Text("a"), Text("a", (Entity("bold", 0, 1),))


def test_what_databases_hold_is_known_again() -> None:
    """Else every answer that is edited after an upgrade would be sent anew where nothing has changed."""
    assert fingerprint(PLAIN, None) == "t7f254be1eea9d2c169."
    assert fingerprint(BOLD, STOP) == "t9704e40ada29b09890.64ef140672cf1c9777"
    assert fingerprint(Document("a.txt", b"a", Text("b")), None) == "d5078eafcc994140268."


def test_whatever_can_be_seen_makes_a_difference() -> None:
    link = Entity("text_link", 0, 1, url="https://a.ru")
    looks: list[Text | Document] = [
        PLAIN,
        BOLD,
        *(Text("a", (entity,)) for entity in (link, Entity("pre", 0, 1), Entity("pre", 0, 1, language="c"))),
        *(
            Document(name, content, Text(said))
            for name in "ab"
            for content in (b"", b"a")
            for said in ("", "a")
        ),
    ]
    assert len({fingerprint(look, under) for look in looks for under in (None, STOP)}) == 2 * len(looks)


@pytest.mark.parametrize("under", [None, STOP])
def test_what_is_not_known_of_a_message_is_told_by_it(under: InlineKeyboardMarkup | None) -> None:
    shown = fingerprint(BOLD, under)
    dirty, doubtful = dirty_fingerprint(shown), doubtful_fingerprint(shown)
    assert [has_keyboard(each) for each in (shown, dirty, doubtful)] == [under is STOP, under is STOP, False]
    assert [is_dirty(each) for each in (shown, dirty, doubtful)] == [False, True, False]
    assert [is_doubtful(each) for each in (shown, dirty, doubtful)] == [False, False, True]
    assert without_keyboard(shown) == without_keyboard(doubtful) == fingerprint(BOLD, None)
    assert dirty[0] == shown[0]
