"""Whether the operators can be written to: Telegram lets a bot do so only to who has written to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from bot.commands.check.points import Point, ok, warning

if TYPE_CHECKING:
    from telegram import Bot

NAME: Final = "operators"
_MEND: Final = "each of ADMIN_USERS opens a private chat with the bot and presses Start"


async def check_operators(bot: Bot, operators: Collection[int]) -> Point:
    """Shows each of them for a moment that the bot is typing, which leaves nothing behind."""
    reached = sum([await _is_reached(bot, operator) for operator in sorted(operators)])
    if reached == len(operators):
        return ok(NAME, f"{reached} can be told of trouble, and asked to let people in")
    if not reached:
        found = "no operator has ever written to the bot, so it can't tell or ask them anything"
    else:
        found = f"the bot can write to {reached} of {len(operators)} operators; the others never wrote to it"
    return warning(NAME, found, _MEND)


def nobody_to_ask() -> Point:
    """For a deployment with a list and no operators: whoever is not on it may ask, and nobody hears of it."""
    return warning(
        NAME,
        "ADMIN_USERS is empty: nobody can receive the requests of those who are on no list",
        "set ADMIN_USERS to the ids of who may let people in, or ACCESS_REQUESTS=false",
    )


async def _is_reached(bot: Bot, operator: int) -> bool:
    try:
        await bot.send_chat_action(operator, ChatAction.TYPING)
    except (Forbidden, BadRequest):
        return False
    return True
