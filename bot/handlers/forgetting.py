"""/forget deletes a conversation, or one person's part in it, once they have confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.error import BadRequest, TelegramError

from bot.delivery.refusals import Meaning, meaning
from bot.handlers.messages import Messages, Said
from bot.handlers.services import Services
from bot.options.saying import scope_of
from bot.screens.callbacks import Forget, Keep, encode
from bot.screens.keyboards import Keyboard
from bot.screens.views import Button

if TYPE_CHECKING:
    from bot.handlers.presses import Press, Presses

OWN = "own"
ALL = "all"


class Forgetting:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(self, said: Said) -> None:
        texts, place, person = said.texts, said.conversation, said.person
        own = Button(texts("button-forget-own"), encode(Forget(place, person.id, OWN)))
        everything = Button(texts("button-forget-all"), encode(Forget(place, person.id, ALL)))
        keep = Button(texts("button-keep"), encode(Keep(place, person.id)))
        rows: Keyboard
        if said.private:
            question, rows = texts("forget-ask-private"), [[everything], [keep]]
        elif await self._services.admins.wrote(said.message):
            question, rows = texts("forget-ask-admin", scope=scope_of(place)), [[own, everything], [keep]]
        else:
            question, rows = texts("forget-ask-member", scope=scope_of(place)), [[own], [keep]]
        if said.settings.listen and not said.private:
            question = f"{question}\n\n{texts('forget-ask-talk')}"
        await said.say(question, rows)

    async def forget(self, press: Press, button: Forget) -> None:
        """The buttons under the answers are read before, and leave after: deleting waits for nothing."""
        refused = await self._refused(press, button, everything=button.scope != OWN)
        if refused is not None:
            await press.answer(refused)
            return
        buttons = self._services.presenter.buttons
        whose = button.asker_id if button.scope == OWN else None
        heard = await self._services.store.talk.forget(button.place, whose)
        standing = await buttons.standing(button.place, asker_id=whose, failures=True)
        deleted = await self._services.answering.stopping.forget(button.place, asker_id=whose)
        buttons.remove(standing)  # tried again, this would find none
        if heard:
            await self._conclude(press, "forgotten-with-talk", turns=deleted, heard=heard)
        elif deleted:
            await self._conclude(press, "forgotten", turns=deleted)
        else:  # perhaps a second press: what the first one was told stays
            await press.answer("forgotten", turns=0)
            await self._conclude(press)

    async def keep(self, press: Press, button: Keep) -> None:
        refused = await self._refused(press, button, everything=False)
        if refused is not None:
            await press.answer(refused)
            return
        await self._conclude(press, "forget-kept")

    async def _refused(self, press: Press, button: Forget | Keep, *, everything: bool) -> str | None:
        """Why this person may not decide, as a text's id. Who speaks as a chat presses as a person: an
        administrator may, for them.
        """
        if button.place.chat_id != press.chat.id:
            return "toast-stale"
        as_a_chat = button.asker_id < 0
        if press.user.id != button.asker_id and not as_a_chat:
            return "forget-not-yours"
        if button.place.private or not (as_a_chat or everything):
            return None
        try:
            admins = await self._services.admins.of(press.chat.id, just_now=True)
        except TelegramError:
            return "settings-rights-unknown"
        return None if press.user.id in admins else "forget-not-yours"

    async def _conclude(self, press: Press, text_id: str = "", **variables: int) -> None:
        """The question is answered: its buttons go, and where there is something to say it says that.

        A toast says it where the question was deleted meanwhile.
        """
        gone = press.shown is None
        if text_id:
            await press.answer(text_id if gone else "", **variables if gone else {})
        bot, chat_id, message_id = self._services.bot, press.chat.id, press.message.message_id
        try:
            if text_id:
                await bot.edit_message_text(press.texts(text_id, **variables), chat_id, message_id)
            else:
                await bot.edit_message_reply_markup(chat_id, message_id)
        except BadRequest as refused:
            if meaning(refused) not in {Meaning.SAME_ALREADY, Meaning.NOT_EDITABLE}:
                raise


def register(services: Services, messages: Messages, presses: Presses) -> None:
    forgetting = Forgetting(services)
    messages.on_command("forget", forgetting.command)
    presses.on(Forget, forgetting.forget)
    presses.on(Keep, forgetting.keep)
