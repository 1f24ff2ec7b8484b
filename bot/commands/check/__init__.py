"""`python -m bot check`: each thing that the bot needs, tried as the bot itself will use it."""

from bot.commands.check.points import Point, State
from bot.commands.check.running import check

__all__ = ["Point", "State", "check"]
