"""Messages in Fluent's syntax, made into text: variables, selectors, plurals and the language's numbers.

The parser is the Fluent project's; the formatter is our own, because `fluent.runtime` with its locale data
takes some 0.2 s of a start for two languages, and this one a few milliseconds. The tests hold it to the
results of `fluent.runtime` for every message. It takes what our catalogues use (patterns, variables,
literals, terms and selectors) and refuses the rest when a message is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeAlias

from fluent.syntax import FluentParser, ast

Scalar: TypeAlias = str | int | float
Format: TypeAlias = "Callable[[Mapping[str, Scalar]], str]"


class TextError(Exception):
    """A message that can't be formatted: unknown, not in the supported syntax, or short of a variable."""


@dataclass(frozen=True, slots=True)
class Language:
    """How a language counts and writes numbers (CLDR's rules for cardinal numbers)."""

    decimal_mark: str
    group_mark: str
    plural: Callable[[int], str]

    def number(self, value: float) -> str:
        """At most three decimals, and thousands apart, as Fluent does by default."""
        rounded = Decimal(str(value)).quantize(Decimal("0.001"), ROUND_HALF_EVEN)
        whole, _, decimals = f"{rounded:,f}".partition(".")
        whole = whole.replace(",", self.group_mark)
        decimals = decimals.rstrip("0")
        return f"{whole}{self.decimal_mark}{decimals}" if decimals else whole

    def category(self, value: float) -> str:
        return self.plural(abs(int(value))) if value == int(value) else "other"


def _russian(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14:
        return "few"
    return "many"


def _english(number: int) -> str:
    return "one" if number == 1 else "other"


LANGUAGES: Mapping[str, Language] = {
    "ru": Language(",", "\N{NO-BREAK SPACE}", _russian),
    "en": Language(".", ",", _english),
}


class Compiler:
    """Makes messages of one language from their source; `terms` gives the source of a term by its name."""

    def __init__(self, language: Language, terms: Callable[[str], str]) -> None:
        self._language = language
        self._terms = terms

    def message(self, source: str) -> Format:
        entry = FluentParser().parse_entry(source)
        if not isinstance(entry, ast.Message | ast.Term) or entry.value is None or entry.attributes:
            raise TextError(f"not a plain message: {source!r}")
        return self._pattern(entry.value)

    def _pattern(self, pattern: ast.Pattern) -> Format:
        pieces: list[str | Format] = [
            element.value if isinstance(element, ast.TextElement) else self._expression(element.expression)
            for element in pattern.elements
        ]
        return lambda given: "".join(piece if isinstance(piece, str) else piece(given) for piece in pieces)

    def _expression(self, expression: object) -> Format:
        match expression:
            case ast.SelectExpression():
                return self._select(expression)
            case ast.StringLiteral():
                text = str(expression.parse()["value"])
                return lambda _given: text
            case ast.VariableReference():
                return self._variable(expression.id.name)
            case ast.TermReference(arguments=None, attribute=None):
                return self.message(self._terms(f"-{expression.id.name}"))
        raise TextError(f"unsupported: {type(expression).__name__}")

    def _variable(self, name: str) -> Format:
        def value(given: Mapping[str, Scalar]) -> str:
            scalar = _given(given, name)
            return scalar if isinstance(scalar, str) else self._language.number(scalar)

        return value

    def _select(self, expression: ast.SelectExpression) -> Format:
        if not isinstance(expression.selector, ast.VariableReference):
            raise TextError("only a variable can be a selector")
        name = expression.selector.id.name
        variants: dict[str, Format] = {}
        default = ""
        for variant in expression.variants:
            key = variant.key.value if isinstance(variant.key, ast.NumberLiteral) else variant.key.name
            variants[key] = self._pattern(variant.value)
            default = key if variant.default else default

        def chosen(given: Mapping[str, Scalar]) -> str:
            key = _given(given, name)
            exact = key if isinstance(key, str) else f"{key:g}"
            category = "" if isinstance(key, str) else self._language.category(key)
            variant = variants.get(exact) or variants.get(category) or variants[default]
            return variant(given)

        return chosen


def _given(given: Mapping[str, Scalar], name: str) -> Scalar:
    try:
        return given[name]
    except KeyError:
        raise TextError(f"variable ${name} is missing") from None
