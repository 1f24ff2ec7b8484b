"""The bot comes into a group, says what works, and goes again."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.values import Conversation
from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.service import Service
from tests.dialogues.waiting import comes
from tests.store.questions import overrides_of

Json = dict[str, Any]
PRIVACY = "режим приватности"


@pytest.mark.usefixtures("bot")
async def test_on_being_added_it_says_what_works_in_the_adders_language(world: World) -> None:
    anna, bob = world.user("Анна"), world.user("Bob", language="en")
    russian = world.group("Погода", owner=anna, with_bot=False)
    english = world.supergroup("Weather", owner=bob, with_bot=False)

    world.add_bot(russian, by=anna)
    hello = await russian.see(f"@{world.bot['username']}")
    assert PRIVACY in hello.text
    assert "@BotFather" in hello.text
    assert "/settings" in hello.text

    world.add_bot(english, by=bob)
    assert "privacy mode is on" in (await english.see("Hello!")).text


@pytest.mark.usefixtures("bot")
async def test_what_it_says_depends_on_what_it_can_do_there(world: World) -> None:
    bob = world.user("Bob", language="en")
    admins = world.supergroup("Admin", owner=bob, with_bot=False, topics=["General", "Rain"])
    world.add_bot(admins, by=bob, admin=True)
    hello = (await admins.see("Hello!")).text
    assert "I see all messages of this group" in hello
    assert "Each topic has a conversation" in hello
    assert "I may not send files here" not in hello

    world.state.reads_all = True  # switched in @BotFather while the bot runs
    hearing = world.group("All", owner=bob, with_bot=False)
    world.add_bot(hearing, by=bob)
    hello = (await hearing.see("Hello!")).text
    assert "I see all messages of this group" in hello
    assert "Each topic" not in hello


@pytest.mark.usefixtures("bot")
async def test_where_it_may_not_send_files_it_says_so(world: World) -> None:
    bob = world.user("Bob", language="en")
    group = world.supergroup("Strict", owner=bob, with_bot=False)
    world.restrict(group, world.me, by=bob, can_send_documents=False)
    hello = (await group.see("Hello!")).text
    assert "I may not send files here" in hello
    assert "I may not react" not in hello


@pytest.mark.usefixtures("bot")
async def test_where_it_may_not_react_it_says_so(world: World) -> None:
    bob = world.user("Bob", language="en")
    group = world.supergroup("Strict", owner=bob, with_bot=False)
    world.restrict(group, world.me, by=bob, can_react_to_messages=False)
    hello = (await group.see("Hello!")).text
    assert "I may not react to messages here" in hello
    assert "I may not send files" not in hello


@pytest.mark.usefixtures("bot")
async def test_where_it_may_not_write_the_adder_is_told_and_the_group_once_it_may(world: World) -> None:
    bob, stranger = world.user("Bob", language="en"), world.user("Анна")
    await world.private(bob).say(bob, "/start")
    await world.private(bob).see("Hello!")
    group = world.supergroup("Quiet", owner=bob, admins=[stranger], with_bot=False)
    group.room.muted = True
    world.add_bot(group, by=bob)
    assert "make me an admin" in (await world.private(bob).see("added to the group “Quiet”")).text
    world.remove_bot(group, by=bob)
    world.add_bot(group, by=stranger)  # who has never written to the bot
    await group.sees_nothing()
    world.promote(group, world.me, by=bob)
    await group.see("Hello!")
    world.demote(group, world.me, by=bob)
    world.promote(group, world.me, by=bob)
    await group.sees_nothing()


@pytest.mark.usefixtures("bot")
async def test_promotions_do_not_make_it_say_it_again(world: World) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Погода", owner=anna, with_bot=False)
    world.add_bot(group, by=anna)
    await group.see("Здравствуйте")
    for _ in range(2):
        world.promote(group, world.me, by=anna)
        world.demote(group, world.me, by=anna)
    await group.sees_nothing()


@pytest.mark.usefixtures("bot")
async def test_a_promotion_where_it_never_introduced_itself_does(world: World) -> None:
    anna = world.user("Анна")
    group = world.supergroup("Погода", owner=anna)
    world.promote(group, world.me, by=anna)
    await group.see("Здравствуйте")
    await group.sees_nothing()


@pytest.mark.usefixtures("bot")
async def test_removed_and_added_again_it_says_what_works_now(world: World) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna, with_bot=False)
    world.add_bot(group, by=anna)
    assert PRIVACY in (await group.see("Здравствуйте")).text
    world.state.reads_all = True
    world.remove_bot(group, by=anna)
    world.add_bot(group, by=anna)
    assert PRIVACY not in (await group.see("Здравствуйте")).text


async def test_being_removed_stops_all_work_and_keeps_the_settings(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna)
    here = Conversation(group.id)
    await bot.store.settings.set(here, "temperature", 0.2, "Анна")
    model.hang()
    await group.say(anna, "/ask Почему дождь?")
    await model.wait(received=1)

    world.remove_bot(group, by=anna)
    await model.wait(abandoned=1)
    await comes(lambda: _removed(bot, group.id, yes=True))

    chats, _ = await overrides_of(bot.store, here)
    assert chats["temperature"].value == 0.2
    world.add_bot(group, by=anna)
    await group.see("Здравствуйте")
    await comes(lambda: _removed(bot, group.id, yes=False))


async def test_a_person_who_blocks_the_bot_is_no_more_answered_until_they_come_back(
    world: World, model: ModelServer, bot: Service
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna)
    model.hang()
    await chat.say(anna, "Почему дождь?")
    await model.wait(received=1)
    world.block(anna)
    await model.wait(abandoned=1)
    await comes(lambda: _removed(bot, anna.id, yes=True))

    model.reply("Снова здесь.")
    await chat.say(anna, "Ты здесь?")
    await chat.see("Снова здесь.")
    await comes(lambda: _removed(bot, anna.id, yes=False))


@pytest.mark.usefixtures("bot")
async def test_what_was_written_before_it_came_is_not_answered(world: World) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna, with_bot=False)
    world.add_bot(group, by=anna)
    await group.see("Здравствуйте")
    old = await group.say(anna, "/help")
    await group.see("/settings")
    world.feed({"message": old.json | {"date": world.state.now() - 60}})
    await group.sees_nothing()


async def test_a_message_shows_that_the_bot_is_back_where_nothing_else_told(
    world: World, bot: Service
) -> None:
    anna = world.user("Анна")
    group = world.group("Погода", owner=anna)
    there: Json = {"user": world.bot, "status": "member"}
    change = {"chat": group.room.json(), "from": anna.json, "date": world.state.now() - 1}
    gone = there | {"status": "left"}
    world.feed({"my_chat_member": change | {"old_chat_member": there, "new_chat_member": gone}})
    await comes(lambda: _removed(bot, group.id, yes=True))

    await group.say(anna, "/help")
    await group.see("/settings")
    await comes(lambda: _removed(bot, group.id, yes=False))


async def _removed(bot: Service, chat_id: int, *, yes: bool) -> bool:
    known = await bot.store.chats.get(chat_id)
    return known is not None and (known.removed_at is not None) is yes
