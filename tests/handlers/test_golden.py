"""Updates as Telegram sends them, one a case, and what the bot makes of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from telegram import Message, Update, User

from bot.handlers.addressing import addressed
from bot.handlers.incoming import conversation_of, person_of

ME = User(7000000001, "YandexGPT", is_bot=True, username="yandexgpt_bot")
CASES = sorted((Path(__file__).parent.parent / "golden").glob("*.json"))


def parsed(update: dict[str, Any]) -> Message:
    message = Update.de_json(update, None).effective_message
    assert message is not None
    return message


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_update_says_what_it_says(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    message = parsed(case["update"])
    expected = case["expected"]

    by = person_of(message)
    assert (None if by is None else [by.id, by.name]) == expected["by"]
    here = conversation_of(message)
    assert [here.chat_id, here.thread_id] == expected["conversation"]
    asked = addressed(message, ME, wake_words=["робот"], unseen="[unseen]")
    if expected["asks"] is None:
        assert asked is None
    else:
        assert asked is not None
        quote = None if asked.quote is None else [asked.quote.author, asked.quote.text]
        found = {"text": asked.text, "quote": quote, "replies_to": asked.replies_to}
        forwards = [[forward.author, forward.text] for forward in asked.forwards]
        attached = [[each.kind, each.quoted, each.author] for each in asked.attachments]
        more = {"forwards": forwards, "attachments": attached}
        assert found | {name: value for name, value in more.items() if value} == expected["asks"]
