"""Messages redrawn at presses, in the emulator: the newest look stands, and none is drawn for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.delivery.flood import FloodControl, Priority
from bot.delivery.redrawing import Redraws
from bot.delivery.transport import Transport
from bot.delivery.waiting import on_flood_wait
from bot.emulator.people import Message
from bot.emulator.talk import Chat
from bot.emulator.world import World
from tests.clocks import FastClock, until

BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with World() as world:
        yield world


@pytest_asyncio.fixture
async def bot(world: World) -> AsyncIterator[ExtBot[Priority]]:
    bot: ExtBot[Priority] = ExtBot(
        world.token,
        base_url=f"{world.url}/bot",
        request=Transport(),
        get_updates_request=Transport(),
        rate_limiter=FloodControl(per_s=30, clock=FastClock(50)),
    )
    async with bot:
        yield bot


@pytest_asyncio.fixture
async def chat(world: World) -> Chat:
    anna = world.user("Аня")
    chat = world.private(anna)
    await chat.say(anna, "привет")
    return chat


@pytest_asyncio.fixture
async def menu(chat: Chat, bot: ExtBot[Priority]) -> Message:
    await bot.send_message(chat.id, "меню", reply_markup=BUTTON)
    return await chat.see("меню")


async def test_a_look_that_stands_is_not_drawn_again_and_a_keyboard_is_part_of_it(
    chat: Chat, menu: Message, bot: ExtBot[Priority], world: World
) -> None:
    redraws = Redraws(bot)
    for keyboard in (BUTTON, BUTTON, None, None, BUTTON):
        await redraws.draw(chat.id, menu.id, "страница", keyboard)
    assert len(world.called("editMessageText")) == 3
    assert (menu.text, len(menu.buttons)) == ("страница", 1)


async def test_of_looks_that_wait_only_the_newest_is_drawn_and_all_return(
    chat: Chat, menu: Message, bot: ExtBot[Priority], world: World
) -> None:
    """Each of those who wait is told so: their lanes go on meanwhile."""
    redraws, told = Redraws(bot), 0
    world.fail("editMessageText", retry_after_s=20)

    def waits() -> None:
        nonlocal told
        told += 1

    async def draw(number: int) -> None:
        with on_flood_wait(waits):
            await redraws.draw(chat.id, menu.id, f"страница {number}", None)

    drawing = []
    for number in range(5):
        drawing.append(asyncio.create_task(draw(number)))
        await until(lambda number=number: told > number)  # type: ignore[misc]
    await asyncio.gather(*drawing)
    assert menu.text == "страница 4"
    assert [call.params["text"] for call in world.called("editMessageText")] == ["страница 0", "страница 4"]


async def test_no_answer_waits_for_a_menu_that_telegram_holds_back(
    chat: Chat, menu: Message, bot: ExtBot[Priority], world: World
) -> None:
    world.fail("editMessageText", retry_after_s=3600)
    drawing = asyncio.create_task(Redraws(bot).draw(chat.id, menu.id, "страница", None))
    await until(lambda: world.called("editMessageText"))
    await bot.send_message(chat.id, "ответ")
    await chat.see("ответ")
    assert not drawing.done()
    drawing.cancel()
    await asyncio.wait({drawing})


async def test_what_telegram_refuses_is_the_callers_affair_and_may_be_tried_again(
    chat: Chat, menu: Message, bot: ExtBot[Priority], world: World
) -> None:
    redraws = Redraws(bot)
    world.fail("editMessageText", status=400, description="Bad Request: strange")
    with pytest.raises(BadRequest):
        await redraws.draw(chat.id, menu.id, "страница", None)
    await redraws.draw(chat.id, menu.id, "страница", None)
    assert menu.text == "страница"
    await chat.delete(menu)
    await redraws.draw(chat.id, menu.id, "другая", None)


async def test_who_is_cancelled_draws_nothing_more(
    chat: Chat, menu: Message, bot: ExtBot[Priority], world: World
) -> None:
    redraws = Redraws(bot)
    world.fail("editMessageText", retry_after_s=3600)
    drawing = asyncio.create_task(redraws.draw(chat.id, menu.id, "страница", None))
    await until(lambda: world.called("editMessageText"))
    drawing.cancel()
    await asyncio.wait({drawing})
    assert drawing.cancelled()
    assert menu.text == "меню"


async def test_of_many_messages_the_first_are_forgotten(
    chat: Chat, bot: ExtBot[Priority], world: World
) -> None:
    redraws = Redraws(bot, remembered=2)
    menus = [(await bot.send_message(chat.id, "меню")).message_id for _ in range(3)]
    for message_id in menus:
        await redraws.draw(chat.id, message_id, "страница", None)
    assert len(world.called("editMessageText")) == 3
    for message_id in menus[1:]:
        await redraws.draw(chat.id, message_id, "страница", None)
    assert len(world.called("editMessageText")) == 3, "they are known to stand"
    await redraws.draw(chat.id, menus[0], "страница", None)
    assert len(world.called("editMessageText")) == 4
