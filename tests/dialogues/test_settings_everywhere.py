"""Every setting by its command and by its buttons: in a private chat, in a group, in a topic."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from bot.emulator.people import Message, User
from bot.emulator.talk import Chat
from bot.emulator.world import World
from bot.options import OPTIONS, Option
from bot.options.kinds import ModelName, Prose, Words
from bot.screens.callbacks import AskValue, OpenPage, PickModel, ResetOption, SetOption
from bot.screens.menu import GROUP, MAIN
from bot.texts import Catalogue
from tests.clocks import FastClock
from tests.conftest import Running
from tests.dialogues.menus import button, opened, pressed, redrawn

RU = Catalogue("ru")["ru"]
SET_BY_ANNA = r"(Задано для этого чата|Set for this chat): Анна, \d+ \w+ \d{4}.*(МСК|MSK)"
SOURCES = {
    "private": r"(Задано для этого чата|Set for this chat)\.",
    "group": SET_BY_ANNA,
    "topic": r"(Задано для этой темы|Set for this topic): Анна, \d+ \w+ \d{4}.*(МСК|MSK)",
}
HURRY = 20.0
"""Telegram takes twenty messages and edits a minute in a group."""


@dataclass
class Place:
    chat: Chat
    anna: User
    topic: str
    source: str

    def source_of(self, option: Option) -> str:
        return SET_BY_ANNA if option.whole_chat else self.source

    async def says(self, text: str, reply_to: Message | None = None) -> None:
        await self.chat.say(self.anna, text, topic=self.topic, reply_to=reply_to)

    async def press(self, menu: Message, data: str) -> Message:
        return await pressed(self.chat, self.anna, menu, data)


@pytest.fixture(params=["private", "group", "topic"])
def place(request: pytest.FixtureRequest, world: World) -> Place:
    anna = world.user("Анна")
    source = SOURCES[request.param]
    if request.param == "private":
        return Place(world.private(anna), anna, "", source)
    if request.param == "group":
        return Place(world.group("Группа", members=[anna], admins=[anna]), anna, "", source)
    forum = world.supergroup("Форум", topics=["Общее", "Отпуск"], members=[anna], admins=[anna])
    return Place(forum, anna, "Отпуск", source)


def existing(place: Place) -> list[Option]:
    return [option for option in OPTIONS.values() if not (place.chat.room.private and option.groups_only)]


async def test_by_command(place: Place, running: Running) -> None:
    """Shown, set to its example, shown with who set it and when, reset."""
    async with running(FastClock(HURRY)):
        for option in existing(place):
            label = option.label(RU)
            await place.says(f"/{option.command}")
            await place.chat.see(re.compile(rf"^{label}: .*\nЭто значение по умолчанию\.", re.DOTALL))
            await place.says(f"/{option.command} {option.written_example(RU)}")
            await place.chat.see(re.compile(rf"^Готово.*{label}: "))
            await place.says(f"/{option.command}")
            await place.chat.see(re.compile(rf"^{label}: .*{place.source_of(option)}", re.DOTALL))
            await place.says(f"/{option.command} сброс")
            await place.chat.see(re.compile(rf"^Сброшено.*{label}: "))


async def test_by_button(place: Place, running: Running) -> None:
    """From the first page to the setting's own, to another value, back to the inherited one, and back."""
    async with running(FastClock(HURRY)):
        menu = await opened(place.chat, place.anna, place.topic)
        for option in existing(place):
            home = GROUP if option.whole_chat else MAIN
            if home == GROUP:
                menu = await place.press(menu, button(menu, OpenPage, page=GROUP))
            menu = await place.press(menu, button(menu, OpenPage, page=option.name))
            menu = await _changed(place, menu, option)
            assert re.search(place.source_of(option), menu.text), menu.text
            menu = await place.press(menu, button(menu, ResetOption, option=option.name))
            assert not re.search(place.source_of(option), menu.text), menu.text
            menu = await place.press(menu, button(menu, OpenPage, page=home))
            if home == GROUP:
                menu = await place.press(menu, button(menu, OpenPage, page=MAIN))


async def _changed(place: Place, menu: Message, option: Option) -> Message:
    if isinstance(option.kind, Prose | Words):
        prompt = await place.press(menu, button(menu, AskValue, option=option.name))
        await place.says(option.written_example(RU), reply_to=prompt)
        await place.chat.see("Готово")
        return await redrawn(place.chat, menu)
    kind = PickModel if isinstance(option.kind, ModelName) else SetOption
    return await place.press(menu, button(menu, kind))
