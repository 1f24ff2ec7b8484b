"""A conversation written out for the people who had it: as Markdown to read, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.core.values import Answer, Attachment, AttachmentKind, Quote, TalkMessage, Turn, TurnState

if TYPE_CHECKING:
    from bot.texts import Texts


def questions(turns: Sequence[Turn]) -> list[tuple[Turn, list[Answer]]]:
    """Each question's first turn, with all answers that were given to it, in the order they came; without
    those of which a later one is the whole.
    """
    continued = {turn.continues for turn in turns if _is_given(turn)}
    first = {turn.id: (turn, [turn]) for turn in turns if turn.version_of is None}
    for turn in turns:
        if turn.version_of in first:
            first[turn.version_of][1].append(turn)
    return [
        (
            turn,
            [
                version.answer
                for version in versions
                if version.answer is not None and _is_given(version) and version.id not in continued
            ],
        )
        for turn, versions in first.values()
    ]


def _is_given(turn: Turn) -> bool:
    return turn.answer is not None and turn.state is not TurnState.DROPPED


def as_markdown(turns: Sequence[Turn], texts: Texts, now: datetime, heard: Sequence[TalkMessage] = ()) -> str:
    """`heard`: what people said to each other."""
    blocks = [f"# {texts('export-title', when=now)}"]
    for turn, answers in questions(turns):
        asked = turn.question
        blocks.append(f"## {texts('export-question', author=asked.asker.name, when=asked.sent_at)}")
        for quote in (asked.quote, *asked.forwards, *_documents(asked.attachments)):
            if quote is not None:
                lines = [f"{quote.author}:", *quote.text.splitlines()]
                blocks.append("\n".join(f"> {line}" for line in lines))
        if asked.text:
            blocks.append(asked.text)
        for answer in answers:
            blocks += [f"### {texts('export-answer', model=answer.model)}", answer.text]
    if heard:
        blocks.append(f"## {texts('export-talk')}")
    for message in heard:
        line = texts("export-question", author=message.author.name, when=message.said_at)
        blocks.append("\n".join([f"{line}:", *(f"> {line}" for line in message.text.splitlines())]))
    return "\n\n".join(blocks) + "\n"


def _documents(attachments: Sequence[Attachment]) -> list[Quote]:
    """What was read of them; what was heard stands with the question already."""
    return [
        Quote(" ".join(each.file_name.split()), each.text)
        for each in attachments
        if each.kind is AttachmentKind.DOCUMENT
    ]


def as_json(turns: Sequence[Turn], now: datetime, heard: Sequence[TalkMessage] = ()) -> str:
    """`continues` is the `id` of the question whose answer a question goes on from."""
    whole: dict[str, Any] = {
        "exported_at": now.isoformat(timespec="seconds"),
        "questions": [_question(turn, answers) for turn, answers in questions(turns)],
    }
    if heard:
        whole["talk"] = [
            {
                "said_at": message.said_at.isoformat(timespec="seconds"),
                "said_by": message.author.name,
                "forwarded_from": message.origin or None,
                "text": message.text,
            }
            for message in heard
        ]
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _question(turn: Turn, answers: Sequence[Answer]) -> dict[str, Any]:
    asked = turn.question
    quote = None if asked.quote is None else asdict(asked.quote)
    return {
        "id": turn.id,
        "continues": turn.parent_id,
        "asked_at": asked.sent_at.isoformat(timespec="seconds"),
        "asked_by": asked.asker.name,
        "quote": quote,
        "forwards": [asdict(forward) for forward in asked.forwards],
        "attachments": [
            {"kind": each.kind.value, "name": each.file_name, "text": each.text} for each in asked.attachments
        ],
        "text": asked.text,
        "state": turn.state.value,
        "answers": [
            {"model": answer.model, "ending": answer.ending.value, "text": answer.text} for answer in answers
        ],
    }
