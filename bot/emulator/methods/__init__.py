"""The Bot API methods that are served, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.emulator.methods import chats, editing, profile, sending
from bot.emulator.state import State

METHODS: Mapping[str, Callable[[State, dict[str, Any]], Any]] = {
    **sending.METHODS,
    **editing.METHODS,
    **chats.METHODS,
    **profile.METHODS,
}
