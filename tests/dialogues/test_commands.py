"""Each command of the bot's is answered each time, in private as it is, in a group by the bot's name too."""

from __future__ import annotations

from typing import Final

import pytest

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.options import OPTIONS
from bot.screens.help import command_menu
from bot.texts import Catalogue
from tests.clocks import FastClock
from tests.conftest import Running

MENUS: Final = [command_menu(Catalogue("ru").for_language(), private=private) for private in (True, False)]
COMMANDS: Final = sorted(
    {
        "start",
        "access",
        "nonsense",
        *(c.command for menu in MENUS for c in menu),
        *(o.command for o in OPTIONS.values()),
    }
)


@pytest.fixture
def clock() -> FastClock:
    return FastClock(60)


@pytest.mark.parametrize("private", [True, False], ids=["private", "group"])
async def test_each_is_answered_each_time(
    world: World, model: ModelServer, running: Running, private: bool
) -> None:
    anna = world.user("Анна")
    chat = world.private(anna) if private else world.group("Погода", owner=anna)
    async with running():
        for command in COMMANDS:
            written = f"/{command}" if private else f"/{command}@{world.bot['username']}"
            for _ in range(2):
                asked = await chat.say(anna, written)
                line = await chat.see()
                assert private or line.reply_to_id == asked.id, command
        await chat.sees_nothing()
    assert model.requests == []
