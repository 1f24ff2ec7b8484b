"""/stop and the Stop button end an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.answering.outcomes import NothingToStop, NotYours, Stopped
from bot.core.values import Conversation
from bot.screens.callbacks import Stop

if TYPE_CHECKING:
    from bot.handlers.messages import Messages, Said
    from bot.handlers.presses import Press, Presses
    from bot.handlers.services import Services


class Stopping:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(self, said: Said) -> None:
        outcome = await self._stop(
            said.conversation,
            said.person.id,
            lambda: self._services.admins.wrote(said.message),
            turn_id=None,
        )
        await said.reply(_told(outcome))

    async def stop(self, press: Press, button: Stop) -> None:
        turn = await self._services.turn_pressed(button.turn_id, press.chat)
        if turn is None:
            await press.answer("toast-stale")
            return
        outcome = await self._stop(
            turn.question.conversation,
            press.user.id,
            lambda: self._services.admins.is_one(press.chat, press.user),
            turn_id=turn.id,
        )
        # A press tells the real person, whom nothing connects with the channel or group that asked.
        as_a_chat = isinstance(outcome, NotYours) and turn.question.asker.id < 0
        await press.answer("stop-asked-as-a-chat" if as_a_chat else _told(outcome))

    async def _stop(
        self,
        where: Conversation,
        person_id: int,
        is_admin: Callable[[], Awaitable[bool]],
        *,
        turn_id: int | None,
    ) -> Stopped | NotYours | NothingToStop:
        """What is their own ends at once; what is others' once Telegram has told that they may."""
        answering = self._services.answering
        own = await answering.stopping.stop(where, by=person_id, admin=False, turn_id=turn_id)
        all_is_done = turn_id is not None and isinstance(own, Stopped)
        if all_is_done or not await is_admin():
            return own
        others = await answering.stopping.stop(where, by=person_id, admin=True, turn_id=turn_id)
        return own if isinstance(own, Stopped) else others


def _told(outcome: Stopped | NotYours | NothingToStop) -> str:
    if isinstance(outcome, NotYours):
        return "stop-not-yours"
    return "stop-nothing" if isinstance(outcome, NothingToStop) else "stopped"


def register(services: Services, messages: Messages, presses: Presses) -> None:
    stopping = Stopping(services)
    messages.on_command("stop", stopping.command)
    presses.on(Stop, stopping.stop)
