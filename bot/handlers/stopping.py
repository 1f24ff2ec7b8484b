"""/stop and the Stop button end an answer; Retry asks a failed question again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.outcomes import NothingToStop, NotYours, Stopped
from bot.core.values import TurnState
from bot.handlers.authority import is_admin_or_false
from bot.screens.callbacks import Retry, Stop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.core.values import Conversation
    from bot.handlers.messages import Messages, Said
    from bot.handlers.presses import Press, Presses
    from bot.handlers.services import Services

_NOT_TO_BE_RETRIED = frozenset({TurnState.DONE, TurnState.EXPIRED, TurnState.DROPPED})


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
        if all_is_done or not await is_admin_or_false(is_admin()):
            return own
        others = await answering.stopping.stop(where, by=person_id, admin=True, turn_id=turn_id)
        return own if isinstance(own, Stopped) else others

    async def retry(self, press: Press, button: Retry) -> None:
        turn = await self._services.turn_told(button.turn_id, press.chat)
        if turn is None or turn.state in _NOT_TO_BE_RETRIED:
            await press.answer("toast-stale")
            self._services.presenter.buttons.on_stale_press(press.chat.id, press.message.message_id)
            return
        if not await self._services.may_have_it_again(turn, press.chat, press.user):
            await press.answer("toast-not-yours")
            return
        outcome = await self._services.answering.regeneration.retry(turn.id, update_id=press.update_id)
        await press.tell(outcome, "toast-retrying")


def _told(outcome: Stopped | NotYours | NothingToStop) -> str:
    if isinstance(outcome, NotYours):
        return "stop-not-yours"
    return "stop-nothing" if isinstance(outcome, NothingToStop) else "stopped"


def register(services: Services, messages: Messages, presses: Presses) -> None:
    stopping = Stopping(services)
    messages.on_command("stop", stopping.command)
    presses.on(Stop, stopping.stop)
    presses.on(Retry, stopping.retry)
