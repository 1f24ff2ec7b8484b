"""The demo's people and chats: one of each kind that a bot meets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from bot.emulator.page_speaking import Persona
from bot.emulator.people import User
from bot.emulator.rooms import Member
from bot.emulator.state import State
from bot.emulator.talk import Chat

if TYPE_CHECKING:
    from bot.emulator.world import World

ROLES: Final = ("member", "admin", "anonymous", "stranger")
"""Whom the page can be: a member, an admin, the same admin behind the group's name, and an outsider."""
NAMED: Final = ("member", "admin", "stranger", "friend")

_RUSSIAN: Final = {
    "member": "Аня Соколова",
    "admin": "Борис Лебедев",
    "stranger": "Игорь Чужов",
    "friend": "Вера Осипова",
    "group": "Поход на Алтай",
    "forum": "Команда продукта",
    "club": "Клуб читателей",
    "channel": "Книжный день",
    "topics": "Общее|Идеи|Поддержка",
    "group_talk": "friend:Палатки беру я, горелку — Аня|member:Газ купим на месте"
    "|friend:Бота спрашивайте через /ask или по имени",
    "forum_talk": "admin:Доброе утро! Планёрка в 11|member:Буду",
    "post": "Сегодня вспоминаем «Мастера и Маргариту». Какая сцена у вас любимая?",
}
_ENGLISH: Final = {
    "member": "Anna Falcon",
    "admin": "Boris Swan",
    "stranger": "Igor Outsider",
    "friend": "Vera Hill",
    "group": "Altai hike",
    "forum": "Product team",
    "club": "Readers' club",
    "channel": "A book a day",
    "topics": "General|Ideas|Support",
    "group_talk": "friend:I bring the tents, Anna has the stove|member:We buy gas on the spot"
    "|friend:Ask the bot with /ask or by its name",
    "forum_talk": "admin:Good morning! We meet at 11|member:I'll be there",
    "post": "Today: The Master and Margarita. Which scene is your favourite?",
}
NAMES: Final = {"ru": _RUSSIAN, "en": _ENGLISH}


async def build(world: World, language: str) -> None:
    """Fills an empty world; nothing of it is told to the bot, which comes later."""
    names = NAMES[language]
    people = {role: _person(world, role, names[role], language) for role in NAMED}
    member, admin, friend = people["member"], people["admin"], people["friend"]
    for role in ("member", "admin", "stranger"):
        world.private(people[role])
    club = world.supergroup(names["club"], members=[member, friend], owner=admin, username="readers_club")
    channel = world.channel(names["channel"], owner=admin, discussion=club)
    channel.room.members[member.id] = Member(member.json)
    await channel.say(admin, names["post"])
    forum = world.supergroup(
        names["forum"],
        topics=names["topics"].split("|"),
        members=[member, friend],
        owner=admin,
        username="product_team",
    )
    await _talk(forum, people, names["forum_talk"])
    group = world.group(names["group"], members=[member, friend], owner=admin)
    await _talk(group, people, names["group_talk"])
    world.state.updates.drop_pending()


def personas(state: State) -> list[Persona]:
    """Whom the page can be, in a world that was built here or was kept from an earlier run."""
    found: Mapping[str, User] = {user.get("username", ""): User(user) for user in state.users.values()}
    return [
        Persona(role, found["admin" if role == "anonymous" else role], anonymous=role == "anonymous")
        for role in ROLES
    ]


def _person(world: World, role: str, name: str, language: str) -> User:
    first, _, last = name.partition(" ")
    return world.user(first, last_name=last, username=role, language=language)


async def _talk(chat: Chat, people: Mapping[str, User], lines: str) -> None:
    for line in lines.split("|"):
        role, _, text = line.partition(":")
        await chat.say(people[role], text)
