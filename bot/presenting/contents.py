"""An answer as the messages that are to show it, and what of it those show that stand in the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

from bot.answering.prompt.request import name
from bot.core.values import SPOKEN, Answer, Ending, Question
from bot.delivery.posting import Content
from bot.markup import Document, Entity, Text, utf16_len
from bot.markup.sources import below, source_list
from bot.options import shortened
from bot.texts import Texts

MESSAGE_UNITS: Final = 4096
MESSAGE_ENTITIES: Final = 100


def contents_of(answer: Answer, texts: Texts, *, files: bool) -> list[Content]:
    """At least one, sources below the last; with documents among them only if the chat takes `files`."""
    from bot.markup.splitting import parts  # noqa: PLC0415 - loads the Markdown library

    said = answer.text
    if answer.ending is Ending.REFUSED:
        words = said.strip()
        said = texts("answer-refused-words", words=words) if words else texts("answer-refused")
    contents: list[Content] = [
        _captioned(part, texts) if isinstance(part, Document) else part for part in parts(said, files=files)
    ]
    empty = "answer-only-thought" if answer.only_thought else "answer-empty"
    contents = contents or [Text(texts(empty))]
    return _with_sources(contents, source_list(texts("answer-sources"), answer.sources))


def _with_sources(contents: list[Content], sources: Text) -> list[Content]:
    last = contents[-1]
    if not sources.text:
        return contents
    if isinstance(last, Text) and len(last.entities) + len(sources.entities) <= MESSAGE_ENTITIES:
        whole = below(last, sources)
        if utf16_len(whole.text) <= MESSAGE_UNITS:
            return [*contents[:-1], whole]
    return [*contents, sources]


def heard(question: Question, texts: Texts) -> list[Text]:
    """What was heard in a question's recordings, to stand before its answer; long words are folded."""
    said = "\n\n".join(each.text for each in question.attachments if each.kind in SPOKEN and each.text)
    if not said:
        return []
    shown = shortened(texts("heard", text=said), MESSAGE_UNITS)
    return [Text(shown, (Entity("expandable_blockquote", 0, utf16_len(shown)),))]


def shares_read(question: Question, texts: Texts) -> list[str]:
    """Of each document that was not read to its end, how much was."""
    return [
        texts(
            "document-part",
            name=name(each.file_name) or "…",
            unit=each.unit,
            read=str(each.read),  # as it is counted: no marks between thousands
            total=str(each.total),
        )
        for each in question.attachments
        if each.total
    ]


def with_lines(contents: Sequence[Content], lines: Sequence[str]) -> list[Content]:
    """Each line below the last part where there is room, else in a message of its own."""
    contents = list(contents)
    for line in lines:
        last = contents[-1]
        if isinstance(last, Text) and utf16_len(last.text) + utf16_len(line) + 2 <= MESSAGE_UNITS:
            contents[-1] = replace(last, text=f"{last.text}\n\n{line}")
        else:
            contents.append(Text(line))
    return contents


def characters(contents: Sequence[Content]) -> list[int]:
    """How many characters of an answer stand in the chat with each of its contents, those before included."""
    return list(accumulate(len(_plain(content)) for content in contents))


def standing_text(answer: Answer, texts: Texts, chars: int) -> str:
    """What of an answer stands where so many of its `characters` do; where some is missing, as plain text."""
    for files in (True, False):
        contents = contents_of(answer, texts, files=files)
        counts = characters(contents)
        if chars == counts[-1]:
            return answer.text
        if chars in counts:
            return "\n\n".join(_plain(content) for content in contents[: counts.index(chars) + 1])
    return ""


def _plain(content: Content) -> str:
    return content.text if isinstance(content, Text) else content.content.decode()


def _captioned(document: Document, texts: Texts) -> Document:
    whole = document.filename == "answer.md"
    return replace(document, caption=Text(texts("answer-in-file") if whole else texts("code-in-file")))
