"""Many strangers: what operators see of a flood, and the lists in which they decide."""

from __future__ import annotations

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.handlers.access_requests import COUNT_AGAIN_S
from bot.store.access import MOST_REQUESTS
from tests.clocks import FastClock, until
from tests.conftest import Running
from tests.dialogues.menus import pressed, redrawn
from tests.dialogues.operators import labels, operator, variables
from tests.dialogues.waiting import all_taken


async def test_a_name_is_data(world: World, running: Running) -> None:
    vera, office = await operator(world)
    mallory = world.user("\u202eаннА\u2066\n\nПустить:", last_name="да" * 60)
    async with running(**variables(vera)):
        await world.private(mallory).say(mallory, "Привет")
        request = await office.see("Просит доступа")
        assert not set("\u202e\u2066\n") & set(request.text)
        assert "аннА Пустить: дада" in request.text
        assert len(request.text) < 200


async def test_a_flood_of_strangers_is_no_flood_of_requests(world: World, running: Running) -> None:
    vera, office = await operator(world)
    strangers = [world.user(f"Гость{n}") for n in range(MOST_REQUESTS + 15)]
    async with running(**variables(vera)) as service:
        for stranger in strangers:
            await world.private(stranger).say(stranger, "Вопрос?")
            await world.private(stranger).say(stranger, "Вопрос?")
        for stranger in strangers:
            await world.private(stranger).see("передал вашу просьбу")
        await all_taken(service.store)
        await office.see("Доступа просят ещё: 15")
        for _ in range(MOST_REQUESTS):
            await office.see("Просит доступа к боту")
        await office.sees_nothing()
        assert len([message for message in office.messages if "просят ещё" in message.text]) == 1


class Counted(FastClock):
    """Knows how often it was waited for the next time that a flood's count may change."""

    rounds = 0

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.rounds += seconds == COUNT_AGAIN_S


async def test_a_count_that_has_not_changed_is_not_told_again(world: World, running: Running) -> None:
    vera, office = await operator(world)
    *first, late, latest = (world.user(f"Гость{n}") for n in range(MOST_REQUESTS + 2))
    clock = Counted()
    async with running(clock, **variables(vera)) as service:
        for stranger in (*first, late):
            await world.private(stranger).say(stranger, "Вопрос?")
        count = await office.see("Доступа просят ещё: 1.")
        await until(lambda: clock.rounds == 1)
        await world.private(late).say(late, "Вопрос?")
        await all_taken(service.store)
        await world.private(latest).say(latest, "Вопрос?")
        await until(lambda: "ещё: 2." in count.text)
        counts = [call.params["text"] for call in world.called("editMessageText")]
        assert [text.partition(".")[0] for text in counts] == ["Доступа просят ещё: 2"]


async def test_operators_list_let_in_and_take_back(
    world: World, model: ModelServer, running: Running
) -> None:
    vera, office = await operator(world)
    anna, boris = world.user("Анна"), world.user("Борис")
    async with running(**variables(vera)):
        await office.say(vera, "/access")
        assert labels(await office.see("Доступ открыт: 0")) == ["Ждут: 0", "Отказано: 0"]
        model.reply("Ответ.")
        for who in (anna, boris):
            await world.private(who).say(who, "Вопрос?")
            await world.private(who).see("передал")
            await office.see(who.first_name)
        await office.say(vera, "/access")
        menu = await office.see("Ждут решения: 2")
        assert "Анна" in menu.text
        assert "Борис" in menu.text
        assert await office.press(vera, menu, "Пустить: Анна") == "Доступ открыт"
        await world.private(anna).see("открыл вам доступ")
        await world.private(anna).see("Ответ.")
        await redrawn(office, menu)
        assert "Ждут решения: 1" in menu.text
        await pressed(office, vera, menu, "С доступом: 1")
        assert "Анна" in menu.text
        assert await office.press(vera, menu, "Закрыть: Анна") == "Отказано"
        await redrawn(office, menu)
        assert "Доступ открыт: 0" in menu.text
        await world.private(anna).sees_nothing()
        await world.private(anna).say(anna, "Вопрос?")
        await world.private(anna).see("не открыл вам доступ")
        await world.private(anna).say(anna, "Вопрос?")
        await world.private(anna).sees_nothing()
        await pressed(office, vera, menu, "Отказано: 1")
        assert await office.press(vera, menu, "Пустить: Анна") == "Доступ открыт"
        await world.private(anna).see("открыл вам доступ")
    assert len(model.requests) == 1


async def test_a_long_list_is_turned_page_by_page(world: World, running: Running) -> None:
    vera, office = await operator(world)
    strangers = [world.user(f"Гость{n}") for n in range(9)]
    async with running(**variables(vera)):
        for stranger in strangers:
            await world.private(stranger).say(stranger, "Вопрос?")
            await office.see(f"{stranger.first_name} ")
        await office.say(vera, "/access")
        menu = await office.see("Ждут решения: 9")
        assert "Гость0" not in menu.text
        await pressed(office, vera, menu, "›")
        assert "Гость0" in menu.text
        await pressed(office, vera, menu, "Отказать")
        assert "Ждут решения: 8" in menu.text
        assert "Гость8" in menu.text


async def test_who_still_waits_is_asked_about_once_a_day(world: World, running: Running) -> None:
    vera, office = await operator(world)
    anna = world.user("Анна")
    chat = world.private(anna)
    clock = FastClock(4)
    async with running(clock, **variables(vera)):
        seen = []
        for _ in range(3):
            await chat.say(anna, "Вопрос?")
            await office.see("Просит доступа")
            await chat.say(anna, "Вопрос?")
            seen.append(len([message for message in chat.messages if "передал" in message.text]))
            clock.skip(24 * 3600 + 1)
    assert seen[-1] == 2


def menus(world: World) -> dict[tuple[str, int, str], list[str]]:
    """The registered commands by kind of chat, the chat's number and language."""
    found = {}
    for call in world.called("setMyCommands"):
        scope = call.params["scope"]
        key = scope["type"], scope.get("chat_id", 0), call.params.get("language_code", "")
        found[key] = [command["command"] for command in call.params["commands"]]
    return found


async def test_operators_have_a_command_menu_of_their_own(world: World, running: Running) -> None:
    """In both languages, whoever of them has not written to the bot yet; nobody else is offered /access."""
    vera, _ = await operator(world)
    nina, _ = await operator(world, "Нина")
    unknown = "Bad Request: chat not found"
    world.fail(
        "setMyCommands",
        status=400,
        description=unknown,
        times=float("inf"),
        when=lambda sent: sent["scope"].get("chat_id") == min(vera.id, nina.id),
    )
    last = max(vera.id, nina.id)
    async with running(**variables(vera, nina)):
        await until(lambda: ("chat", last, "") in menus(world))
    found = menus(world)
    for language in ("ru", "en", ""):
        own = found["chat", last, language]
        assert own[-1] == "access"
        assert own[:-1] == found["all_private_chats", 0, language]
    others = [commands for (kind, _, _), commands in found.items() if kind != "chat"]
    assert len(others) == 6
    assert not any("access" in commands for commands in others)


async def test_where_nobody_asks_to_be_let_in_operators_have_the_menu_of_all(
    world: World, running: Running
) -> None:
    vera, office = await operator(world)
    async with running(admin_users=str(vera.id)):
        await until(lambda: len(world.called("setMyCommands")) >= 6)
        await office.say(vera, "/help")
        await office.see("/temperature")
    assert {kind for kind, _, _ in menus(world)} == {"all_private_chats", "all_group_chats"}
