"""/access: operators see who was let in, who waits and who was refused, and change it with buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram.ext import CommandHandler, filters

from bot.handlers.incoming import OWN_WORDS
from bot.screens.access import PAGE_SIZE, REQUEST, listed
from bot.screens.callbacks import Decide, ListAccess
from bot.screens.keyboards import inline_keyboard
from bot.store import AccessState

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import Application

    from bot.handlers.access_requests import AccessRequests
    from bot.handlers.presses import Press, Presses
    from bot.handlers.services import Services
    from bot.screens.views import View
    from bot.texts import Texts


class Listing:
    def __init__(self, services: Services, requests: AccessRequests) -> None:
        self._services = services
        self._requests = requests

    async def command(self, update: Update, _context: Any) -> None:
        """Those who wait first, if there are any."""
        message = update.message
        if message is None:
            return
        texts = await self._services.texts_for(message)
        _, waiting = await self._services.store.access.page(AccessState.WAITING, start=0, limit=0)
        view = await self._view(texts, AccessState.WAITING if waiting else AccessState.LET_IN, 0)
        await message.reply_text(view.text, reply_markup=inline_keyboard(view.rows))

    async def show(self, press: Press, button: ListAccess) -> None:
        if await self._may(press, button.page):
            await press.draw(await self._view(press.texts, AccessState(button.page), button.start))

    async def decide(self, press: Press, button: Decide) -> None:
        """Under a request, or in a list, which is drawn anew."""
        if button.page == REQUEST:
            await self._requests.pressed(press, button)
        elif await self._may(press, button.page):
            _, _, toast = await self._requests.decide(press.user.id, button)
            view = await self._view(press.texts, AccessState(button.page), button.start)
            await press.draw(view, toast or "toast-stale")

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


def register(
    application: Application[Any, Any, Any, Any, Any, Any],
    services: Services,
    requests: AccessRequests,
    presses: Presses,
) -> None:
    """For anybody else it is a command that the bot does not know."""
    listing = Listing(services, requests)
    operators = OWN_WORDS & filters.ChatType.PRIVATE & filters.User(list(requests.operators))
    application.add_handler(CommandHandler("access", listing.command, filters=operators))
    presses.on(ListAccess, listing.show)
    presses.on(Decide, listing.decide)
