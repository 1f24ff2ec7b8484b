"""What people and operators read when the model fails: one line, an id, a way on, nothing of its inside."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import API_KEY, Running
from tests.dialogues.pressure import questions, said
from tests.operating.test_running import closed

RETRY = "Повторить"
ERROR_ID = re.compile(r"Код ошибки: ([0-9a-f]{8})")
RAW = {"error": {"message": f"raw words of https://inside.example/v1 with {API_KEY}", "code": "raw_code"}}


@pytest.fixture
def clock() -> FastClock:
    return FastClock(30)


def failing(status: int, **headers: str) -> Callable[[ModelServer], None]:
    """Fails so that it is not asked again: a Retry-After beyond every deadline is waited for by nobody."""
    return lambda model: model.fail(status, headers={"Retry-After": "1000", **headers}, body=RAW)


FAILURES: dict[str, tuple[Callable[[ModelServer], None], str]] = {
    "bad_request": (failing(400), "Модель не приняла запрос."),
    "unauthorized": (failing(401), "Сейчас я не могу обратиться к модели"),
    "forbidden": (failing(403), "Сейчас я не могу обратиться к модели"),
    "quota": (failing(429), "Модель сейчас занята другими запросами."),
    "server_error": (failing(500), "У модели внутренняя ошибка."),
    "unsupported": (failing(501), "Эта модель так отвечать не умеет."),
    "unavailable": (failing(503), "Модель сейчас недоступна."),
    "broken_reply": (
        lambda model: model.html(times=2),
        "Модель прислала ответ, который не удалось прочитать.",
    ),
    "question_too_long": (
        lambda model: model.fail(400, body={"error": {"message": "maximum context length exceeded"}}),
        "Вопрос слишком длинный для этой модели.",
    ),
}


async def test_each_failure_has_its_line_and_an_id_that_stands_in_the_log(
    world: World, model: ModelServer, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot")
    lines: dict[str, str] = {}
    async with running() as service:
        for number, (kind, (fail, line)) in enumerate(FAILURES.items()):
            person = world.user(f"Человек {number}")
            fail(model)
            await world.private(person).say(person, "Вопрос")
            shown = await world.private(person).see(line)
            assert [button["text"] for button in shown.buttons] == [RETRY]
            lines[kind] = shown.text
        await closed(service, kind)
    ends = {record.error_id: record for record in caplog.records if hasattr(record, "error_id")}
    assert len(ends) == len(FAILURES)
    for kind, line in lines.items():
        error_id = ERROR_ID.findall(line)[0]
        record: Any = ends[error_id]
        assert record.outcome == kind
        assert record.request_id in {request.headers["x-client-request-id"] for request in model.requests}
        assert "x-request-id=" in record.provider_ids
        assert not re.search(r"raw|http|inside|Traceback", line, re.IGNORECASE)
        assert API_KEY not in line
    assert "Имеет смысл повторить через 17 минут." in lines["quota"]


async def test_a_model_that_hangs_is_given_up_at_the_deadline(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang(times=None)
    async with running(model_timeout_s=10, answer_deadline_s=11):
        await chat.say(anna, "Вопрос")
        await chat.see("Модель не успела ответить.")
        await model.wait(abandoned=len(model.requests))


async def test_retry_asks_the_same_question_once_and_its_answer_takes_the_failures_place(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    failing(400)(model)
    go_on = model.hold("Ответ.")
    async with running() as service:
        await chat.say(anna, "Вопрос")
        failure = await chat.see("Код ошибки")
        await closed(service, "bad_request")
        assert await chat.press(anna, failure, RETRY) == "Спрашиваю ещё раз"
        await model.wait(received=2)
        assert await chat.press(anna, failure, RETRY) == "Подождите, я как раз отвечаю."
        data = failure.buttons[0]["callback_data"]
        go_on.set()
        answer = await chat.see("Ответ.")
        assert answer.id == failure.id
        await closed(service)
        answer.buttons[0]["callback_data"] = data
        assert await chat.press(anna, answer, data) == "Эта кнопка устарела."
    assert questions(model) == ["Вопрос", "Вопрос"]
    assert [message.text for message in said(chat)] == ["Ответ."]


async def test_retry_too_often_is_told_when_to_come_back(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    failing(400)(model)
    async with running(user_rate_per_min=1):
        await chat.say(anna, "Вопрос")
        failure = await chat.see("Код ошибки")
        toast = await chat.press(anna, failure, RETRY)
    assert re.fullmatch(r"Вы спрашиваете быстрее, .* повторите через \d+\s\w+\.", toast)
    assert len(model.requests) == 1


async def test_operators_are_told_of_a_bad_key_once_an_hour_with_the_mend(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    anna, boss, absent = world.user("Анна"), world.user("Ольга"), world.user("Глеб")
    chat, office = world.private(anna), world.private(boss)

    async def ask(status: int) -> None:
        model.fail(status, body=RAW)
        await chat.say(anna, "Вопрос")
        await chat.see("Это может исправить владелец бота.")

    async with running(admin_users=f"{absent.id},{boss.id}"):
        await office.say(boss, "/start")
        await office.see("Здравствуйте")
        await ask(401)
        alert = await office.see("Yandex Cloud не принял ключ (401)")
        assert "Проверьте YANDEX_CLOUD_API_KEY" in alert.text
        assert API_KEY not in alert.text
        await ask(401)
        await office.sees_nothing()
        await ask(403)
        await office.see("ai.languageModels.user")
        clock.skip(3600)
        await ask(401)
        await office.see("Yandex Cloud не принял ключ (401)")
        await office.sees_nothing()


async def test_an_operator_out_of_reach_keeps_nobody_waiting_and_is_told_later(
    world: World, model: ModelServer, running: Running
) -> None:
    anna, boss, held, late = (world.user(name) for name in ("Анна", "Ольга", "Глеб", "Яков"))
    chat, office, home = world.private(anna), world.private(boss), world.private(late)
    model.fail(401, times=None, body=RAW)

    async def ask() -> None:
        await chat.say(anna, "Вопрос")
        await chat.see("Это может исправить владелец бота.")

    clock = FastClock(1.0)  # a minute of it does not pass while a busy machine does its work
    async with running(clock, admin_users=f"{held.id},{late.id},{boss.id}"):
        await office.say(boss, "/start")
        await office.see("Здравствуйте")
        await world.private(held).say(held, "/start")
        await world.private(held).see("Здравствуйте")
        world.fail("sendMessage", retry_after_s=3000, when=lambda sent: sent["chat_id"] == held.id)
        await ask()
        await office.see("Yandex Cloud не принял ключ (401)")
        await until(
            lambda: any(call.refusal and call.params.get("chat_id") == late.id for call in world.calls)
        )
        await home.say(late, "/start")
        await home.see("Здравствуйте")
        await ask()
        await home.sees_nothing()
        clock.skip(60)
        await ask()
        await home.see("Yandex Cloud не принял ключ (401)")
        await office.sees_nothing()


async def test_while_the_model_is_down_it_is_said_at_once_until_it_is_back(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    """Several people's questions have failed by then: one alone might be the question's own fault."""
    boris, *people = (world.user(name) for name in ("Борис", "Анна", "Вера", "Глеб"))
    other = world.private(boris)
    model.fail(503, times=None)
    async with running():
        for person in people:
            await world.private(person).say(person, "Вопрос")
        for person in people:
            await world.private(person).see("Модель сейчас недоступна.")
        made = len(model.requests)
        await other.say(boris, "Вопрос")
        failure = await other.see(re.compile(r"недоступна.*\nИмеет смысл повторить через \d+\s\w+\."))
        assert len(model.requests) == made < 15
        clock.skip(15)
        model.clear()
        model.reply("Снова здесь.")
        await other.press(boris, failure, RETRY)
        await other.see("Снова здесь.")


async def test_in_a_group_only_who_asked_or_an_admin_may_have_it_asked_again(
    world: World, model: ModelServer, running: Running
) -> None:
    """It counts as the asker's: a stranger must not use up their share."""
    anna, boris, admin = (world.user(name) for name in ("Анна", "Борис", "Вера"))
    group = world.group("Группа", members=[anna, boris], admins=[admin])
    model.fail(400, times=2, body=RAW)
    model.reply("Ответ.")
    async with running():
        await group.say(anna, "/ask Вопрос")
        failure = await group.see("Код ошибки")
        toast = await group.press(boris, failure, RETRY)
        assert toast == "Это может сделать тот, кто задал вопрос, или администратор группы."
        await group.press(anna, failure, RETRY)
        failure = await group.see("Код ошибки")
        await group.press(admin, failure, RETRY)
        await group.see("Ответ.")
    assert len(model.requests) == 3
