"""/recap: what one has missed, as an answer to a question about the talk."""

from __future__ import annotations

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.people import User
from bot.emulator.talk import Chat
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.test_listening import group, listen, people, told

__all__ = ["group"]


@pytest.fixture
def clock() -> FastClock:
    return FastClock(20)


async def recap(chat: Chat, who: User, model: ModelServer, written: str = "/recap") -> str:
    """What the model is given."""
    model.reply("Едут в субботу.")
    command = await chat.say(who, written)
    answer = await chat.see("Едут в субботу.")
    assert answer.reply_to_id == command.id
    given = model.requests[-1].body["input"]
    assert isinstance(given, str)
    return given


@pytest.mark.usefixtures("bot")
async def test_since_ones_own_last_message(group: Chat, model: ModelServer) -> None:
    anna, boris = people(group)
    await listen(group, anna)
    await group.say(anna, "раньше")
    await group.say(boris, "Куда едем?")
    await group.say(anna, "На дачу")
    await group.say(anna, "Кто за рулём?")
    given = await recap(group, boris, model)
    assert told(given) == ["«Анна»: На дачу", "«Анна»: Кто за рулём?"]
    for wanted in ("кто что сказал", "что решили", "какие вопросы остались открытыми"):
        assert wanted in given
    await group.say(boris, "/recap")
    await group.see("Пересказывать пока нечего")
    await group.say(anna, "Я за рулём")
    assert told(await recap(group, boris, model)) == ["«Анна»: Я за рулём"]
    assert len(model.requests) == 2


@pytest.mark.usefixtures("bot")
async def test_of_the_last_hours(group: Chat, model: ModelServer, clock: FastClock) -> None:
    anna, boris = people(group)
    await listen(group, anna)
    await group.say(anna, "вчерашнее")
    clock.skip(8 * 3600)
    await group.say(boris, "сегодняшнее")
    assert told(await recap(group, boris, model, "/recap 6")) == ["«Борис»: сегодняшнее"]
    assert len(told(await recap(group, boris, model, "/recap 12 ч"))) == 2
    clock.skip(7 * 3600)
    await group.say(boris, "/recap 6")
    await group.see("За это время я здесь ничего не слышал")
    for nonsense in ("/recap 0", "/recap 49", "/recap вчера", "/recap -1"):
        await group.say(boris, nonsense)
        await group.see("от 1 до 48")
    assert len(model.requests) == 2


@pytest.mark.usefixtures("bot")
async def test_where_nobody_lets_it_listen_it_says_so(group: Chat, model: ModelServer) -> None:
    anna, _ = people(group)
    await group.say(anna, "/recap")
    await group.see("Здесь я разговора не слышу")
    assert model.requests == []


async def test_it_counts_as_a_question(group: Chat, model: ModelServer, running: Running) -> None:
    anna, boris = people(group)
    async with running(user_rate_per_min=1):
        await listen(group, anna)
        await group.say(anna, "На дачу")
        await recap(group, boris, model)
        await group.say(anna, "В субботу")
        await group.say(boris, "/recap")
        await group.see("Вы спрашиваете быстрее")
    assert len(model.requests) == 1


async def test_killed_before_its_answer_it_is_answered_after_the_start(
    group: Chat, model: ModelServer, running: Running
) -> None:
    anna, boris = people(group)
    async with running():
        await listen(group, anna)
        await group.say(anna, "На дачу")
        model.hang()
        await group.say(boris, "/recap")
        await model.wait(received=1)
    model.clear()
    model.reply("Едут.")
    async with running():
        await group.see("Едут.")
    assert told(str(model.requests[-1].body["input"])) == ["«Анна»: На дачу"]
