"""/new begins a conversation anew; the buttons under an answer or a failure ask again, flip, or carry on."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bot.answering.ports import NotShown
from bot.core.unreachable import Unreachable
from bot.core.values import Turn, TurnState
from bot.screens.callbacks import Again, Continue, Flip, Retry, ShowAgain

if TYPE_CHECKING:
    from bot.handlers.messages import Messages, Said
    from bot.handlers.presses import Press, Presses
    from bot.handlers.services import Services

_NOT_TO_BE_RETRIED = frozenset({TurnState.DONE, TurnState.EXPIRED, TurnState.DROPPED})


class Memory:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def new(self, said: Said) -> None:
        """In a group a member cancels only what they asked themselves.

        The buttons that stand are read before the reply, which a later answer may overtake.
        """
        conversation = said.conversation
        whose = None if await self._services.admins.wrote(said.message) else said.person.id
        cancelled = await self._services.answering.stopping.cancel(conversation, asker_id=whose)
        await self._services.store.conversations.start_fresh(conversation)
        buttons = self._services.presenter.buttons
        standing = await buttons.standing(conversation)
        await said.reply("new-started", cancelled=len(cancelled))
        buttons.remove(standing)

    async def retry(self, press: Press, button: Retry) -> None:
        turn = await self._offered(press, button.turn_id, failed=True)
        if turn is not None:
            outcome = await self._services.answering.regeneration.retry(turn.id, update_id=press.update_id)
            await press.tell(outcome, "toast-retrying")

    async def again(self, press: Press, button: Again) -> None:
        turn = await self._offered(press, button.turn_id)
        if turn is not None:
            outcome = await self._services.answering.regeneration.again(turn.id, update_id=press.update_id)
            await press.tell(outcome, "toast-retrying")

    async def go_on(self, press: Press, button: Continue) -> None:
        turn = await self._offered(press, button.turn_id)
        if turn is None:
            return
        stands = await self._services.store.turns.chosen(turn.id)
        answer = stands.answer if stands is not None and stands.id == turn.id else None
        if answer is None or not answer.can_go_on:
            await press.answer("toast-stale")
        else:
            outcome = await self._services.answering.regeneration.continue_(
                turn.id, update_id=press.update_id
            )
            await press.tell(outcome, "toast-continuing")

    async def flip(self, press: Press, button: Flip) -> None:
        """What is chosen already is shown once more: an earlier press may have ended between the two."""
        turn = await self._offered(press, button.turn_id)
        if turn is None:
            return
        before = await self._services.store.turns.by_part(press.chat.id, press.message.message_id)
        chosen = await self._services.store.turns.choose(turn.id)
        if chosen is None:
            under_way = turn.id in await self._services.presenter.buttons.versions(turn)
            await press.answer("toast-busy" if under_way else "toast-stale")
            return
        await press.answer("toast-unchanged" if before is not None and before.id == chosen.id else "")
        with suppress(NotShown, Unreachable):  # the next press shows it
            await self._services.presenter.answer(chosen)

    async def show_again(self, press: Press, button: ShowAgain) -> None:
        """Anybody may: it is only what was said to all. What is being shown just now is shown to its end."""
        turn = await self._services.turn_pressed(button.turn_id, press.chat)
        if turn is not None and turn.state is not TurnState.ANSWERED:
            turn = await self._services.store.turns.chosen(turn.id)
        if turn is None or turn.answer is None:
            await press.answer("toast-stale")
            return
        await press.answer()
        with suppress(NotShown, Unreachable):  # the next press shows it
            await self._services.presenter.show_again(turn, press.message.message_id)

    async def _offered(self, press: Press, turn_id: int, *, failed: bool = False) -> Turn | None:
        """The turn of a button that the conversation still stands at, or that `failed` and still lacks an
        answer, for who may press it; or a toast.
        """
        turn = await self._services.turn_told(turn_id, press.chat)
        buttons = self._services.presenter.buttons
        if turn is None or (turn.state in _NOT_TO_BE_RETRIED if failed else not await buttons.is_last(turn)):
            await press.answer("toast-stale")
            buttons.on_stale_press(press.chat.id, press.message.message_id)
            return None
        if not await self._services.may_have_it_again(turn, press.chat, press.user):
            await press.answer("toast-not-yours")
            return None
        return turn


def register(services: Services, messages: Messages, presses: Presses) -> None:
    memory = Memory(services)
    messages.on_command("new", memory.new)
    presses.on(Retry, memory.retry)
    presses.on(Again, memory.again)
    presses.on(Continue, memory.go_on)
    presses.on(Flip, memory.flip)
    presses.on(ShowAgain, memory.show_again)
