"""What a mutant is: one change of a module that should not go unnoticed."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

LEFT_ALONE: Final = re.compile(
    r"/versions/|/(postgresql|sessions|listening|ownership|standby|fence|copying)\.py$"
)
"""Released migrations, and what only runs on PostgreSQL."""
_TURNED: Final = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "is": "is not", "is not": "is", "in": "not in", "not in": "in", "and": "or", "or": "and",
}  # fmt: skip
_OPERATOR: Final = re.compile(rb"[<>=!]=?|is\s+not\b|not\s+in\b|\b(?:is|in|and|or)\b")
_UNSEEN: Final = frozenset({"annotation", "returns"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """Bytes of a file, and what stands there instead."""

    room: str
    path: Path
    start: int
    end: int
    new: bytes

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.new + source[self.end :]

    def told(self, tree: Path) -> str:
        source = (tree / self.path).read_bytes()
        n = source.count(b"\n", 0, self.start)
        old, new = (text.splitlines()[n].decode().strip() for text in (source, self.applied(source)))
        return f"{self.path}:{n + 1}\n  - {old}\n  + {new}"


def drawn(rooms: Sequence[str], count: int, seed: int) -> list[Mutant]:
    """So many of all there are in these rooms."""
    everything = [
        mutant
        for room in rooms
        for path in sorted(Path("bot", room).rglob("*.py"))
        if not LEFT_ALONE.search(path.as_posix())
        for mutant in mutants_of(room, path)
    ]
    return random.Random(seed).sample(everything, min(count, len(everything)))  # noqa: S311 - a draw of lots


def mutants_of(room: str, path: Path) -> Iterator[Mutant]:
    """All of one file: a comparison turned, a number moved by one, `and` for `or`, a `not` dropped."""
    source = path.read_bytes()
    starts = [0, *(found.end() for found in re.finditer(rb"\n", source))]

    def span(node: ast.expr) -> tuple[int, int]:
        last = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        return starts[node.lineno - 1] + node.col_offset, last

    for node in _behaviour(ast.parse(source)):
        match node:
            case ast.Compare(left=left, comparators=others):
                operands = [left, *others]
            case ast.BoolOp(values=operands):
                pass
            case ast.UnaryOp(op=ast.Not()):
                start, _ = span(node)
                yield Mutant(room, path, start, start + len("not "), b"")
                continue
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                yield Mutant(room, path, *span(node), repr(value + 1).encode())
                continue
            case _:
                continue
        for one, next_one in pairwise(operands):
            operator = _OPERATOR.search(source, span(one)[1], span(next_one)[0])
            assert operator is not None
            new = _TURNED[" ".join(operator[0].decode().split())]
            yield Mutant(room, path, *operator.span(), new.encode())


def _behaviour(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all in it, but types, and what is only logged."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
        return
    yield node
    for name, field in ast.iter_fields(node):
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST) and name not in _UNSEEN:
                yield from _behaviour(child)
