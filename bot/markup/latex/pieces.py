"""What a formula is put together from, and how much space goes between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, IntEnum, auto
from itertools import zip_longest
from typing import NamedTuple

from bot.markup.graphemes import width
from bot.markup.latex.symbols import BIG, BRACKETS, SUBSCRIPTS, SUPERSCRIPTS


class Formula(NamedTuple):
    """A formula to show; `monospaced` where its rows are aligned."""

    text: str
    monospaced: bool


class Kind(Enum):
    """What a piece does to the space around it, as in TeX."""

    ATOM = "atom"
    WORDS = "words"
    """Text, which keeps the spaces around it."""
    FUNCTION = "function"
    FRACTION = "fraction"
    BINARY = "binary"
    RELATION = "relation"
    OPEN = "open"
    CLOSE = "close"
    COMMA = "comma"
    SPACE = "space"
    LINE = "line"
    """A line feed."""


class Level(IntEnum):
    """What a piece is, by which it needs brackets: in a quotient, under a root."""

    ATOM = auto()
    PRODUCT = auto()
    QUOTIENT = auto()
    SUM = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """`text` in one line; `drawn` where it is made of rows that are aligned."""

    text: str
    kind: Kind = Kind.ATOM
    level: Level = Level.ATOM
    drawn: tuple[str, ...] = ()
    gap: bool = False
    """White space stood before it in the source."""
    lines: tuple[Piece, ...] = ()
    """The lines of a display, one below the other."""

    @property
    def is_drawn(self) -> bool:
        return bool(self.drawn) or any(line.is_drawn for line in self.lines)

    @property
    def ranges(self) -> bool:
        """A sum, an integral, a limit: not a function of the next operand alone."""
        return (
            self.text.startswith(("lim", "max", "min", "sup", "inf", *BIG.values()))
            and self.kind is Kind.FUNCTION
        )

    @property
    def has_rows(self) -> bool:
        return bool(self.drawn or self.lines)

    @property
    def rows(self) -> Sequence[str]:
        if self.lines:
            return [row for line in self.lines for row in line.rows]
        return [row.rstrip() for row in self.drawn] if self.drawn else [self.text.strip()]


_ONE_THING = re.compile(r"[d∂Δδ]\w[\u2070-\u209f²³¹′]*|[^\W\d]′*\([^()]*\)")
"""A differential, a function of something: needs no brackets below a line."""
_POWERS = frozenset("^") | frozenset(SUPERSCRIPTS.values()) - {"*", "°", "′"}
_OPERANDS = frozenset({Kind.ATOM, Kind.FUNCTION, Kind.FRACTION, Kind.CLOSE, Kind.WORDS})
_BEFORE_OPERAND = frozenset({Kind.ATOM, Kind.FUNCTION, Kind.FRACTION, Kind.OPEN, Kind.WORDS})


def sequence(pieces: Sequence[Piece], *, compact: bool = False) -> Piece:
    """Pieces one after the other; in `compact` ones (indices, limits) nothing stands around operators."""
    if any(piece.kind is Kind.LINE for piece in pieces):
        return _lines(pieces)
    pieces = _bound([piece for piece in pieces if piece.text])
    if len(pieces) < 2:
        return pieces[0] if pieces else Piece("", Kind.SPACE)
    gaps = [_gap(pieces[n - 1], pieces[n], compact=compact) if n else "" for n in range(len(pieces))]
    text = "".join(part for gap, piece in zip(gaps, pieces, strict=True) for part in (gap, piece.text))
    drawn = _beside(gaps, pieces) if any(piece.has_rows for piece in pieces) else ()
    return Piece(text, level=_level(pieces), drawn=drawn)


def _lines(pieces: Sequence[Piece]) -> Piece:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        lines.append([]) if piece.kind is Kind.LINE else lines[-1].append(piece)
    return stacked([sequence(line) for line in lines if line])


def stacked(lines: Sequence[Piece]) -> Piece:
    """The lines of a display, one below the other."""
    return Piece("; ".join(line.text.strip() for line in lines), level=Level.SUM, lines=tuple(lines))


def _bound(pieces: Sequence[Piece]) -> list[Piece]:
    """A sign before an operand and after none belongs to it; a quotient after a function is bracketed."""
    found: list[Piece] = []
    for piece in pieces:
        before = next((each.kind for each in reversed(found) if each.kind is not Kind.SPACE), None)
        unary = piece.kind is Kind.BINARY and before not in _OPERANDS
        if piece.kind is Kind.FRACTION and found and found[-1].kind is Kind.FUNCTION and not found[-1].ranges:
            piece = replace(piece, text=f"({piece.text})", kind=Kind.ATOM, level=Level.ATOM)  # noqa: PLW2901
        found.append(replace(piece, kind=Kind.OPEN) if unary else piece)
    return found


def _gap(left: Piece, right: Piece, *, compact: bool) -> str:
    kinds = {left.kind, right.kind}
    if Kind.SPACE in kinds:
        return ""
    if kinds & {Kind.BINARY, Kind.RELATION}:
        loose = right.gap if "*" in {left.text, right.text} else not compact
        return " " if loose else ""
    if left.kind is Kind.COMMA:
        tight = compact or (left.text == "," and right.text[:1].isdigit() and not right.gap)
        return "" if tight else " "
    if right.kind in {Kind.COMMA, Kind.CLOSE} or left.kind is Kind.OPEN:
        return ""
    return " " if _are_apart(left, right) else ""


def _are_apart(left: Piece, right: Piece) -> bool:
    """Two operands next to each other."""
    if Kind.WORDS in {left.kind, right.kind}:
        return right.gap and not (left.text.endswith(" ") or right.text.startswith(" "))
    if left.kind is Kind.FUNCTION:
        return not right.text.startswith("(") or left.ranges
    if right.kind is Kind.FUNCTION or Kind.FRACTION in {left.kind, right.kind}:
        return True
    return left.text[-1:].isdigit() and right.text[:1].isdigit()


def _level(pieces: Iterable[Piece]) -> Level:
    depth, operands, level = 0, 0, Level.ATOM
    for piece in pieces:
        if piece.kind is Kind.CLOSE and not piece.text.startswith("!"):
            depth -= 1
        if depth == 0 and piece.kind in {Kind.BINARY, Kind.RELATION, Kind.COMMA}:
            product = piece.kind is Kind.BINARY and piece.text in {"·", "×", "*"}
            level = max(level, Level.PRODUCT if product else Level.SUM)
        elif depth == 0 and (piece.kind in {Kind.FUNCTION, Kind.FRACTION} or " " in piece.text.strip()):
            level = max(level, Level.QUOTIENT)
        if depth == 0 and piece.kind in _BEFORE_OPERAND:
            operands += 1
            level = max(level, piece.level)
        if piece.kind is Kind.OPEN and piece.text not in {"-", "+", "±", "∓"}:
            depth += 1
        elif piece.kind is Kind.OPEN:
            level = Level.SUM
    return max(level, Level.PRODUCT) if operands > 1 else level


def bracketed(piece: Piece, most: Level) -> str:
    """The text, in brackets where it is more than `most`."""
    text = piece.text.strip()
    return f"({text})" if piece.level > most else text


def root(sign: str, piece: Piece) -> Piece:
    text = piece.text.strip()
    plain = piece.level is Level.ATOM and not any(char in text for char in _POWERS)
    return Piece(sign + (text if plain else f"({text})"))


def fraction(above: Piece, below: Piece) -> Piece:
    most = Level.PRODUCT if _ONE_THING.fullmatch(below.text.strip()) else Level.ATOM
    text = f"{bracketed(above, Level.PRODUCT)}/{bracketed(below, most)}"
    return Piece(text, Kind.FRACTION, Level.QUOTIENT)


def script(piece: Piece, sign: str) -> str:
    """An index (`_`) or a power (`^`): in small characters where all of it has such, else after the sign."""
    table: Mapping[str, str] = SUPERSCRIPTS if sign == "^" else SUBSCRIPTS
    text = piece.text.strip()
    tight = text.replace(" ", "")
    if tight and all(char in table for char in tight):
        return "".join(table[char] for char in tight)
    plain = text.isalnum() if sign == "_" else piece.level is Level.ATOM and " " not in text
    return f"{sign}{text}" if plain else f"{sign}({text})"


def rows_of(cells: Sequence[Sequence[Piece]], left: str, right: str) -> Piece:
    """A matrix or cases: drawn row by row, or in a line with `;` between the rows."""
    columns = [
        max(width(cell.text) for cell in column) for column in zip_longest(*cells, fillvalue=Piece(""))
    ]
    drawn = []
    for row in cells:
        padded = [cell.text + " " * (columns[n] - width(cell.text)) for n, cell in enumerate(row)]
        drawn.append(" ".join(part for part in (left, "  ".join(padded), right) if part))
    gap = " " if (left, right) == BRACKETS["cases"] else ""
    line = "; ".join((gap or ", ").join(cell.text for cell in row) for row in cells)
    return Piece(f"{left}{gap}{line}{right}", drawn=tuple(drawn))


def _beside(gaps: Sequence[str], pieces: Sequence[Piece]) -> tuple[str, ...]:
    height = max(len(piece.rows) for piece in pieces)
    rows = [""] * height
    around = [Piece(""), *pieces, Piece("")]
    for gap, before, piece, after in zip(gaps, around, pieces, around[2:], strict=False):
        part = piece.rows if piece.has_rows else _bracket(piece, before, after)
        wide = max(map(width, part))
        top = (height - len(part)) // 2
        for at in range(height):
            row = part[at - top] if 0 <= at - top < len(part) else ""
            rows[at] += gap + row + " " * (wide - width(row))
    return tuple(rows)


def _bracket(piece: Piece, before: Piece, after: Piece) -> Sequence[str]:
    """A bracket next to rows stands before or after each of them."""
    if piece.kind is Kind.OPEN and after.has_rows:
        return [f"{piece.text} "] * len(after.rows)
    if piece.kind is Kind.CLOSE and before.has_rows:
        return [f" {piece.text}"] * len(before.rows)
    return [piece.text]
