"""/access: operators see who was let in, who waits and who was refused, and change it with buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram.ext import filters

from bot.handlers.access_requests import AccessRequests
from bot.handlers.incoming import OWN_WORDS
from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services
from bot.screens.access import PAGE_SIZE, REQUEST, listed
from bot.screens.callbacks import Decide, ListAccess
from bot.screens.names import plain_name
from bot.screens.views import View
from bot.store import AccessState, Visitor

if TYPE_CHECKING:
    from bot.handlers.presses import Press, Presses
    from bot.texts import Texts

ANSWERED_WITHIN_S: Final = 3.0
"""Who decides sees no longer than that that the press is under way: then it says what was decided."""


class Listing:
    def __init__(self, services: Services, requests: AccessRequests) -> None:
        self._services = services
        self._requests = requests

    async def command(self, said: Said) -> None:
        """Those who wait first, if there are any."""
        _, waiting = await self._services.store.access.page(AccessState.WAITING, start=0, limit=0)
        view = await self._view(said.texts, AccessState.WAITING if waiting else AccessState.LET_IN, 0)
        await said.say(view.text, view.rows)

    async def show(self, press: Press, button: ListAccess) -> None:
        if await self._may(press, button.page):
            await press.draw(await self._view(press.texts, AccessState(button.page), button.start))

    async def decide(self, press: Press, button: Decide) -> None:
        """Under a request, or in a list, which is drawn anew."""
        if button.page == REQUEST:
            await self._decide(press, button)
        elif await self._may(press, button.page):
            _, _, toast = await self._carried_out(press, button)
            view = await self._view(press.texts, AccessState(button.page), button.start)
            await press.draw(view, toast or "toast-stale")

    async def _decide(self, press: Press, button: Decide) -> None:
        """One effect, whoever presses and however often."""
        operators = self._requests.operators
        if press.user.id not in operators:
            await press.answer("toast-operators-only")
            return
        visitor, changed, toast = await self._carried_out(press, button)
        await press.answer(toast if visitor is not None else "toast-stale")  # Telegram is asked a name below
        if visitor is None:
            return
        if press.shown is not None and (changed or visitor.state is not AccessState.WAITING):
            verdict = button.verdict if changed else visitor.state.value
            by = press.user.id if changed else visitor.decided_by
            name = plain_name(await operators.name(by or 0))
            text_id = f"access-decided-{verdict.replace('_', '-')}"
            texts = await operators.texts(press.user.id)  # as the request was written
            decided = texts(text_id, request=press.shown.text or "", by=name)
            await press.draw(View(decided))

    async def _carried_out(self, press: Press, button: Decide) -> tuple[Visitor | None, bool, str]:
        """What `AccessRequests.decide` gives; the press is answered in time, however slow Telegram is."""
        visitor, changed, toast = await self._requests.decide(press.user.id, button)
        if visitor is not None and changed:
            clock, text = self._services.clock, press.texts(toast)
            async with press.spinner.ended_within(clock, ANSWERED_WITHIN_S, text):
                toast = await self._requests.carry_out(visitor, button)
        return visitor, changed, toast

    async def _may(self, press: Press, page: str) -> bool:
        if press.user.id not in self._requests.operators:
            await press.answer("toast-operators-only")
        elif page not in set(AccessState):
            await press.answer("toast-stale")
        else:
            return True
        return False

    async def _view(self, texts: Texts, page: AccessState, start: int) -> View:
        counts = {}
        for state in AccessState:
            _, counts[state] = await self._services.store.access.page(state, start=0, limit=0)
        start = min(max(0, start), max(0, counts[page] - 1)) // PAGE_SIZE * PAGE_SIZE
        visitors, _ = await self._services.store.access.page(page, start=start, limit=PAGE_SIZE)
        return listed(visitors, counts, texts, page=page, start=start)


def register(services: Services, requests: AccessRequests, messages: Messages, presses: Presses) -> None:
    """For anybody else it is a command that the bot does not know."""
    listing = Listing(services, requests)
    operators = OWN_WORDS & filters.ChatType.PRIVATE & filters.User(list(requests.operators))
    messages.on_command("access", listing.command, only=operators)
    presses.on(ListAccess, listing.show)
    presses.on(Decide, listing.decide)
