"""Trouble that an operator switches on and off on the chat page, and watches the bot live through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.emulator.wire import Failure

if TYPE_CHECKING:
    from bot.emulator.relay import ModelRelay
    from bot.emulator.world import World

Json = dict[str, Any]

FOREVER: Final = float("inf")
FLOOD_RETRY_AFTER_S: Final = 5
FLOODED: Final = ("sendMessage", "editMessageText", "sendDocument", "sendChatAction")

TELEGRAM_TROUBLES: Final = ("flood", "telegram_500", "cut")
MODEL_TROUBLES: Final = ("slow", "429", "500", "hang", "model_cut")


class Troubles:
    """Which switches are on: any of Telegram's, and at most one of the model's."""

    def __init__(self, world: World, model: ModelRelay) -> None:
        self._world = world
        self._model = model
        self._failures: dict[str, list[Failure]] = {}
        self._model_trouble = ""

    def json(self) -> Json:
        return {
            "names": [*TELEGRAM_TROUBLES, *MODEL_TROUBLES],
            "on": [*self._failures, *filter(None, [self._model_trouble])],
        }

    def switch(self, name: str, *, on: bool) -> None:
        """Raises KeyError for a name that there is not."""
        if name in MODEL_TROUBLES:
            self._model_trouble = name if on else ""
            self._model.set_trouble(self._model_trouble)
        elif name in TELEGRAM_TROUBLES:
            self._end(name)
            if on:
                self._failures[name] = self._make(name)
        else:
            raise KeyError(name)

    def _make(self, name: str) -> list[Failure]:
        fail = self._world.fail
        if name == "flood":
            return [fail(m, retry_after_s=FLOOD_RETRY_AFTER_S, times=FOREVER) for m in FLOODED]
        if name == "telegram_500":
            return [fail("*", status=500, times=FOREVER)]
        self._world.cut()
        return [fail("*", drop="before", times=FOREVER)]

    def _end(self, name: str) -> None:
        for failure in self._failures.pop(name, ()):
            self._world.state.wire.failures.remove(failure)
