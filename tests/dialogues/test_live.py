"""Answers that are seen as they grow: one message, edited at Telegram's pace, that becomes the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from bot.emulator.flood import FloodRules
from bot.emulator.model import ModelServer
from bot.emulator.model_replies import filtered_body
from bot.emulator.model_streaming import End
from bot.emulator.people import Message
from bot.emulator.talk import Chat
from bot.emulator.wire import Call
from bot.emulator.world import World
from bot.service import Service
from tests.clocks import FastClock, until
from tests.conftest import FOLDER, Running
from tests.dialogues.pressure import said
from tests.dialogues.remembering import accepted, buttons, cut

WORDS = " ".join(f"слово{n}" for n in range(60))
NOTICE = "Отвечаю на ваш вопрос"
HALF = "слово9"
"""Stands in the first half of the words."""


@pytest.fixture
def clock() -> FastClock:
    return FastClock(10)


@pytest.fixture
async def live(running: Running) -> AsyncIterator[Service]:
    async with running(default_live=True) as service:
        yield service


def shows(world: World) -> list[str]:
    """What was asked of Telegram to be shown, by method; but for a notice, that a slow machine brings."""
    shown = {"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup", "deleteMessage"}
    calls = [call for call in world.calls if call.method in shown]
    notices = {call.result["message_id"] for call in calls if NOTICE in call.params.get("text", "")}
    return [call.method for call in calls if not notices & {message_id(call), message_id(call, "result")}]


def message_id(call: Call, of: str = "params") -> object:
    told = getattr(call, of)
    return told.get("message_id") if isinstance(told, dict) else None


async def grows(chat: Chat, words: str = HALF) -> Message:
    """The message of an answer of which a part stands, with Stop under it."""
    message = await chat.see(words)
    assert buttons(message) == ["Остановить"]
    return message


async def whole(chat: Chat, text: str = WORDS) -> Message:
    """The answer as the one message of the bot's."""
    answer = await chat.see(lambda message: message.text == text and "Остановить" not in buttons(message))
    assert [each.id for each in said(chat)] == [answer.id]
    return answer


@pytest.mark.usefixtures("bot")
async def test_without_the_setting_the_request_is_the_plain_one(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(WORDS)
    await chat.say(anna, "Вопрос")
    await whole(chat)
    assert "stream" not in model.requests[-1].body
    assert shows(world) == ["sendMessage"]


@pytest.mark.usefixtures("bot")
async def test_it_is_switched_in_the_chat(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "/live")
    await chat.see("Живые ответы: выкл.")
    await chat.say(anna, "/live on")
    await chat.see("Живые ответы: вкл.")
    go_on = model.hold_stream(WORDS)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    assert model.requests[-1].body["stream"] is True
    go_on.set()
    answer = await chat.see(lambda message: message.text == WORDS)
    assert answer.id == growing.id
    await chat.say(anna, "/live off")
    await chat.see("Живые ответы: выкл.")
    model.reply("Целиком.")
    await chat.say(anna, "Ещё")
    await chat.see("Целиком.")
    assert "stream" not in model.requests[-1].body


@pytest.mark.usefixtures("live")
async def test_a_growing_message_becomes_the_answer(world: World, model: ModelServer) -> None:
    """One is sent, and only edited; typing goes on; at the end Stop makes way for the answer's buttons."""
    world.flood = FloodRules()
    anna = world.user("Анна")
    chat = world.private(anna)
    model.stream(WORDS, gap_s=0.03)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    assert WORDS.startswith(growing.text)
    answer = await whole(chat)
    assert answer.id == growing.id
    assert buttons(answer) == ["Другой ответ"]
    calls = shows(world)
    assert calls == ["sendMessage", *["editMessageText"] * (len(calls) - 1)]
    assert 4 <= len(calls) <= 12
    assert all(call.refusal is None for call in world.calls)


@pytest.mark.usefixtures("live")
async def test_a_short_answer_is_one_message_and_no_edit(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.stream("Это очень короткий ответ.", gap_s=0.03)
    await chat.say(anna, "Вопрос")
    await whole(chat, "Это очень короткий ответ.")
    assert shows(world) == ["sendMessage"]


@pytest.mark.usefixtures("live")
async def test_nothing_half_open_is_shown(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.stream(f"Начало ответа, которого хватит на первый показ. **жирно {WORDS} и до конца**", gap_s=0.03)
    await chat.say(anna, "Вопрос")
    await chat.see("до конца")
    texts = [call.params["text"] for call in world.calls if "text" in call.params]
    assert len(texts) > 3
    assert not [text for text in texts if "*" in text]
    bold = [call.params.get("entities") for call in world.calls if HALF in call.params.get("text", "")]
    assert all(bold)


@pytest.mark.usefixtures("live")
async def test_in_a_group_it_replies_to_the_question_and_is_slower(world: World, model: ModelServer) -> None:
    world.flood = FloodRules()
    owner = world.user("Ольга")
    group = world.group("Группа", owner=owner)
    model.stream(WORDS, gap_s=0.03)
    question = await group.say(owner, f"@{world.me.username} Вопрос")
    answer = await whole(group)
    assert answer.reply_to_id == question.id
    shown = [call for call in world.calls if call.method in {"sendMessage", "editMessageText"}]
    gaps_s = [(b.at - a.at).total_seconds() for a, b in pairwise(shown[:-1])]
    assert len(gaps_s) >= 2
    assert min(gaps_s) >= 3
    assert all(call.refusal is None for call in world.calls)


@pytest.mark.usefixtures("live")
async def test_stop_closes_the_request_and_stands_in_the_answers_own_message(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hold_stream(WORDS)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    shown = growing.text
    await chat.press(anna, growing, "Остановить")
    stopped = await chat.see("(ответ остановлен)")
    await model.wait(abandoned=1)
    assert [each.id for each in said(chat)] == [growing.id]
    assert stopped.text.startswith(shown)
    assert buttons(stopped) == ["Продолжить", "Другой ответ"]
    model.reply("И дальше.")
    await chat.say(anna, "Почему?")
    await chat.see("И дальше.")
    assert shown in str(model.requests[-1].body["input"])


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("command", "reply"), [("/stop", "Остановлено."), ("/new", "Начинаем новый разговор")]
)
async def test_a_command_stops_it_too(world: World, model: ModelServer, command: str, reply: str) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hold_stream(WORDS)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    await chat.say(anna, command)
    await chat.see(reply)
    stopped = await chat.see("(ответ остановлен)")
    assert stopped.id == growing.id
    await model.wait(abandoned=1)
    assert len(said(chat)) == 2


@pytest.mark.usefixtures("live")
async def test_forgotten_it_is_left_without_stop(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hold_stream(WORDS)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    await chat.say(anna, "/forget")
    await chat.press(anna, await chat.see("Удалить весь этот разговор"), "Удалить всё")
    stopped = await chat.see("(ответ остановлен)")
    assert stopped.id == growing.id
    assert buttons(stopped) == []
    model.reply("Свежий ответ.")
    await chat.say(anna, "Новый")
    await chat.see("Свежий ответ.")
    assert model.requests[-1].body["input"] == "Новый"


@pytest.mark.usefixtures("live")
async def test_an_edited_question_grows_anew_in_the_same_message(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hold_stream(WORDS)
    question = await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    model.stream(f"Совсем другое. {WORDS}", gap_s=0.01)
    await chat.edit(anna, question, "Другой вопрос")
    answer = await whole(chat, f"Совсем другое. {WORDS}")
    assert answer.id == growing.id
    await model.wait(abandoned=1)
    assert shows(world).count("sendMessage") == 1


@pytest.mark.usefixtures("live")
async def test_a_deleted_message_comes_anew_once(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.stream(WORDS, gap_s=0.03)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    await chat.delete(growing)
    answer = await whole(chat)
    assert buttons(answer) == ["Другой ответ"]
    assert shows(world).count("sendMessage") == 2


@pytest.mark.usefixtures("live")
async def test_what_moderation_takes_back_is_replaced(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    request = {"model": f"gpt://{FOLDER}/yandexgpt-lite", "input": "Вопрос"}
    model.stream(filtered_body(request, ""), said=WORDS, gap_s=0.03)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat, "слово")
    refused = await chat.see("Модель не стала отвечать")
    assert refused.id == growing.id
    assert [each.id for each in said(chat)] == [growing.id]
    assert "слово" not in refused.text


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("end", ["cut", "nothing", "error", "failed", "garbage"])
async def test_a_stream_that_breaks_is_no_answer(world: World, model: ModelServer, end: End) -> None:
    """It is asked again, and what comes then takes the place of the half."""
    anna = world.user("Анна")
    chat = world.private(anna)
    model.stream(WORDS, gap_s=0.03, end=end)
    model.stream(f"{WORDS} конец.", gap_s=0.01)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    answer = await whole(chat, f"{WORDS} конец.")
    assert answer.id == growing.id
    assert len(model.requests) == 2


@pytest.mark.usefixtures("live")
async def test_where_every_stream_breaks_words_say_so(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.stream(WORDS, end="cut", times=None)
    await chat.say(anna, "Вопрос")
    growing = await chat.see("слово0")
    failed = await chat.see("Код ошибки")
    assert failed.id == growing.id
    assert [each.id for each in said(chat)] == [growing.id]
    assert buttons(failed) == ["Повторить"]
    model.clear()
    model.reply(WORDS)
    await chat.press(anna, failed, "Повторить")
    await whole(chat)


@pytest.mark.usefixtures("live")
async def test_past_one_message_it_goes_on_in_the_next_one(world: World, model: ModelServer) -> None:
    """What is full is closed between two paragraphs, and is not touched again."""
    anna = world.user("Анна")
    chat = world.private(anna)
    paragraphs = [f"Абзац {n}. " + "слово " * 150 for n in range(12)]
    go_on = model.hold_stream("\n\n".join(paragraphs))
    await chat.say(anna, "Подробно")
    second = await chat.see("Абзац 5")
    first = said(chat)[0]
    assert [each.id for each in said(chat)] == [first.id, second.id]
    assert "Абзац 5" not in first.text
    assert buttons(first) == []
    assert buttons(second) == ["Остановить"]
    stood = len(world.calls)
    go_on.set()
    await chat.see("Абзац 11")
    await until(lambda: not [each for each in said(chat)[:-1] if buttons(each)])
    assert "\n\n".join(each.text for each in said(chat)) == "\n\n".join(p.strip() for p in paragraphs)
    edited = [call.params["message_id"] for call in world.calls[stood:] if call.method == "editMessageText"]
    assert first.id not in edited
    assert "deleteMessage" not in shows(world)


@pytest.mark.usefixtures("live")
async def test_the_last_edit_waits_until_telegram_takes_edits_again(world: World, model: ModelServer) -> None:
    world.flood = FloodRules(edit_burst=2, private_edit_interval_s=10)
    anna = world.user("Анна")
    chat = world.private(anna)
    model.stream(WORDS, gap_s=0.03)
    await chat.say(anna, "Вопрос")
    await grows(chat, "слово")
    await whole(chat)
    refused = [call for call in world.calls if call.refusal is not None]
    assert len(refused) == 1
    waited = [call.at - refused[0].at for call in world.calls if call.method == "editMessageText"][-1]
    assert waited.total_seconds() >= 30
    assert shows(world).count("sendMessage") == 1


@pytest.mark.usefixtures("live")
async def test_stopped_while_edits_are_refused_it_ends_in_its_own_message(
    world: World, model: ModelServer
) -> None:
    world.flood = FloodRules(edit_burst=2, private_edit_interval_s=10)
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hold_stream(WORDS)
    await chat.say(anna, "Вопрос")
    growing = await grows(chat)
    await chat.press(anna, growing, "Остановить")
    stopped = await chat.see("(ответ остановлен)")
    assert stopped.id == growing.id


@pytest.mark.usefixtures("live")
async def test_another_version_grows_in_the_answers_place_and_stopped_gives_it_back(
    world: World, model: ModelServer
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Первый ответ.")
    await chat.say(anna, "Вопрос")
    first = await whole(chat, "Первый ответ.")
    model.hold_stream(WORDS)
    await chat.press(anna, first, "Другой ответ")
    growing = await grows(chat)
    assert growing.id == first.id
    await chat.press(anna, growing, "Остановить")
    await whole(chat, "Первый ответ.")
    model.stream(WORDS, gap_s=0.01)
    await chat.press(anna, first, "Другой ответ")
    second = await whole(chat)
    assert buttons(second) == ["‹", "2/2", "›", "Другой ответ"]


@pytest.mark.usefixtures("live")
async def test_the_rest_of_a_cut_answer_grows_below_its_first_half(world: World, model: ModelServer) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply(cut("Первая половина ответа, за которой будет ещё одна,"))
    await chat.say(anna, "Вопрос")
    first_half = await chat.see("не поместился")
    go_on = model.hold_stream(WORDS)
    await chat.press(anna, first_half, "Продолжить")
    growing = await grows(chat)
    assert growing.text.startswith("Первая половина ответа, за которой будет ещё одна, слово0")
    go_on.set()
    answer = await chat.see("слово59")
    assert [each.id for each in said(chat)] == [answer.id]


@pytest.mark.usefixtures("live")
async def test_a_model_that_can_not_stream_answers_as_ever(world: World) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    await chat.say(anna, "целиком")
    await chat.see(lambda message: "целиком" in message.text)
    assert shows(world) == ["sendMessage"]


@pytest.mark.usefixtures("live")
async def test_blocked_while_it_grows_it_is_over(world: World, model: ModelServer, live: Service) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    go_on = model.hold_stream(WORDS)
    await chat.say(anna, "Вопрос")
    await grows(chat)
    world.block(anna)
    go_on.set()
    await accepted(live, 0)
    assert shows(world).count("sendMessage") == 1


@pytest.mark.usefixtures("live")
async def test_a_group_that_moves_gets_the_whole_answer_in_the_new_one(
    world: World, model: ModelServer
) -> None:
    owner = world.user("Ольга")
    group = world.group("Группа", owner=owner)
    go_on = model.hold_stream(WORDS)
    await group.say(owner, f"@{world.me.username} Вопрос")
    await grows(group)
    moved = world.migrate(group)
    go_on.set()
    answer = await moved.see(lambda message: message.text == WORDS)
    assert [each.id for each in said(moved)] == [answer.id]


async def test_killed_while_it_grows_one_whole_answer_stands_in_the_same_message(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=True):
        model.hold_stream(WORDS)
        await chat.say(anna, "Вопрос")
        growing = await grows(chat)
    model.stream(f"Заново. {WORDS}", gap_s=0.01)
    async with running(default_live=True):
        answer = await whole(chat, f"Заново. {WORDS}")
    assert answer.id == growing.id


async def test_stopped_before_it_grows_again_it_loses_its_button(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=True):
        model.hold_stream(WORDS)
        await chat.say(anna, "Вопрос")
        growing = await grows(chat)
    model.hang()
    async with running(default_live=True):
        await model.wait(received=2)
        await chat.press(anna, growing, "Остановить")
        stopped = await chat.see("(ответ остановлен)")
    assert stopped.id == growing.id
    assert [each.id for each in said(chat)] == [growing.id]
    assert buttons(stopped) == []


@pytest.mark.usefixtures("live")
async def test_a_notice_makes_way_for_what_grows(world: World, model: ModelServer) -> None:
    """A model that thinks for long, and then writes."""
    anna = world.user("Анна")
    chat = world.private(anna)
    go_on = model.hold(WORDS)
    await chat.say(anna, "Вопрос")
    notice = await chat.see(NOTICE)
    go_on.set()
    await chat.sees_gone(notice)
    await whole(chat)
