"""An answer cut into parts that Telegram takes: at its structure first, inside a word last."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from unicodedata import category

from bot.markup.files import file_name
from bot.markup.flow import Code, Flow, Span, piece
from bot.markup.graphemes import boundary, joined
from bot.markup.rendering import rendered
from bot.markup.values import Document, Text, utf16_len

_CODE_PARTS = 3
"""Code longer than this many parts goes to a file."""
_LEAD_UNITS = 1024
_SPACE = re.compile(r"\s*")
_SENTENCE_END = re.compile(r"(?:(?<!\d)\.|[!?…])[\"'»”’)\]]*(?=\s)|[。！？](?=.)", re.DOTALL)
"""And something after it."""


def parts(
    markdown: str, *, limit: int = 4096, max_entities: int = 100, max_parts: int = 8, files: bool = True
) -> list[Text | Document]:
    """The answer in the order in which to send it; empty where nothing in it can be seen.

    Each text has at most `limit` UTF-16 units (at least 2) and `max_entities` entities. Code longer than
    three parts is a document in its place, after text; an answer longer than `max_parts` is a short lead (its
    first words) and one document that holds the Markdown. Without `files`, all of it is text.
    """
    flow = rendered(markdown)
    if not files:
        return list(_Splitter(flow, limit, max_entities).texts(0, len(flow.text)))
    contents: list[Text | Document] = []
    for content in _contents(flow, limit, max_entities):
        contents.append(content)
        if len(contents) > max_parts:
            lead = next(_Splitter(flow, min(limit, _LEAD_UNITS), max_entities).texts(0, len(flow.text)))
            return [lead, Document("answer.md", markdown.encode(errors="replace"))]
    return contents


def _contents(flow: Flow, limit: int, max_entities: int) -> Iterator[Text | Document]:
    splitter = _Splitter(flow, limit, max_entities)
    begin = documents = 0
    for code in flow.codes:
        if not _is_long(flow, code, limit, max_entities):
            continue
        yield from splitter.texts(begin, code.start)
        if not flow.text[: code.start].strip():
            preview = _Splitter(flow, min(limit, _LEAD_UNITS), max_entities)
            yield next(preview.texts(code.start, code.end))
        documents += 1
        yield Document(file_name(code.language, code.title, documents), code.content.encode())
        begin = code.end
    yield from splitter.texts(begin, len(flow.text))


def _is_long(flow: Flow, code: Code, limit: int, max_entities: int) -> bool:
    """Whether the code would take too many parts; much of its length may be indentation, which takes none."""
    if utf16_len(flow.text[code.start : code.end]) <= _CODE_PARTS * limit:
        return False
    texts = _Splitter(flow, limit, max_entities).texts(code.start, code.end)
    return any(islice(texts, _CODE_PARTS, None))


class _Splitter:
    """Goes through a flow once, from its start to its end."""

    def __init__(self, flow: Flow, limit: int, max_entities: int) -> None:
        self._flow = flow
        self._limit = limit
        self._max_entities = max_entities
        self._next_span = 0
        self._open: list[Span] = []

    def texts(self, begin: int, stop: int) -> Iterator[Text]:
        text = self._flow.text
        while (begin := _content_start(self._flow, begin)) < stop:
            self._open_spans(begin)
            end = self._cut(begin, stop)
            content = piece(text, begin, end, self._spans_until(end), self._max_entities)
            if _is_visible(content.text):
                yield content
            begin = end

    def _open_spans(self, begin: int) -> None:
        """Keeps at hand the spans that began before `begin` and go on there."""
        begun = self._spans_until(begin)
        self._next_span += len(begun) - len(self._open)
        self._open = [span for span in begun if span.end > begin]

    def _spans_until(self, end: int) -> Sequence[Span]:
        spans = self._flow.spans
        last = bisect_left(spans, end, lo=self._next_span, key=lambda span: span.start)
        return [*self._open, *spans[self._next_span : last]]

    def _cut(self, begin: int, stop: int) -> int:
        """Where the part that starts at `begin` ends: at the strongest break that leaves it well filled."""
        end = self._reach(begin, stop)
        if end >= stop:
            return stop
        text, floor = self._flow.text, begin + (end - begin) // 4 + 1
        for marks in (self._flow.blocks, self._flow.items):
            reached = marks[bisect_left(marks, floor) : bisect_right(marks, end)]
            if reached:
                return reached[-1]
        # A row of a table and a line of code go whole to the next part, however little is left in this one.
        inside_pre = self._flow.pre_around(end)
        line = text.rfind("\n", begin + 1 if inside_pre else floor, end + 1)
        if line != -1:
            return line
        return self._cut_line(begin, floor, end)

    def _cut_line(self, begin: int, floor: int, end: int) -> int:
        text = self._flow.text
        for match in reversed([*_SENTENCE_END.finditer(text, floor, end + 1)]):
            if self._is_gap(begin, match.end()):
                return match.end()
        for at in range(end, begin, -1):
            if text[at].isspace() and self._is_gap(begin, at):
                return at
        return boundary(text, begin, end)

    def _is_gap(self, begin: int, at: int) -> bool:
        """A combining mark may stand on the very space that would be trimmed away."""
        text = self._flow.text
        return not joined(text, begin, at) and not (text[at].isspace() and joined(text, at, at + 1))

    def _reach(self, begin: int, stop: int) -> int:
        """How far a part can go by its length and its number of entities."""
        end = min(_units_on(self._flow.text, begin, self._limit), stop)
        surplus = self._next_span + self._max_entities - len(self._open)
        if surplus < len(self._flow.spans):
            start = self._flow.spans[surplus].start
            end = min(end, start) if start > begin else end
        return end


def _units_on(text: str, begin: int, units: int) -> int:
    window = text[begin : begin + units]
    surplus = utf16_len(window) - units
    while surplus > 0:
        # Each character dropped gives back one unit or two: at least half of the surplus must go.
        window = window[: len(window) - (surplus + 1) // 2]
        surplus = utf16_len(window) - units
    return begin + len(window)


def _content_start(flow: Flow, begin: int) -> int:
    """The next character that is not white space; in code, the start of its line."""
    space = _SPACE.match(flow.text, begin)
    start = space.end() if space else begin
    pre = flow.pre_around(start)
    line_start = flow.text.rfind("\n", begin, start) + 1
    if pre and (line_start or begin == pre.start):
        return max(line_start, pre.start)
    return start


def _is_visible(text: str) -> bool:
    """Telegram refuses a message of nothing but white space and format characters as empty."""
    return any(not char.isspace() and category(char) not in {"Cc", "Cf"} for char in text)
