"""LaTeX's mathematics, read by recursive descent."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from unicodedata import normalize

from bot.markup.latex import symbols
from bot.markup.latex.pieces import (
    Kind,
    Level,
    Piece,
    bracketed,
    fraction,
    root,
    rows_of,
    script,
    sequence,
    stacked,
)
from bot.markup.latex.tokens import Tokens, Unreadable

_SIGNS: Final = {
    **dict.fromkeys("+-*±×·", Kind.BINARY),
    **dict.fromkeys("=<>≤≥≠≈→⇒∈", Kind.RELATION),
    **dict.fromkeys("([", Kind.OPEN),
    **dict.fromkeys(")]!", Kind.CLOSE),
    **dict.fromkeys(",;", Kind.COMMA),
}
_MISPLACED: Final = frozenset("}&$#^_'")
_DEEPEST: Final = 40


def parse(source: str) -> Piece:
    """The whole formula, or `Unreadable`."""
    parser = _Parser(source)
    piece = parser.group(end="")
    if not piece.text.strip():
        raise Unreadable
    return piece


class _Parser:
    def __init__(self, source: str) -> None:
        self._tokens = Tokens(source)
        self._depth = 0

    def group(self, *, end: str, compact: bool = False) -> Piece:
        """Up to the token `end`, which is taken too."""
        pieces: list[Piece] = []
        while (piece := self._next(end, after=pieces)) is not None:
            pieces.append(piece)
        return sequence(pieces, compact=compact)

    def _next(self, end: str, *, after: list[Piece]) -> Piece | None:
        gap = self._tokens.skip_space()
        if self._tokens.is_over:
            if end:
                raise Unreadable
            return None
        kind, text = self._tokens.take()
        if text == end:
            return None
        if text in {"^", "_", "'"}:
            self._tokens.back()
            while after and not after[-1].text:  # `\limits`
                after.pop()
            base = after.pop() if after else Piece("")
            return self._scripted(base)
        return replace(self._piece(kind, text), gap=gap)

    def _piece(self, kind: str, text: str, *, compact: bool = False) -> Piece:
        self._depth += 1
        if self._depth > _DEEPEST or text in _MISPLACED or kind == "space":
            raise Unreadable
        if kind == "command":
            piece = self._command(text[1:])
        elif text == "{":
            piece = self.group(end="}", compact=compact)
            if piece.kind in {Kind.COMMA, Kind.BINARY, Kind.RELATION}:
                piece = replace(piece, kind=Kind.ATOM)
        elif text == "~":
            piece = Piece(" ", Kind.SPACE)
        else:
            piece = Piece(text, Kind.WORDS if kind == "word" else _SIGNS.get(text, Kind.ATOM))
        self._depth -= 1
        return piece

    def _command(self, name: str) -> Piece:
        for table, kind in _TABLES:
            if name in table:
                return Piece(table[name], kind)
        if name in symbols.FUNCTIONS | symbols.LIMITS:
            return Piece(name, Kind.FUNCTION)
        if name in symbols.TEXT:
            return Piece(self._tokens.raw(), Kind.WORDS)
        if name == "\\":
            name = "newline"
        special = getattr(self, f"_{name.rstrip('*')}_command", None)
        if special is None:
            return self._decorated(name)
        piece = special()
        assert isinstance(piece, Piece)  # noqa: S101 - for the type checker
        return piece

    def _decorated(self, name: str) -> Piece:
        if name in symbols.IGNORED:
            if name in {"left", "right", "middle"}:
                self._tokens.skip_space()
                if self._tokens.peek() == ".":
                    self._tokens.take()
            return Piece("", Kind.SPACE)
        if name in symbols.FONTS:
            inner = self._argument()
            return replace(inner, kind=Kind.ATOM) if inner.kind is Kind.WORDS else inner
        if name in symbols.ACCENTS:
            inner = self._argument()
            text = inner.text.strip()
            if not text or (len(text) > 1 and symbols.ACCENTS[name] != "\u20d7"):
                raise Unreadable
            return Piece(normalize("NFC", text + symbols.ACCENTS[name]))
        if name in symbols.LINES:
            return Piece("".join(char + symbols.LINES[name] for char in self._argument().text.strip()))
        raise Unreadable

    def _newline_command(self) -> Piece:
        self._tokens.optional()
        return Piece("", Kind.LINE)

    def _frac_command(self) -> Piece:
        above = self._argument()
        return fraction(above, self._argument())

    _dfrac_command = _tfrac_command = _cfrac_command = _frac_command

    def _sqrt_command(self) -> Piece:
        index = self._tokens.optional()
        sign = symbols.ROOTS.get(index)
        if sign is None:
            power = script(parse(index), "^")
            if power.startswith("^"):
                raise Unreadable
            sign = f"{power}√"
        return root(sign, self._argument())

    def _binom_command(self) -> Piece:
        above = self._argument()
        return Piece(f"C({above.text.strip()}, {self._argument().text.strip()})")

    _dbinom_command = _tbinom_command = _binom_command

    def _mathbb_command(self) -> Piece:
        return Piece("".join(symbols.BLACKBOARD.get(char, char) for char in self._argument().text))

    def _mathcal_command(self) -> Piece:
        return Piece("".join(symbols.SCRIPT.get(char, char) for char in self._argument().text))

    _mathscr_command = _mathcal_command

    def _operatorname_command(self) -> Piece:
        return Piece(self._tokens.raw().strip(), Kind.FUNCTION)

    def _pmod_command(self) -> Piece:
        return Piece(f" (mod {self._argument().text.strip()})", Kind.SPACE)

    def _bmod_command(self) -> Piece:
        return Piece("mod", Kind.BINARY)

    _mod_command = _bmod_command

    def _tag_command(self) -> Piece:
        return Piece(f"    ({self._tokens.raw().strip()})", Kind.SPACE)

    def _not_command(self) -> Piece:
        sign = self._argument()
        return replace(sign, text={"=": "≠", "∈": "∉"}.get(sign.text, sign.text + "\u0338"))

    def _xrightarrow_command(self) -> Piece:
        self._tokens.optional()
        return Piece(f"—{self._argument().text.strip()}→", Kind.RELATION)

    def _begin_command(self) -> Piece:
        name = self._tokens.raw()
        if name in symbols.ALIGNED:
            return self._aligned(name)
        if name not in symbols.BRACKETS:
            raise Unreadable
        if name == "array":
            self._tokens.raw()
        cells = [[sequence(cell) for cell in row] for row in self._rows(name)]
        return rows_of([row for row in cells if any(cell.text for cell in row)], *symbols.BRACKETS[name])

    def _aligned(self, name: str) -> Piece:
        if name in {"alignat", "alignat*", "alignedat"}:
            self._tokens.raw()
        rows = [sequence([piece for cell in row for piece in cell]) for row in self._rows(name)]
        lines = [row for row in rows if row.text.strip()]
        if not lines:
            raise Unreadable
        return lines[0] if len(lines) == 1 else stacked(lines)

    def _rows(self, name: str) -> list[list[list[Piece]]]:
        """Up to the end of the environment: rows of cells of pieces."""
        rows: list[list[list[Piece]]] = [[[]]]
        while True:
            self._tokens.skip_space()
            if self._tokens.is_over:
                raise Unreadable
            if self._tokens.peek() == "&":
                self._tokens.take()
                rows[-1].append([])
            elif self._tokens.peek() == "\\end":
                self._tokens.take()
                if self._tokens.raw() != name:
                    raise Unreadable
                return rows
            else:
                piece = self._next("", after=rows[-1][-1])
                if piece is None:
                    raise Unreadable
                if piece.kind is Kind.LINE:
                    rows.append([[]])
                else:
                    rows[-1][-1].append(piece)

    def _scripted(self, base: Piece) -> Piece:
        """`base` with all indices, powers and primes that follow it."""
        found: dict[str, Piece] = {}
        primes = ""
        tokens = self._tokens
        while tokens.peek() in {"^", "_", "'"} or (tokens.peek().isspace() and tokens.peek(1) in {"^", "_"}):
            tokens.skip_space()
            _, sign = self._tokens.take()
            if sign == "'":
                primes += "′"
            elif sign in found:
                raise Unreadable
            else:
                found[sign] = self._argument(compact=True)
        return _with_scripts(base, primes, found)

    def _argument(self, *, compact: bool = False) -> Piece:
        """A group, or one token."""
        self._tokens.skip_space()
        if self._tokens.is_over:
            raise Unreadable
        kind, text = self._tokens.take()
        if kind == "number" and len(text) > 1:
            self._tokens.put_back(kind, text[1:])
            text = text[0]
        return self._piece(kind, text, compact=compact)


_TABLES: Final = (
    (symbols.LETTERS, Kind.ATOM),
    (symbols.BINARY, Kind.BINARY),
    (symbols.RELATIONS, Kind.RELATION),
    (symbols.BIG, Kind.FUNCTION),
    (symbols.OPENING, Kind.OPEN),
    (symbols.CLOSING, Kind.CLOSE),
    (symbols.SPACES, Kind.SPACE),
    (symbols.ESCAPED, Kind.ATOM),
)


def _with_scripts(base: Piece, primes: str, found: dict[str, Piece]) -> Piece:
    text = bracketed(base, Level.ATOM) if base.kind is Kind.FRACTION else base.text
    if base.text in symbols.LIMITS and "_" in found:
        text += f"({found.pop('_').text.strip()})"
    scripts = "".join(script(found[sign], sign) for sign in ("_", "^") if sign in found)
    kind = Kind.ATOM if base.kind is Kind.FRACTION else base.kind
    return replace(base, text=text + primes + scripts, kind=kind, level=Level.ATOM)
