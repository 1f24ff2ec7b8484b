"""What becomes of an answer when Telegram breaks off, refuses it, or the bot is stopped meanwhile."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.dialogues.pressure import until_said
from tests.dialogues.waiting import comes


async def test_an_answer_whose_fate_stays_unknown_is_not_lost(
    running: Running, world: World, model: ModelServer
) -> None:
    """Every connection breaks, for long, before anything was done with the send: it comes once."""
    anna = world.user("Анна")
    chat = world.private(anna)

    def answer(_body: object) -> str:
        world.fail("*", drop="before", times=float("inf"))
        return "Потому что."

    model.reply(answer)
    async with running(FastClock(10)):
        await chat.say(anna, "Почему снег белый?")
        await until(lambda: len(world.called("getMe")) >= 5)
        dropped = [call for call in world.called("sendMessage") if call.dropped]
        assert [call.params["text"] for call in dropped if NOTICE not in call.params["text"]] == [
            "Потому что."
        ]
        world.mend()
        await chat.see("Потому что.")
        await until_said(chat, ["Потому что."])  # a slow machine may have brought the notice before it
    assert standing(chat) == ["Потому что."]
    assert len(model.requests) == 1


NOTICE = "Отвечаю на ваш вопрос"
SHORT = "Telegram не подтвердил"
SHOW = "Показать ответ ещё раз"


def standing(chat: Chat) -> list[str]:
    """What the bot's messages say, each by its first words."""
    return [message.text[: len(SHORT)] for message in chat.messages if message.author == "YandexGPT"]


@pytest.mark.parametrize(
    ("fates", "stands"),
    [
        (["before"], ["Потому что."]),
        (["after"], ["Потому что."] * 2),
        (["after", "before"], ["Потому что."] * 2),
        (["before", "before", "before"], [SHORT]),
        (["after", "before", "after"], ["Потому что.", "Потому что.", SHORT]),
        (["before", "before", "before", "after", "before"], [SHORT] * 2),
    ],
)
async def test_connections_that_break_in_a_row_lose_no_answer(
    running: Running,
    world: World,
    model: ModelServer,
    fates: list[Literal["before", "after"]],
    stands: list[str],
) -> None:
    """From the fourth try on it is a short message, whose button puts the answer in its place."""
    model.reply("Потому что.")
    anna = world.user("Анна")
    chat = world.private(anna)
    for fate in fates:
        world.fail("sendMessage", drop=fate)
    async with running(FastClock(12)) as service:
        await chat.say(anna, "Почему снег белый?")

        async def ended() -> bool:
            return (
                len(world.called("sendMessage")) > len(fates) and not await service.store.turns.unfinished()
            )

        await comes(ended)
        assert standing(chat) == stands
        last = chat.messages[-1]
        if stands[-1] == SHORT:
            assert await chat.press(anna, last, SHOW) == ""
            await chat.see(lambda seen: (seen.id, seen.text) == (last.id, "Потому что."))
        assert [button["text"] for button in chat.messages[-1].buttons] == ["Другой ответ"]
        model.reply("Лёд прозрачный.")
        await chat.say(anna, "А лёд?")
        await chat.see("Лёд прозрачный.")
    assert len(model.requests) == 2


async def test_a_press_of_what_telegram_never_acknowledges_shows_the_answer(
    running: Running, world: World, model: ModelServer
) -> None:
    """The reply to every send is lost: it is the press that tells that the message stands."""
    model.reply("Потому что.")
    anna = world.user("Анна")
    chat = world.private(anna)
    world.fail("sendMessage", drop="after", times=float("inf"))
    async with running(FastClock(12)) as service:
        await chat.say(anna, "Почему снег белый?")
        for _ in range(3):
            await chat.see("Потому что.")
        first = await chat.see(SHORT)
        second = await chat.see(SHORT)
        await chat.press(anna, second, SHOW)
        await chat.see(lambda seen: (seen.id, seen.text) == (second.id, "Потому что."))

        async def ended() -> bool:
            return not await service.store.turns.unfinished()

        await comes(ended)
        await chat.press(anna, first, SHOW)
        await chat.sees_gone(first)
        assert second.id in {message.id for message in chat.messages}


async def test_the_button_outlives_a_restart_and_further_questions_but_not_forget(
    running: Running, world: World, model: ModelServer
) -> None:
    model.reply("Потому что.")
    model.reply("Лёд прозрачный.", times=None)
    anna = world.user("Анна")
    chat = world.private(anna)
    world.fail("sendMessage", drop="before", times=float("inf"))

    def tried() -> bool:
        return any(SHORT in call.params["text"] for call in world.called("sendMessage"))

    async with running(FastClock(12)):
        await chat.say(anna, "Почему снег белый?")
        await until(tried)
    world.mend()
    async with running(FastClock(12)):
        short = await chat.see(SHORT)
        await chat.say(anna, "А лёд?")
        await chat.see("Лёд прозрачный.")
        await chat.press(anna, short, SHOW)
        answer = await chat.see("Потому что.")
        assert (answer.id, answer.buttons) == (short.id, [])
        world.fail("sendMessage", drop="before", times=3)
        await chat.say(anna, "А град?")
        short = await chat.see(SHORT)
        await chat.say(anna, "/forget")
        asked = await chat.see("Удалить")
        await chat.press(anna, asked, "Удалить всё")
        assert await chat.press(anna, short, SHOW) == "Эта кнопка устарела."
    assert len(model.requests) == 3


async def test_a_line_that_tells_of_a_failure_is_repeated_until_it_is_acknowledged(
    running: Running, world: World, model: ModelServer
) -> None:
    model.fail(401)
    anna = world.user("Анна")
    chat = world.private(anna)
    world.fail("sendMessage", drop="before", times=7)
    async with running(FastClock(12)):
        await chat.say(anna, "Почему снег белый?")
        failure = await chat.see("не могу обратиться к модели")
        assert [button["text"] for button in failure.buttons] == ["Повторить"]
        await chat.sees_nothing()


async def test_an_answer_that_telegram_refuses_ends_in_a_failure_that_is_told(
    running: Running, world: World, model: ModelServer
) -> None:
    model.reply("Потому что.", times=None)
    anna = world.user("Анна")
    chat = world.private(anna)
    refused = world.fail(
        "sendMessage",
        status=400,
        description="Bad Request: message is of a kind that nobody knows",
        times=float("inf"),
        when=lambda params: "Потому" in params["text"],
    )
    async with running(FastClock(20)):
        await chat.say(anna, "Почему снег белый?")
        failure = await chat.see(lambda message: "Повторить" in [each["text"] for each in message.buttons])
        assert "Потому" not in failure.text
        assert refused.met == 1
        world.mend()
        await chat.press(anna, failure, failure.buttons[0]["text"])
        await chat.see("Потому что.")


async def test_a_chat_in_which_nothing_is_taken_goes_on_when_it_is(
    running: Running, world: World, model: ModelServer
) -> None:
    """Not even the failure can be told: the turn is over, and the next question is answered."""
    model.reply("Потому что.", times=None)
    anna = world.user("Анна")
    chat = world.private(anna)
    refused = world.fail("sendMessage", status=400, description="Bad Request: no", times=float("inf"))
    async with running(FastClock(20)):
        await chat.say(anna, "Почему снег белый?")
        await until(lambda: refused.met == 2)
        world.mend()
        await chat.say(anna, "А лёд?")
        await chat.see("Потому что.")
        await chat.sees_nothing()


async def test_a_part_under_way_when_the_bot_is_stopped_is_not_sent_again(
    running: Running, world: World, model: ModelServer
) -> None:
    """The send is seen through and recorded; the parts after it come with the next start."""
    model.reply("\n\n".join(f"Абзац {n}. " + "слово " * 150 for n in range(12)), times=None)
    anna = world.user("Анна")
    chat = world.private(anna)
    world.fail("sendMessage", delay_s=0.5)
    async with running(FastClock(1)) as service:
        await chat.say(anna, "Расскажи подробно")
        await until(lambda: world.called("sendMessage"))
        await service.stop(0.1)
    assert [call.ok for call in world.called("sendMessage")] == [True]
    async with running(FastClock(1)):
        await chat.see("Абзац 11.")
        await asyncio.sleep(0.1)
    texts = [message.text for message in chat.messages if message.author == "YandexGPT"]
    assert len(texts) == len(set(texts)) >= 3
    assert len(model.requests) == 1
