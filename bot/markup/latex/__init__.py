"""Formulas in LaTeX as Unicode that people read: whole, or not at all."""

from bot.markup.latex.parsing import parse
from bot.markup.latex.pieces import Formula
from bot.markup.latex.tokens import Unreadable

__all__ = ["Formula", "Unreadable", "readable"]


def readable(source: str, *, display: bool) -> Formula | None:
    """The formula in Unicode; None where some of it has no such form.

    In a line, rows of a matrix stand behind each other; as a `display` they stand below each other.
    """
    try:
        piece = parse(source)
    except Unreadable:
        return None
    if display:
        return Formula("\n".join(piece.rows), monospaced=piece.is_drawn)
    return Formula(piece.text.strip(), monospaced=False)
