"""A database that takes no writes for a while: updates stay at Telegram, and what is told is remembered."""

from __future__ import annotations

from pathlib import Path

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.databases import Databases
from tests.dialogues.pressure import questions, until_said


async def test_while_the_disk_is_full_updates_wait_at_telegram_and_are_answered_when_it_is_not(
    world: World, model: ModelServer, running: Running, tmp_path: Path, databases: Databases
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.reply("Раз.")
    model.reply("Два.")
    async with running() as service:
        await chat.say(anna, "Первый")
        await until_said(chat, ["Раз."])
        with databases.unwritable(tmp_path):
            await chat.say(anna, "Второй")
            await until(service.store.database.healthy)
            assert (await service.bot.get_webhook_info()).pending_update_count == 1
            assert questions(model) == ["Первый"]
        await until_said(chat, ["Раз.", "Два."])
        assert service.store.database.healthy() is None
        assert (await service.bot.get_webhook_info()).pending_update_count == 0
    assert questions(model) == ["Первый", "Второй"]


async def test_a_notice_that_came_while_nothing_could_be_written_leaves_when_the_answer_comes(
    world: World, model: ModelServer, running: Running, tmp_path: Path, databases: Databases
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    answer = model.hold("Ответ.")
    async with running(FastClock(20), model_timeout_s=600, answer_deadline_s=600) as service:
        await chat.say(anna, "Вопрос")
        await model.wait(received=1)
        with databases.unwritable(tmp_path):
            await chat.see("Отвечаю на ваш вопрос…")
            await until(service.store.database.healthy)
        answer.set()
        await until_said(chat, ["Ответ."])
