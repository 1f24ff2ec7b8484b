"""Updates with fields that the library can't read: whatever is left of them says the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from telegram import ChatMemberAdministrator, Message, Update, User

from bot.handlers.addressing import addressed
from bot.handlers.incoming import conversation_of, person_of
from bot.updates.salvage import salvaged

Json = dict[str, Any]

ME = User(7000000001, "YandexGPT", is_bot=True, username="yandexgpt_bot")
CASES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent.parent / "golden").glob("*.json"))
}
ASKING = {name: case for name, case in CASES.items() if case["expected"]["asks"] and case["expected"]["by"]}
CONTENT = ("message", "edited_message")
ESSENTIAL = (
    ("message_id",),
    ("date",),
    ("chat",),
    ("chat", "id"),
    ("from", "id"),
    ("sender_chat", "id"),
    ("reply_to_message", "message_id"),
    ("reply_to_message", "from"),
    ("reply_to_message", "from", "id"),
    ("document", "file_id"),
    ("document", "file_unique_id"),
)
"""Who says what, where, to which answer, with which file: what nothing else tells."""
POLL: Json = {
    "id": "1",
    "question": "Куда едем?",
    "options": [{"persistent_id": "a", "text": "В горы", "voter_count": 2}],
    "total_voter_count": 2,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}


def user(user_id: int = 5, **more: Any) -> Json:
    return {"id": user_id, "is_bot": False, "first_name": "Анна", **more}


def message(chat_id: int = 5, **more: Any) -> Json:
    chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"}
    return {"message_id": 2, "date": 1_760_000_000, "chat": chat, "from": user(), "text": "Что тут?", **more}


def read(raw: Json) -> Message | None:
    whole = salvaged(raw)
    return None if whole is None else Update.de_json(whole, None).effective_message


def objects(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Every object in a piece of JSON, with the way to it."""
    if isinstance(value, dict):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from objects(part, (*path, key))


def droppable(content: Json) -> list[tuple[str | int, ...]]:
    """The ways to fields of the objects inside a message, but for those that it can't do without."""
    paths = [(*path, key) for path, found in objects(content) if path for key in found]
    return [path for path in paths if path not in ESSENTIAL]


def drop(content: Json, path: tuple[str | int, ...]) -> None:
    at: Any = content
    for step in path[:-1]:
        if isinstance(at, dict) and step not in at:
            return  # went with a part around it
        at = at[step]
    at.pop(path[-1], None)


@pytest.mark.parametrize("name", ASKING)
def test_a_whole_update_stays_as_it_is(name: str) -> None:
    raw = ASKING[name]["update"]
    assert salvaged(raw) is raw


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("seed", range(8))
def test_a_golden_update_without_some_fields_of_what_is_in_it_asks_the_same(name: str, seed: int) -> None:
    """One field at a time, then several; but marks and an origin, without which the words are others."""
    case = ASKING[name]
    kind = next(kind for kind in CONTENT if kind in case["update"])
    paths = droppable(case["update"][kind])
    paths = [path for path in paths if not any(str(step).endswith(("entities", "_origin")) for step in path)]
    random = Random(f"{name} {seed}")  # noqa: S311 - repeatable
    few = [[path] for path in paths] if not seed else [random.sample(paths, k=random.randint(1, 6))]
    for dropped in few:
        raw = copy.deepcopy(case["update"])
        for path in dropped:
            drop(raw[kind], path)
        found = read(raw)
        assert found is not None, dropped
        assert person_of(found) is not None, dropped
        here = conversation_of(found)
        assert here.chat_id == case["expected"]["conversation"][0], dropped
        if ("is_topic_message",) not in dropped and ("text",) not in dropped:
            asked = addressed(found, ME, wake_words=["робот"], unseen="[unseen]")
            assert asked is not None, dropped
            assert asked.text == case["expected"]["asks"]["text"], dropped


@pytest.mark.parametrize("missing", [*POLL, "options.persistent_id", "options.text", "options.voter_count"])
def test_a_poll_of_another_server_keeps_its_words(missing: str) -> None:
    """In a reply; what can't be told without is the poll's own question."""
    poll = copy.deepcopy(POLL)
    where, _, field = missing.rpartition(".")
    del (poll[where][0] if where else poll)[field]
    found = read({"update_id": 1, "message": message(reply_to_message=message(text=None, poll=poll))})
    assert found is not None
    assert found.text == "Что тут?"
    assert found.reply_to_message is not None
    if missing in {"allows_revoting", "members_only", "is_anonymous", "options.persistent_id"}:
        assert found.reply_to_message.poll is not None
        assert found.reply_to_message.poll.question == "Куда едем?"
        assert [option.text for option in found.reply_to_message.poll.options] == ["В горы"]


@pytest.mark.parametrize(
    "odd",
    [
        {"poll": "odd"},
        {"poll": 5},
        {"poll": []},
        {"photo": {}},
        {"photo": [{"file_id": "a"}, "odd"]},
        {"entities": "odd"},
        {"entities": [{"type": "bold"}, 7]},
        {"quote": {"text": "?"}},
        {"external_reply": {}},
        {"reply_to_message": "odd"},
        {"reply_to_message": {"text": "?"}},
        {"reply_markup": {"inline_keyboard": [[{"callback_data": "?"}]]}},
        {"forward_origin": {"type": "user", "date": 1}},
        {"via_bot": {}},
        {"a_field_of_tomorrow": {"of": ["any", {"form": 1}]}},
        {"checklist": {"title": "Дела"}, "poll": {"id": "1"}, "contact": {}},
    ],
)
def test_a_part_of_any_form_costs_only_itself(odd: Json) -> None:
    found = read({"update_id": 1, "message": message(**odd)})
    assert found is not None
    assert found.text == "Что тут?"


@pytest.mark.parametrize("entities", [[{"type": "mention"}], [{"offset": 0}], "odd", [None]])
def test_who_is_addressed_is_found_again_in_the_text(entities: object) -> None:
    text = "👋 @yandexgpt_bot что тут? anna@yandexgpt_bot.ru"
    found = read({"update_id": 1, "message": message(-7, text=text, entities=entities)})
    assert found is not None
    assert addressed(found, ME, wake_words=[], unseen="") is not None
    assert [found.parse_entity(entity) for entity in found.entities] == ["@yandexgpt_bot"]


def test_who_writes_in_private_is_known_by_the_chat() -> None:
    found = read({"update_id": 1, "message": message() | {"from": {"language_code": "ru"}}})
    assert found is not None
    assert person_of(found) is not None


@pytest.mark.parametrize("author", [{}, {"first_name": "Анна"}, "odd"])
def test_without_its_author_a_groups_message_is_nobodys(author: object) -> None:
    assert salvaged({"update_id": 1, "message": message(-7) | {"from": author}}) is None


def test_a_bot_stays_one() -> None:
    other = {"id": 6, "first_name": "Другой", "username": "another_bot"}
    found = read({"update_id": 1, "message": message(-7) | {"from": other}})
    assert found is not None
    assert person_of(found) is None


@pytest.mark.parametrize("chat", ["odd", None, {}, {"type": "private"}])
def test_what_says_no_chat_is_not_read(chat: object) -> None:
    assert salvaged({"update_id": 1, "message": message() | {"chat": chat}}) is None


def test_rights_that_a_server_does_not_know_are_not_given() -> None:
    here, me = {"id": -7, "type": "supergroup", "title": "Группа"}, user(7000000001)
    change = {"chat": here, "from": user(), "date": 1_760_000_000}
    change["old_chat_member"] = {"user": me, "status": "member"}
    change["new_chat_member"] = {"user": me, "status": "administrator", "can_pin_messages": True}
    whole = salvaged({"update_id": 1, "my_chat_member": change})
    assert whole is not None
    update = Update.de_json(whole, None)
    assert update.my_chat_member is not None
    member = update.my_chat_member.new_chat_member
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_pin_messages, member.can_manage_chat) == (True, False)


def test_a_press_outlives_the_message_that_it_was_under() -> None:
    under = message(poll={"id": "1"}, text=None)
    press = {"id": "1", "from": user(), "chat_instance": "1", "data": "x", "message": under}
    whole = salvaged({"update_id": 1, "callback_query": press})
    assert whole is not None
    query = Update.de_json(whole, None).callback_query
    assert query is not None
    assert query.message is not None
    assert query.message.message_id == 2
