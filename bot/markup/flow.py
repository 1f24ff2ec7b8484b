"""The rendered answer as one text that remembers its styles and where it may best be cut."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.markup.values import Entity, Text, utf16_len


class Mono(NamedTuple):
    """Monospaced: `pre` (a block) or `code` (inline); `number` keeps neighbours apart."""

    kind: str
    language: str
    number: int


class Style(NamedTuple):
    """The entities over one run of text, outermost first: the order in which Telegram lets them nest.

    Neither `pre` nor `code` may share characters with anything but a quote, and quotes do not nest
    (https://core.telegram.org/bots/api#formatting-options).
    """

    quote: int = 0
    mono: Mono | None = None
    link: str = ""
    bold: bool = False
    italic: bool = False
    strike: bool = False


class Span(NamedTuple):
    """One entity, in characters (not yet UTF-16 units) of the whole text."""

    start: int
    end: int
    type: str
    value: str = ""
    """The URL of a `text_link`, the language of a `pre`."""


class Code(NamedTuple):
    """A code block: where its text stands in the flow, and its file."""

    start: int
    end: int
    language: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Positions are sorted; spans by start, the longer first."""

    text: str
    spans: tuple[Span, ...]
    blocks: tuple[int, ...]
    """Ends of top-level blocks, where the next one may go to the next part."""
    items: tuple[int, ...]
    """Likewise for blocks inside lists and quotes."""
    codes: tuple[Code, ...]
    pres: tuple[Span, ...]

    def pre_around(self, position: int) -> Span | None:
        """The `pre` that holds the character at `position`."""
        index = bisect_right(self.pres, position, key=lambda pre: pre.start) - 1
        return self.pres[index] if index >= 0 and position < self.pres[index].end else None


class Writer:
    """Collects runs of styled text and the marks between them."""

    def __init__(self) -> None:
        self.length = 0
        self._texts: list[str] = []
        self._runs: list[tuple[int, Style]] = []
        self._blocks: list[int] = []
        self._items: list[int] = []
        self._codes: list[Code] = []

    def write(self, text: str, style: Style) -> None:
        if style.mono:
            style = Style(quote=style.quote, mono=style.mono)
        if text:
            if not self._runs or self._runs[-1][1] != style:
                self._runs.append((self.length, style))
            self._texts.append(text)
            self.length += len(text)

    def mark_block(self) -> None:
        self._blocks.append(self.length)

    def mark_item(self) -> None:
        self._items.append(self.length)

    def write_code(self, text: str, style: Style, *, title: str, content: str) -> None:
        """A `pre` that may leave the text for a file."""
        assert style.mono is not None  # noqa: S101 - for the type checker: only a `pre` comes here
        start = self.length
        self.write(text, style)
        self._codes.append(Code(start, self.length, style.mono.language, title, content))

    def text(self) -> str:
        return "".join(self._texts)

    def flow(self) -> Flow:
        spans = tuple(sorted(self._spans(), key=lambda span: (span.start, -span.end)))
        return Flow(
            text=self.text(),
            spans=spans,
            blocks=tuple(self._blocks),
            items=tuple(self._items),
            codes=tuple(self._codes),
            pres=tuple(span for span in spans if span.type == "pre"),
        )

    def _spans(self) -> list[Span]:
        """An entity ends where it or one around it changes: so no two overlap by halves."""
        spans: list[Span] = []
        starts: dict[int, int] = {}
        current = Style()
        for position, style in [*self._runs, (self.length, Style())]:
            changed = next((n for n, (a, b) in enumerate(zip(current, style, strict=True)) if a != b), None)
            if changed is None:
                continue
            levels = range(changed, len(style))
            # Sorting is stable: the outer of two equally long entities stays first.
            spans.extend(_span(starts[level], position, level, current) for level in levels if current[level])
            starts.update(dict.fromkeys(levels, position))
            current = style
        return spans


def _span(start: int, end: int, level: int, style: Style) -> Span:
    name = Style._fields[level]
    if name == "mono" and style.mono:
        return Span(start, end, style.mono.kind, style.mono.language)
    if name == "link":
        return Span(start, end, "text_link", style.link)
    return Span(start, end, {"quote": "blockquote", "strike": "strikethrough"}.get(name, name))


def piece(text: str, begin: int, end: int, spans: Sequence[Span], max_entities: int) -> Text:
    """`text[begin:end]` without the white space at its end, with the spans clipped to it, in UTF-16 units."""
    words = text[begin:end].rstrip()
    entities: list[Entity] = []
    for span in spans:
        start, stop = _trimmed(
            words, max(span.start - begin, 0), min(span.end - begin, len(words)), span.type
        )
        if start < stop and len(entities) < max_entities:
            url, language = (span.value, "") if span.type == "text_link" else ("", span.value)
            offset, length = utf16_len(words[:start]), utf16_len(words[start:stop])
            entities.append(Entity(span.type, offset, length, url=url, language=language))
    return Text(words, tuple(entities))


def _trimmed(words: str, start: int, stop: int, kind: str) -> tuple[int, int]:
    """Entities hold no white space at their ends, but for the indentation of code.

    Telegram keeps that: it trims a message only up to its first entity (TDLib, `fix_formatted_text`).
    """
    inside = words[start:stop]
    stop = start + len(inside.rstrip())
    if kind != "pre":
        start += len(inside) - len(inside.lstrip())
    return start, stop
