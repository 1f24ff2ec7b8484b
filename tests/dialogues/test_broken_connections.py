"""What becomes of an answer when Telegram breaks off, refuses it, or the bot is stopped meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.clocks import FastClock, until
from tests.dialogues.waiting import comes

if TYPE_CHECKING:
    from bot.emulator.model import ModelServer
    from bot.emulator.world import World
    from tests.conftest import Running


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
        assert len([call for call in world.called("sendMessage") if call.dropped]) == 1
        world.mend()
        await chat.see("Потому что.")
        await chat.sees_nothing()
    assert len(model.requests) == 1


async def test_an_answer_whose_replies_are_all_lost_comes_twice_at_most_and_ends(
    running: Running, world: World, model: ModelServer
) -> None:
    model.reply("Потому что.")
    anna = world.user("Анна")
    chat = world.private(anna)
    world.fail("sendMessage", drop="after", times=float("inf"))
    async with running(FastClock(60)) as service:
        await chat.say(anna, "Почему снег белый?")
        await chat.see("Потому что.")
        await chat.see("Потому что.")

        async def ended() -> bool:
            return not await service.store.turns.unfinished()

        await comes(ended)
        world.mend()
        model.reply("Лёд прозрачный.")
        await chat.say(anna, "А лёд?")
        await chat.see("Лёд прозрачный.")
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
        failure = await chat.see(lambda message: bool(message.buttons))
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
