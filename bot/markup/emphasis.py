"""The Markdown rule for stars: which mark bold and italics, and which are the operators of an expression.

CommonMark looks at the two characters around a run of stars. That takes the operators of `(3+4)*2*(1+1)` for
marks, and leaves the marks of `**Важно:**это` and `**«Ромашка»**ом`, which models write, as they are. Here a
run in the middle of a word or an expression is judged together with the run that it would be paired with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from markdown_it.rules_inline import emphasis
from markdown_it.rules_inline.state_inline import Delimiter

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_OPENING: Final = frozenset("([{«„“‘\"'<（［｛「『【《")
_CLOSING: Final = frozenset(")]}»”’\"'>）］｝」』】》")
_STARTS_OPERAND: Final = frozenset("([{-√\\")
_ENDS_OPERAND: Final = frozenset(")]}!%")
_NEVER_FIRST: Final = re.compile(r"[,;:!?)\]}»”]|\.(?!\.)|[*]?/")
"""What no emphasis begins with: after a star of `*.txt`, `SELECT *, x`, `*/`."""
_ARITHMETIC: Final = re.compile(r"[\d*+=/^<>()\[\]]")
_FACTORS: Final = re.compile(rf"{_ARITHMETIC.pattern}|\s")
_LETTERS: Final = re.compile(r"[^\W\d_]{1,5}")
_LONGEST_ENDING: Final = 3
_LAST_WORD: Final = re.compile(r"[^\W\d_]{2,}$")
_WIDE: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff]")
"""Scripts without spaces between words, where emphasis stands amid letters."""
_STRESSED: Final = re.compile("[аеёиоуыэюяіїє]{1,2}")
_PART_OF_WORD: Final = re.compile("[а-яёіїє]{1,3}")
"""In the middle of a word single stars mark the vowel that is stressed, double ones a few letters that
matter. Whatever else they stand around is a factor.
"""
_PRODUCT: Final = re.compile(r"\*\w+(?:\*\w+)+\*|\*?[а-яё](?:\*[а-яё])+\*?", re.IGNORECASE)
"""`*длина*ширина*`, `*а*б*`, `а*б*`: the stars between words of one emphasis, and between single letters."""
_TOKEN_END: Final = re.compile(r"[\w*]*\Z")
_TOKEN: Final = re.compile(r"[\w*]*")
_LONGEST: Final = 100
"""Characters looked at on either side of a star, so that a long word costs no more."""
_NEAR: Final = 4
"""Runs looked back at for a partner: so that many runs cost no more than their number."""
_FAR: Final = 1000


class _Run:
    """Stars in a row at `src[begin:end]`, between the characters `before` and `after`."""

    __slots__ = ("after", "before", "begin", "end", "is_factor", "is_inside", "src")

    def __init__(self, src: str, begin: int, end: int) -> None:
        self.src, self.begin, self.end = src, begin, end
        self.before = before = src[begin - 1] if begin else " "
        self.after = after = src[end : end + 1] or " "
        starts = after.isalnum() or after in _STARTS_OPERAND or after in _OPENING
        self.is_inside = starts and not before.isspace() and before not in _OPENING
        """Within a word or an expression, or glued to one: CommonMark's rule does not do."""
        self.is_factor = before.isalnum() and after.isalnum() and self.is_single and self._is_in_product()

    def _is_in_product(self) -> bool:
        left = _TOKEN_END.search(self.src, max(0, self.begin - _LONGEST), self.begin)
        right = _TOKEN.match(self.src, self.end, self.end + _LONGEST)
        token = f"{left[0] if left else ''}*{right[0] if right else ''}"
        return _PRODUCT.fullmatch(token) is not None

    @property
    def is_single(self) -> bool:
        return self.end - self.begin == 1

    @property
    def is_quoted(self) -> bool:
        """`(*)`, `«*»`: the sign itself is spoken of."""
        return self.before in _OPENING and self.after in _CLOSING

    @property
    def is_after_operand(self) -> bool:
        return self.before.isalnum() or self.before in _ENDS_OPERAND


@dataclass(slots=True, kw_only=True)
class _Star(Delimiter):
    run: _Run


def emphasis_marks(state: StateInline, silent: bool) -> bool:
    """Reads a run of stars; underscores as the library does."""
    begin = state.pos
    if silent or state.src[begin] != "*":
        return emphasis.tokenize(state, silent)
    scanned = state.scanDelims(begin, True)
    run = _Run(state.src, begin, begin + scanned.length)
    never = run.is_quoted or run.before == "/" or run.is_inside
    opens = scanned.can_open and not never and not _NEVER_FIRST.match(state.src, run.end)
    closes = scanned.can_close and not never and run.after != "/"
    for _ in range(scanned.length):
        state.push("text", "", 0).content = "*"
        token = len(state.tokens) - 1
        state.delimiters.append(_Star(ord("*"), scanned.length, token, -1, opens, closes, run=run))
    state.pos += scanned.length
    return True


def pair_stars(state: StateInline) -> None:
    """Lets runs within words open and close where both of a pair are meant as marks."""
    _pair(state.delimiters)
    for meta in filter(None, state.tokens_meta):  # the text of links
        _pair(meta["delimiters"])


def unpaired_marks(state: StateInline) -> None:
    """Leaves in `env["unpaired"]` the marks that opened and were not closed, in their order, if asked to."""
    if "unpaired" not in state.env:
        return
    ends = {delimiter.end for delimiter in state.delimiters}
    runs: list[str] = []
    last: int | None = None
    for at, delimiter in enumerate(state.delimiters):
        if delimiter.end != -1 or at in ends or not _could_open(delimiter):
            continue
        mark = state.tokens[delimiter.token].content
        if last == delimiter.token - 1 and runs[-1][0] == mark[0]:
            runs[-1] += mark
        else:
            runs.append(mark)
        last = delimiter.token
    state.env["unpaired"] = runs


def _could_open(delimiter: Delimiter) -> bool:
    """A single star within a word is more likely a factor."""
    if delimiter.open or not isinstance(delimiter, _Star):
        return bool(delimiter.open)
    return delimiter.run.is_inside and not delimiter.run.is_single


def _pair(delimiters: list[Delimiter]) -> None:
    stars = [delimiter for delimiter in delimiters if isinstance(delimiter, _Star)]
    if not any(star.run.is_inside for star in stars):
        return  # the library pairs them as they are
    waiting: list[list[_Star]] = []
    for _, run in groupby(stars, key=lambda star: star.run.begin):
        closing = [*run]
        partner = _partner(waiting, closing)
        if partner:
            del waiting[-partner:]
        elif closing[0].open or _may_open(closing[0].run):
            waiting.append(closing)


def _may_open(run: _Run) -> bool:
    return run.is_inside and not run.is_factor


def _partner(waiting: list[list[_Star]], stars: list[_Star]) -> int | None:
    """How far back the run waits that these stars close, the last one being 1; both are told so."""
    closer = stars[0].run
    if closer.is_factor or not (stars[0].close or closer.is_inside):
        return None
    for back, opening in enumerate(reversed(waiting[-_NEAR:]), 1):
        opener = opening[0].run
        if len(opening) != len(stars):
            continue
        if not (opener.is_inside or closer.is_inside):
            return back
        if closer.begin - opener.end <= _FAR and _are_marks(opener, closer):
            for star in opening:
                star.open = True
            for star in stars:
                star.close = True
            return back
    return None


def _are_marks(opener: _Run, closer: _Run) -> bool:
    inner = opener.src[opener.end : closer.begin]
    if opener.is_inside and not _may_open_inside(opener, closer, inner):
        return False
    return not closer.is_inside or _may_close_inside(opener, closer, inner)


def _may_open_inside(opener: _Run, closer: _Run, inner: str) -> bool:
    """`пр**и**город`, `з*а*мок`, `слово**«важно»**`, `这是**重要**的`, `Итак:**важно**`; no factors."""
    if _WIDE.match(opener.before):
        return True
    factor = opener.before.isascii() or (opener.after.isascii() and opener.after.isalnum())
    if opener.is_after_operand and (factor or _FACTORS.search(inner)):
        return False
    if opener.before.isalpha() and closer.is_inside and inner.isalpha():
        return bool((_STRESSED if opener.is_single else _PART_OF_WORD).fullmatch(inner))
    return not opener.is_single


def _are_factors(closer: _Run, inner: str) -> bool:
    """`*длина*ширина`: what follows is no ending of the word before it, and that is no stressed vowel."""
    following = _LETTERS.match(closer.src, closer.end)
    ending = following is None or len(following[0]) <= _LONGEST_ENDING or _WIDE.match(closer.after)
    return not ending and inner.isalpha() and not _STRESSED.fullmatch(inner)


def _may_close_inside(opener: _Run, closer: _Run, inner: str) -> bool:
    """`**S**mart`, `**Важно:**это`, `**«Ромашка»**ом`, `**f**(x)`; not `*Примечание: 2*3=6`."""
    one_word = not any(char.isspace() for char in inner)
    if not closer.is_after_operand:
        return True
    if closer.is_single and (not one_word or _ARITHMETIC.search(inner) or _are_factors(closer, inner)):
        return False
    if closer.after.isdigit():
        return one_word and not closer.is_single and not closer.before.isdigit() and not opener.is_inside
    if one_word:
        return not (closer.is_single and len(inner) == 1 and inner.isascii() and closer.after.isascii())
    if closer.after.isalpha():
        return not closer.after.isascii()
    return bool(_LAST_WORD.search(inner))
