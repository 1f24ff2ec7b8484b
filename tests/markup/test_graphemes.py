"""What is one character to the eye is never cut, and nothing more is kept together than that."""

from __future__ import annotations

import pytest

from bot.markup.graphemes import joined, width

JOINED = {
    "a combining mark": "\u0301",
    "joiners": "\u200c\u200d",
    "Hangul vowels and finals": "\u1160\u11ff",
    "half-width voice marks": "\uff9e\uff9f",
    "skin tones": "\U0001f3fb\U0001f3ff",
    "flag tags": "\U000e0020\U000e007f",
}
ALONE = {
    "letters": "aя",
    "Hangul initials": "\u115f",
    "Ethiopic": "\u1200",
    "what stands beside the skin tones": "\U0001f3fa\U0001f400",
    "beyond flag tags": "\U000e0080",
}


@pytest.mark.parametrize("name", JOINED)
def test_it_belongs_to_the_character_before(name: str) -> None:
    assert [joined(f"x{char}", 0, 1) for char in JOINED[name]] == [True] * len(JOINED[name])


@pytest.mark.parametrize("name", ALONE)
def test_it_stands_alone(name: str) -> None:
    assert [joined(f"x{char}", 0, 1) for char in ALONE[name]] == [False] * len(ALONE[name])


def test_flags_are_pairs() -> None:
    halves = "\U0001f1e6\U0001f1ff\U0001f1e6\U0001f1ff"
    assert [joined(halves, 0, at) for at in range(1, 4)] == [True, False, True]
    assert [joined(halves, 1, at) for at in (2, 3)] == [True, False]
    assert not joined("\U0001f1e5\U0001f1e6", 0, 1)
    assert not joined("\U0001f1ff\U0001f200", 0, 1)


def test_after_a_joiner_anything_but_a_space_belongs() -> None:
    assert joined("x\u200d\U0001f400", 0, 2)
    assert not joined("x\u200d\u3000", 0, 2)
    assert not joined("\n\u0301", 0, 1)
    assert not joined("x", 0, 1)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("aя№", 3),
        ("\u0301", 0),
        ("\U0001f1e6\U0001f1fa", 2),
        ("\U0001f1e6", 1),
        ("\U0001f1e6\U0001f1fa\U0001f1e6", 3),
        ("가\U0001f1e6\U0001f1fa\u1161", 4),
    ],
)
def test_width_is_counted_in_cells(text: str, cells: int) -> None:
    """A mark takes none, a flag two; half a flag is a letter."""
    assert width(text) == cells
