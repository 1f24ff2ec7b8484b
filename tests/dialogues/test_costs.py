"""What is paid for: all that the provider has billed, whatever became of it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.model_replies import response_body
from bot.emulator.model_streaming import End
from bot.emulator.speech import SpeechServer
from bot.emulator.world import World
from bot.money.billing import tokens_of
from bot.money.calendar import Calendar
from bot.service import Service
from bot.store import Spent, Whose
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.paying import PRICES, answers, ask, counted, reply, settled
from tests.dialogues.waiting import comes


@pytest.mark.parametrize(
    "ending",
    [
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
    ],
    ids=["cut", "filtered"],
)
async def test_what_was_cut_or_refused_is_paid_for(
    world: World, model: ModelServer, running: Running, ending: dict[str, Any]
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES):
        reply(model, "Не всё", usage=counted(1000), **ending)
        await chat.say(anna, "Вопрос?")
        await chat.see("Не всё")
        await chat.say(anna, "/usage")
        assert "вопросов 1, токенов 1\u00a0010, около 1 ₽" in (await chat.see("Ваши вопросы")).text


@pytest.mark.parametrize("usage", [None, {}, {"output_tokens": "many"}, {"output_tokens": 10**40}, [1]])
async def test_odd_usage_breaks_nothing(
    world: World, model: ModelServer, running: Running, usage: Any
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES, budget_user_day_rub="100000000"):
        reply(model, "Ответ.", usage=usage)
        await ask(chat, anna)
        await chat.say(anna, "/usage")
        assert "Сегодня: вопросов 1" in (await chat.see("Ваши вопросы")).text


async def test_a_failure_that_was_paid_for_counts_and_the_question_once(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES) as service:
        error = {"code": "server_error", "message": "oops"}
        reply(model, "", status="failed", output=[], error=error, usage=counted(250))
        answers(model, tokens=750)
        await ask(chat, anna)
        await settled(service)
        await chat.say(anna, "/usage")
        assert "вопросов 1, токенов 1\u00a0020, около 1 ₽" in (await chat.see("Ваши вопросы")).text


async def test_speech_is_paid_for_heard_or_not(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with SpeechServer() as speech:
        urls = {"yandex_speechkit_url": speech.url, "yandex_operations_url": speech.url}
        async with running(**urls, model_prices="yandexgpt-lite=0/0", admin_users=str(anna.id)):
            answers(model, tokens=10)
            await chat.voice(anna, words="какая погода", duration_s=16)
            await chat.see("Ответ.")
            await chat.voice(anna, words="", duration_s=5)
            await chat.see("Я не расслышал ни слова")
            await chat.say(anna, "/usage")
            usage = await chat.see("Ваши вопросы")
            assert "вопросов 1, токенов 20, около 0,49 ₽" in usage.text
            assert "речь — 100 %" in usage.text


async def test_speech_that_was_handed_over_is_paid_for_though_nobody_waits_for_it(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with SpeechServer(looks=10_000) as speech:
        urls = {"yandex_speechkit_url": speech.url, "yandex_operations_url": speech.url}
        async with running(**urls, admin_users=str(anna.id)):
            await chat.voice(anna, words="длинно", duration_s=61)
            await speech.wait(received=1, step="operation")
            await chat.say(anna, "/stop")
            await chat.see("Остановлено")
            await chat.say(anna, "/usage")
            assert "около 0,81 ₽" in (await chat.see("Ваши вопросы")).text
            looks = sum(request.step == "operation" for request in speech.requests)
            speech.hang(step="operation")
            await chat.voice(anna, words="длинно", duration_s=61)
            await speech.wait(received=looks + 1, step="operation")
        async with running(**urls, admin_users=str(anna.id)):
            await chat.say(anna, "/usage")
            assert "около 1,63 ₽" in (await chat.see("Ваши вопросы")).text
    assert model.requests == []


async def test_a_short_voice_that_is_stopped_while_it_is_recognised_counts_as_paid_for(
    world: World, model: ModelServer, running: Running
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with SpeechServer() as speech:
        urls = {"yandex_speechkit_url": speech.url, "yandex_operations_url": speech.url}
        async with running(**urls, admin_users=str(anna.id)):
            speech.hang(step="short")
            await chat.voice(anna, words="коротко", duration_s=5)
            await speech.wait(received=1, step="short")
            await chat.say(anna, "/stop")
            await chat.see("Остановлено")
            await chat.say(anna, "/usage")
            assert "около 0,16 ₽" in (await chat.see("Ваши вопросы")).text
    assert model.requests == []


async def test_an_answer_that_is_stopped_on_its_way_is_paid_for(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES) as service:
        world.fail("sendMessage", retry_after_s=8)
        answers(model, tokens=1000)
        await chat.say(anna, "Вопрос?")
        await model.wait(received=1)

        async def paid() -> bool:
            return bool((await spent(service, clock)).rub)

        await comes(paid)
        await chat.say(anna, "/stop")
        await chat.say(anna, "/usage")
        assert "вопросов 1, токенов 1\u00a0010, около 1 ₽" in (await chat.see("Ваши вопросы")).text


async def spent(service: Service, clock: FastClock) -> Spent:
    today = Calendar(ZoneInfo("Europe/Moscow")).day(clock.now())
    return await service.store.ledger.spent(Whose(today, today))


def asked_tokens(model: ModelServer) -> int:
    """Of one request, by the estimate."""
    body = model.requests[-1].body
    return tokens_of(body["instructions"] + body["input"])


async def test_a_growing_answer_that_is_stopped_is_paid_for_by_the_estimate(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    """Nobody reads nearly all of an answer for nothing."""
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=True) as service:
        model.hold_stream("Слово за слово. " * 60)
        await chat.say(anna, "Вопрос?")
        growing = await chat.see("Слово за слово. Слово")
        await chat.press(anna, growing, "Остановить")
        await chat.see("(ответ остановлен)")
        sums = await spent(service, clock)
        assert (sums.questions, sums.estimated, sums.input_tokens) == (1, 1, asked_tokens(model))
        assert 100 < sums.output_tokens <= 320


@pytest.mark.parametrize(("command", "word"), [("/stop", "Остановлено"), ("/new", "Начинаем новый разговор")])
async def test_a_question_that_is_stopped_while_the_model_is_at_it_is_paid_for_by_the_estimate(
    world: World, model: ModelServer, running: Running, clock: FastClock, command: str, word: str
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=False) as service:
        model.hang()
        await chat.say(anna, "Вопрос?")
        await model.wait(received=1)
        await chat.say(anna, command)
        await chat.see(word)
        sums = await spent(service, clock)
        assert (sums.questions, sums.estimated) == (1, 1)
        assert (sums.input_tokens, sums.output_tokens) == (asked_tokens(model), 0)


async def test_requests_that_time_out_are_paid_for_by_the_estimate_and_their_question_once(
    world: World, model: ModelServer, running: Running, clock: FastClock
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=False, model_timeout_s=8) as service:
        model.hang(times=None)
        await chat.say(anna, "Вопрос?")
        await chat.see("Код ошибки")
        sums = await spent(service, clock)
        assert (sums.questions, sums.estimated, len(model.requests)) == (1, 2, 2)
        assert (sums.input_tokens, sums.output_tokens) == (2 * asked_tokens(model), 0)


@pytest.mark.parametrize("end", ["cut", "nothing", "error", "garbage"])
async def test_a_stream_that_breaks_is_paid_for_by_what_came(
    world: World, model: ModelServer, running: Running, clock: FastClock, end: End
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=True) as service:
        model.stream("Слово за слово. " * 60, end=end)
        answers(model, tokens=1000)
        await ask(chat, anna)
        await settled(service)
        sums = await spent(service, clock)
        assert (sums.questions, sums.estimated) == (1, 1)
        assert 1100 < sums.output_tokens <= 1320


@pytest.mark.parametrize("status", [400, 429, 500, 503])
async def test_a_request_that_is_refused_costs_nothing(
    world: World, model: ModelServer, running: Running, clock: FastClock, status: int
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(default_live=False) as service:
        model.fail(status, times=None)
        await chat.say(anna, "Вопрос?")
        await model.wait(received=1)
        if status == 400:
            await chat.see("Код ошибки")
        else:
            await chat.say(anna, "/stop")
            await chat.see("Остановлено")
        assert (await spent(service, clock)).questions == 0


async def test_a_search_is_paid_for(world: World, model: ModelServer, running: Running) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    async with running(model_prices=PRICES, default_search=True, admin_users=str(anna.id)):
        model.reply(
            lambda request: {
                **response_body(request, "Ответ.", found=["https://example.com/a"]),
                "usage": counted(1085),
            }
        )
        await ask(chat, anna)
        await chat.say(anna, "/usage")
        usage = await chat.see("Ваши вопросы")
        assert "вопросов 1, токенов 1\u00a0095, около 2 ₽" in usage.text
        assert "поиск — 46 %, речь — 0 %" in usage.text
