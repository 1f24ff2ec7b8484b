"""The wire: its record, trouble on cue, flood limits, and faults against the schema."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.emulator import declarations
from bot.emulator.flood import FloodRules
from bot.emulator.methods import METHODS
from bot.emulator.talk import Chat
from bot.emulator.wire import Call
from bot.emulator.world import World
from tests.clocks import ManualClock
from tests.emulator.client import Bot, RefusedError, bot_of

Json = dict[str, Any]


async def test_every_call_is_recorded(world: World, chat: Chat, bot: Bot) -> None:
    await bot.call("sendMessage", chat_id=chat.id, text="Да")
    await bot.refused(400, "Bad Request: chat not found", "sendMessage", chat_id=1, text="Да")
    taken, refused = world.called("sendMessage")
    assert (taken.params["text"], taken.result["text"], taken.ok) == ("Да", "Да", True)
    assert refused.refusal is not None
    assert (refused.refusal.status, refused.ok) == (400, False)


async def test_a_call_fails_on_cue_as_often_as_told(world: World, chat: Chat, bot: Bot) -> None:
    world.fail("sendMessage", retry_after_s=7, when=lambda params: params["text"] == "Да")
    failure = world.fail("*", status=502, description="Bad Gateway", times=2)
    parameters = await bot.refused(
        429, "Too Many Requests: retry after 7", "sendMessage", chat_id=chat.id, text="Да"
    )
    assert parameters == {"retry_after": 7}
    await bot.refused(502, "Bad Gateway", "sendMessage", chat_id=chat.id, text="Нет")
    await bot.refused(502, "Bad Gateway", "getMe")
    assert failure.met == 2
    await bot.call("sendMessage", chat_id=chat.id, text="Нет")
    assert [shown.message["text"] for shown in chat.unseen()] == ["Нет"]


async def test_trouble_lasts_until_mended(world: World, bot: Bot) -> None:
    world.fail("*", status=500, times=float("inf"))
    for _ in range(3):
        await bot.refused(500, "Internal Server Error", "getMe")
    world.mend()
    assert (await bot.call("getMe"))["id"] == world.me.id


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_connection_drops_before_or_after_the_effect(
    world: World, chat: Chat, bot: Bot, when: Any
) -> None:
    world.fail("sendMessage", drop=when)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.call("sendMessage", chat_id=chat.id, text="Да")
    assert len(chat.unseen()) == (when == "after")
    assert world.called("sendMessage")[0].dropped == when


async def test_a_proxys_page_instead_of_an_answer(world: World, bot: Bot) -> None:
    world.fail("getMe", status=502, body="<html>")
    world.fail("getMe", body="<html>")
    for status in (502, 200):
        async with bot.session.get(f"{world.url}/bot{world.token}/getMe") as response:
            assert (response.status, await response.text()) == (status, "<html>")


async def test_a_delay_passes_on_the_worlds_clock() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        arrived = asyncio.Event()
        world.on("call:getMe:before", lambda _: arrived.set())
        world.fail("getMe", delay_s=100)
        call = asyncio.create_task(bot.call("getMe"))
        await arrived.wait()
        await clock.advance(99)
        assert not world.calls[0].done
        await clock.advance(1)
        assert (await call)["is_bot"]


async def test_listeners_hear_calls_updates_and_rooms(world: World, bot: Bot) -> None:
    heard: list[str] = []

    async def after(call: Call) -> None:
        await asyncio.sleep(0)
        heard.append(f"{call.method} {call.done}")

    world.on("call:before", lambda call: heard.append(call.method))
    world.on("call:sendMessage:after", after)
    forget = world.on("update", lambda update: heard.append(update["message"]["text"]))
    world.on("room", lambda room, verb, _: heard.append(f"{room.type} {verb}"))
    anna = world.user("Анна")
    await world.private(anna).say(anna, "Привет")
    forget()
    await bot.call("sendMessage", chat_id=anna.id, text="Да")
    assert heard == ["private sent", "Привет", "sendMessage", "private sent", "sendMessage True"]


async def test_floods_are_held_back_by_chat_and_overall() -> None:
    clock = ManualClock()
    async with World(clock) as world, bot_of(world) as bot:
        people = [world.user(f"Анна {number}") for number in range(12)]
        group = world.group("Группа", members=people)
        for who in people:
            await world.private(who).say(who, "Привет")
        assert world.flood is None
        world.flood = FloodRules(overall_per_s=30)

        async def send(chat_id: int) -> int:
            """Seconds to wait; 0 when it was sent."""
            try:
                await bot.call("sendMessage", chat_id=chat_id, text="Да")
            except RefusedError as refused:
                return int(refused.parameters["retry_after"])
            return 0

        assert [await send(people[0].id) for _ in range(4)] == [0, 0, 0, 3]
        await clock.advance(3)
        assert await send(people[0].id) == 0
        assert [await send(who.id) for who in people[1:] for _ in range(3)][-5:] == [0, 1, 1, 1, 1]
        await clock.advance(60)
        assert [await send(group.id) for _ in range(21)] == [0] * 20 + [60]
        sent = group.messages[0]
        await clock.advance(10)
        with pytest.raises(RefusedError, match="retry after 50"):
            await bot.call("editMessageText", chat_id=group.id, message_id=sent.id, text="Нет")
        await bot.call("sendChatAction", chat_id=group.id, action="typing")
        await clock.advance(50)
        assert await send(group.id) == 0


async def post(world: World, bot: Bot, method: str, **request: Any) -> Json:
    async with bot.session.post(f"{world.url}/bot{world.token}/{method}", **request) as response:
        answer: Json = await response.json()
    return answer


@pytest.mark.parametrize(
    ("method", "params", "fault"),
    [
        ("sendMessage", {"colour": "red"}, "sendMessage: colour: unknown field"),
        ("sendMessage", {"message_thread_id": "x"}, "sendMessage: message_thread_id: 'x' is not int"),
        ("sendMessage", {"message_thread_id": True}, "sendMessage: message_thread_id: True is not int"),
        ("sendMessage", {"entities": {}}, "sendMessage: entities: {} is not a list"),
        (
            "sendMessage",
            {"entities": [{"type": "bold", "offset": 0, "length": 1, "size": 2}]},
            "sendMessage: entities[0].size: unknown field of MessageEntity",
        ),
        (
            "sendMessage",
            {"reply_parameters": {"chat_id": 1}},
            "sendMessage: reply_parameters.message_id: required field of ReplyParameters is missing",
        ),
        (
            "sendMessage",
            {"reply_markup": {"inline_keyboard": [["x"]]}},
            "sendMessage: reply_markup.inline_keyboard[0][0]: 'x' is not InlineKeyboardButton",
        ),
        ("sendMessage", {"chat_id": "anna"}, "sendMessage: chat_id: 'anna' is not chat"),
        ("sendMessage", {"parse_mode": "HTML"}, "sendMessage: parse_mode: not modelled: entities are"),
        ("getChat", {}, "getChat: chat_id: required field is missing"),
    ],
)
async def test_faults_against_the_schema(method: str, params: Json, fault: str) -> None:
    async with World() as world, bot_of(world) as bot:
        anna = world.user("Анна")
        await world.private(anna).say(anna, "Привет")
        whole = {"chat_id": anna.id, "text": "Да"} | params if method == "sendMessage" else params
        await post(world, bot, method, json=whole)
        assert fault in world.faults
        world.faults.clear()


def test_what_is_declared_is_served() -> None:
    assert declarations.METHODS.keys() - {"getUpdates"} == METHODS.keys()


async def test_a_fault_fails_the_test_that_made_it() -> None:
    async def set_mood() -> None:
        async with World() as world, bot_of(world) as bot:
            answer = await post(world, bot, "setMood")
            assert answer == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}

    with pytest.raises(AssertionError, match="setMood: unknown method"):
        await set_mood()


async def test_a_body_that_is_no_object_is_refused(world: World, bot: Bot) -> None:
    for body in ("[1]", "{"):
        answer = await post(world, bot, "getMe", data=body, headers={"Content-Type": "application/json"})
        assert answer["error_code"] == 400


async def test_forms_and_queries_carry_typed_values(world: World, chat: Chat, bot: Bot) -> None:
    keyboard = json.dumps({"inline_keyboard": [[{"text": "А", "callback_data": "a"}]]})
    form = {"chat_id": str(chat.id), "text": "1", "reply_markup": keyboard, "protect_content": "true"}
    assert (await post(world, bot, "sendmessage", data=form))["ok"]
    assert (await chat.see("1")).buttons[0]["text"] == "А"
    assert (await post(world, bot, "getChat", params={"chat_id": chat.id}))["result"]["type"] == "private"
    params = world.called("sendMessage")[0].params
    assert (params["chat_id"], params["protect_content"]) == (chat.id, True)


async def test_a_bug_of_the_emulator_is_not_hidden_as_a_refusal(world: World, chat: Chat, bot: Bot) -> None:
    del world.state.bot["id"]
    url = f"{world.url}/bot{world.token}/getChatMember"
    async with bot.session.get(url, params={"chat_id": chat.id, "user_id": chat.id}) as answer:
        assert answer.status == 500
    assert world.faults == ["getChatMember: the emulator failed: KeyError('id')"]
    world.faults.clear()
