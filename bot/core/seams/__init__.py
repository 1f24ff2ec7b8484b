"""Joins an answer that was cut with the text in which the model carries it on."""

from __future__ import annotations

from bot.core.seams.code import code_tail
from bot.core.seams.fences import open_fence
from bot.core.seams.prose import prose_tail


def join(first: str, rest: str) -> str:
    """The whole answer: `first` as it stands, then `rest` joined as text, without what it says again.

    A model asked to go on seldom goes on at the very character: it leaves out the space before a word, opens
    the code block anew, repeats the sentence that broke off, or begins with an ellipsis.
    """
    if not first.strip() or not rest.strip():
        return first if first.strip() else rest
    fence = open_fence(first)
    return first + (prose_tail(first, rest) if fence is None else code_tail(first, fence, rest))
