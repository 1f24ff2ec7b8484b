"""Which variables the texts of a catalogue take, as Fluent's own parser finds them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import bot.texts

FOLDER = Path(bot.texts.__file__).parent


class _Names(Visitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - Fluent's name
        self.found.add(node.id.name)


def source(language: str) -> str:
    return (FOLDER / f"{language}.ftl").read_text(encoding="utf-8")


def variables_of(language: str) -> Mapping[str, set[str]]:
    """By the text's id."""
    body = FluentParser().parse(source(language)).body
    return {entry.id.name: _names(entry) for entry in body if isinstance(entry, ast.Message)}


def _names(entry: ast.Message) -> set[str]:
    names = _Names()
    names.visit(entry)
    return names.found
