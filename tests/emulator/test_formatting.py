"""What becomes of a bot's text and entities."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.emulator.entities import find_entities, utf16_len
from bot.emulator.formatting import MAX_ENTITIES, formatted
from bot.emulator.refusals import Refusal

Json = dict[str, Any]


def entity(kind: str, offset: int, length: int) -> Json:
    return {"type": kind, "offset": offset, "length": length}


def made(text: str, *entities: Json) -> tuple[str, list[Json]]:
    return formatted(text, list(entities), limit=4096, too_long="message is too long")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start", [entity("bot_command", 0, 6)]),
        ("скажи /ask@some_bot да", [entity("bot_command", 6, 13)]),
        ("и/или 1/2", []),
        ("@anna_k, привет", [entity("mention", 0, 7)]),
        ("почта a@b.ru", [entity("email", 6, 6)]),
        ("см. https://ya.ru/путь.", [entity("url", 4, 18)]),
        ("сайт ya.ru вот", [entity("url", 5, 5)]),
        ("😀 #тег и #1", [entity("hashtag", 3, 4)]),
    ],
)
def test_what_people_type_is_found_in_utf16_len(text: str, found: list[Json]) -> None:
    assert find_entities(text) == found


def test_white_space_at_both_ends_goes_and_entities_move() -> None:
    assert made(" \n привет\n ", entity("bold", 3, 6)) == ("привет", [entity("bold", 0, 6)])


def test_an_entity_loses_its_own_leading_space_and_one_of_spaces_only_vanishes() -> None:
    assert made("а  б", entity("bold", 1, 3), entity("italic", 1, 2)) == ("а  б", [entity("bold", 3, 1)])


def test_an_entity_ends_with_the_trimmed_text() -> None:
    assert made("код \n", entity("code", 0, 5)) == ("код", [entity("code", 0, 3)])


def test_control_characters_become_spaces_and_carriage_returns_vanish() -> None:
    assert made("а\r\nб\tв", entity("bold", 3, 3)) == ("а\nб в", [entity("bold", 2, 3)])


def test_the_limit_counts_code_points_after_trimming() -> None:
    assert made("😀" * 4096 + "\n")[0] == "😀" * 4096
    with pytest.raises(Refusal, match="message is too long"):
        made("😀" * 4096 + "!")


def test_entities_beyond_a_hundred_are_ignored() -> None:
    text, entities = made("а " * 150, *(entity("bold", 2 * n, 1) for n in range(150)))
    assert len(entities) == MAX_ENTITIES
    assert entities[-1] == entity("bold", 198, 1)
    assert text.endswith("а")


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        (("bold", 0, 6), ("italic", 2, 2), True),
        (("bold", 0, 4), ("italic", 2, 6), True),
        (("pre", 0, 6), ("bold", 2, 2), False),
        (("code", 0, 6), ("code", 2, 2), False),
        (("text_link", 0, 6), ("bold", 2, 2), True),
        (("text_link", 0, 6), ("code", 2, 2), False),
        (("blockquote", 0, 6), ("code", 2, 2), True),
        (("blockquote", 0, 6), ("code", 4, 4), False),
        (("blockquote", 0, 6), ("blockquote", 2, 2), False),
        (("bold", 0, 6), ("code", 6, 2), True),
    ],
)
def test_which_entities_stand_inside_others(
    first: tuple[str, int, int], second: tuple[str, int, int], stays: bool
) -> None:
    _, entities = made("абвгдежзик", entity(*first), entity(*second))
    assert entities == [entity(*first), entity(*second)][: 1 + stays]


def test_a_link_in_code_is_not_a_link() -> None:
    text = "https://ya.ru"
    assert made(text, entity("code", 0, 13))[1] == [entity("code", 0, 13)]
    assert made(text, entity("bold", 0, 13))[1] == [entity("bold", 0, 13), entity("url", 0, 13)]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (entity("bold", -1, 1), "receive an entity with incorrect offset -1"),
        (entity("bold", 0, -1), "receive an entity with incorrect length -1"),
        (entity("bold", 9, 1), "entity begins after the end of the text at UTF-16 offset 9"),
        (
            entity("bold", 1, 9),
            "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 10",
        ),
        (entity("bold", 1, 2), "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (
            entity("bold", 0, 1),
            "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4",
        ),
    ],
)
def test_entities_out_of_place_are_refused(wrong: Json, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        made("😀да", wrong)
    assert refused.value.description == f"Bad Request: {reason}"


KINDS = ["bold", "italic", "code", "pre", "blockquote", "text_link"]


@given(st.text(max_size=60), st.data())
def test_what_comes_out_is_always_within_the_text(text: str, data: st.DataObject) -> None:
    places = st.integers(0, utf16_len(text))
    spans = data.draw(st.lists(st.tuples(st.sampled_from(KINDS), places, places), max_size=8))
    entities = [entity(kind, min(a, b), abs(a - b)) for kind, a, b in spans]
    try:
        said, kept = made(text, *entities)
    except Refusal as refusal:
        assert "in a middle of a UTF-16 symbol" in refusal.description  # noqa: PT017  # the one allowed
        return
    assert said.strip(" \n") == said or kept
    assert all(e["offset"] >= 0 and e["length"] > 0 for e in kept)
    assert all(e["offset"] + e["length"] <= utf16_len(said) for e in kept)
