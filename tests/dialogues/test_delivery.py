"""Answers as they stand in the chat: well set, in order, in the right place, with an end that has words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.model_replies import response_body
from bot.emulator.people import Message
from bot.emulator.world import World
from tests.clocks import FastClock
from tests.dialogues.pressure import said

pytestmark = pytest.mark.usefixtures("bot")

MARKED = """\
# Итог

**Жирно**, *курсив* и ~~зачёркнуто~~; `List<String>`, <div>, a || b, snake_case_name,
2 * 3 * 4, \\(x^2\\) 👩‍👩‍👧.

1. раз
   - вложенный
2. [ссылка](https://example.org/a_(b))

> цитата

| a | b |
|---|---|
| 1 | 22 |

---

```python
print("незакрытый блок")
"""


@pytest.fixture
def clock() -> FastClock:
    return FastClock(30)


def covered(message: Message) -> dict[str, str]:
    """What each kind of entity covers, offsets counted as Telegram does."""
    units = message.text.encode("utf-16-le")
    return {
        entity["type"]: units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode(
            "utf-16-le"
        )
        for entity in message.entities
    }


async def test_markdown_becomes_entities_and_nothing_disappears(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(MARKED)
    await chat.say(anna, "Покажи")
    answer = await chat.see("Итог")
    entities = answer.entities
    assert [(e["type"], e.get("language", ""), e.get("url", "")) for e in entities] == [
        ("bold", "", ""),
        ("bold", "", ""),
        ("italic", "", ""),
        ("strikethrough", "", ""),
        ("code", "", ""),
        ("text_link", "", "https://example.org/a_(b)"),
        ("blockquote", "", ""),
        ("pre", "", ""),
        ("pre", "python", ""),
    ]
    assert covered(answer) == {
        "bold": "Жирно",
        "italic": "курсив",
        "strikethrough": "зачёркнуто",
        "code": "List<String>",
        "text_link": "ссылка",
        "blockquote": "цитата",
        "pre": 'print("незакрытый блок")',
    }
    for literal in ("<div>", "a || b", "snake_case_name", "2 * 3 * 4", "x²", "👩‍👩‍👧"):
        assert literal in answer.text
    assert "1. раз\n    ◦ вложенный\n2. ссылка" in answer.text
    assert "a | b\n--+---\n1 | 22" in answer.text


async def test_a_long_answer_comes_in_order_in_the_topic_of_its_question(
    world: World, model: ModelServer
) -> None:
    owner = world.user("Ольга")
    forum = world.supergroup("Форум", topics=["Общее", "Код"], owner=owner)
    paragraphs = [f"Абзац {n}. " + "слово " * 200 for n in range(10)]
    model.reply("\n\n".join(paragraphs))
    question = await forum.say(owner, f"@{world.me.username} Подробно", topic="Код")
    await forum.see("Абзац 9")
    parts = said(forum)
    assert len(parts) == 4
    assert "\n\n".join(part.text for part in parts) == "\n\n".join(p.strip() for p in paragraphs)
    assert {part.thread_id for part in parts} == {forum.topic("Код").id}
    assert [part.reply_to_id == question.id for part in parts] == [True, False, False, False]


async def test_long_code_and_a_very_long_answer_come_as_files(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    code = "".join(f"print({n})\n" for n in range(1500))
    model.reply(f"Вот программа:\n\n```python\n{code}```\n\nЗапустите её.")
    await chat.say(anna, "Напиши программу")
    await chat.see("Запустите её.")
    lead, file, end = said(chat)
    assert [lead.text, file.json["document"]["file_name"], end.text] == [
        "Вот программа:",
        "code.py",
        "Запустите её.",
    ]
    assert chat.file(file) == code.encode()
    assert file.text == "Код длинный, поэтому он в этом файле."
    story = "Глава.\n\n" + "\n\n".join("слово " * 150 for _ in range(50))
    model.reply(story)
    await chat.say(anna, "Напиши роман")
    whole = await chat.see("целиком он в этом файле")
    assert (whole.json["document"]["file_name"], chat.file(whole)) == ("answer.md", story.encode())
    assert said(chat)[-2].text.startswith("Глава.")


async def test_where_files_are_forbidden_long_code_comes_as_text(world: World, model: ModelServer) -> None:
    owner = world.user("Ольга")
    group = world.supergroup("Группа", owner=owner)
    world.restrict(group, world.me, by=owner, can_send_documents=False)
    code = "".join(f"print({n})\n" for n in range(1500))
    model.reply(f"```python\n{code}```\n\nЗапустите её.")
    await group.say(owner, f"@{world.me.username} Напиши программу")
    await group.see("Запустите её.")
    parts = said(group)
    assert "\n".join(part.text for part in parts) == f"{code}\nЗапустите её."
    assert {e["language"] for part in parts for e in part.entities} == {"python"}
    assert len(world.called("sendDocument")) == 1
    model.reply("И дальше.")
    await group.say(owner, f"@{world.me.username} А дальше?")
    await group.see("И дальше.")


async def test_an_end_that_needs_words_has_them(world: World, model: ModelServer) -> None:
    """Cut at the limit, refused, filtered, and empty: each in the reader's language."""
    anna, bob = world.user("Анна"), world.user("Bob", language="en")
    chat, english = world.private(anna), world.private(bob)

    def ended(text: str = "", **how: Any) -> None:
        model.reply(lambda body: response_body(body, text, **how))

    ended("Раз, два,", incomplete="max_output_tokens")
    await chat.say(anna, "Считай")
    cut = await chat.see("Раз, два,\n\nОтвет не поместился")
    assert "Продолжить" in [button["text"] for button in cut.buttons]
    ended(refusal="Об этом не говорю.")
    await chat.say(anna, "Секрет?")
    refused = await chat.see("Модель не стала отвечать на этот вопрос:\n\nОб этом не говорю.")
    assert "Продолжить" not in [button["text"] for button in refused.buttons]
    ended(incomplete="content_filter")
    await chat.say(anna, "Ещё секрет?")
    await chat.see("Модель не стала отвечать на этот вопрос. Попробуйте спросить иначе.")
    ended()
    await chat.say(anna, "Пусто?")
    await chat.see("Модель вернула пустой ответ.")
    ended(incomplete="content_filter")
    await english.say(bob, "A secret?")
    await english.see("The model declined to answer this question.")
    ended("   \n")
    await english.say(bob, "Nothing?")
    await english.see("The model returned an empty answer.")
