"""/settings: one message with buttons, edited in place, and replies to its prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from telegram.error import TelegramError
from telegram.ext import filters

from bot.core.values import Conversation
from bot.handlers.incoming import OWN_WORDS, words
from bot.handlers.messages import Messages, Said
from bot.handlers.rights import Rights
from bot.handlers.services import Services
from bot.options import OPTIONS, BadValue, Option, Value
from bot.screens.callbacks import (
    AskValue,
    CancelPrompt,
    CloseMenu,
    OpenPage,
    PickModel,
    ResetOption,
    SetOption,
    decode_start,
    prompt_under,
)
from bot.screens.keyboards import inline_keyboard
from bot.screens.menu import Menu, closed, picked

if TYPE_CHECKING:
    from telegram import Message

    from bot.handlers.presses import Press, Presses
    from bot.handlers.setting_commands import SettingCommands
    from bot.texts import Texts


class SettingsMenu:
    def __init__(self, services: Services, rights: Rights, commands: SettingCommands) -> None:
        self._services = services
        self._rights = rights
        self._commands = commands

    async def command(self, said: Said) -> None:
        await self._send(said, said.conversation)

    async def manage(self, said: Said) -> None:
        """A group's menu in the private chat with one of its admins, by the link under the group's own."""
        place = _linked(said.message)
        if place is None:
            return
        place = await self._services.now_at(place)
        refused = await self._rights.refused_to_author(said.message, place, None, changes=False)
        if refused is not None:
            await said.reply(refused)
        else:
            await self._send(said, place)

    async def open(self, press: Press, button: OpenPage) -> None:
        if await self.may(press, button.place, None, changes=False):
            await self._draw(press, button.place, button.page, button.number)

    async def set(self, press: Press, button: SetOption) -> None:
        option = _option(button.option, button.place)
        try:
            value = option.kind.parse(button.value, await self._commands.known(option)) if option else None
        except BadValue:
            value = None
        if option is None or value is None:
            await press.answer("toast-stale-menu")
        elif await self.may(press, button.place, option):
            await self._set(press, button.place, option, value)

    async def pick(self, press: Press, button: PickModel) -> None:
        option = OPTIONS["model"]
        if await self.may(press, button.place, option):
            name = picked(await self._commands.known(option) or (self._configured,), button.digest)
            if name is None:
                await press.answer("toast-model-gone")
            else:
                await self._set(press, button.place, option, name)

    async def reset(self, press: Press, button: ResetOption) -> None:
        option = _option(button.option, button.place)
        if option is None:
            await press.answer("toast-stale-menu")
        elif await self.may(press, button.place, option):
            await self._services.store.settings.reset(option.place(button.place), option.name)
            await self._changed(press, button.place, option, toast="toast-reset")

    async def ask(self, press: Press, button: AskValue) -> None:
        option = _option(button.option, button.place)
        if option is None:
            await press.answer("toast-stale-menu")
        elif await self.may(press, button.place, option, changes=False):
            menu = await self.of(button.place, press.texts, press.chat.id)
            await press.draw(menu.prompt(option))

    async def cancel(self, press: Press, button: CancelPrompt) -> None:
        if await self.may(press, button.place, None, changes=False):
            await self._draw(press, button.place, button.option)

    async def close(self, press: Press, button: CloseMenu) -> None:
        if await self.may(press, button.place, None, changes=False):
            await press.draw(closed(press.texts))

    async def reply(self, said: Said) -> None:
        """The value, written as a reply to the prompt."""
        prompt = said.message.reply_to_message
        asked = prompt_under(_datas(prompt)) if prompt is not None else None
        if prompt is None or asked is None:
            return
        option, place = OPTIONS[asked.option], await self._services.now_at(asked.place)
        changed, line = await self._commands.change(said, place, option, words(said.message).strip())
        await said.say(line)
        if changed:
            texts = await self._services.preferences.texts(said.conversation, said.person.language)
            known = await self._commands.known(option)
            menu = await self.of(place, texts, said.message.chat.id, known)
            view = menu.option(option)
            keyboard = inline_keyboard(view.rows)
            await self._services.redraws.draw(said.message.chat.id, prompt.message_id, view.text, keyboard)

    async def may(
        self, press: Press, place: Conversation, option: Option | None, *, changes: bool = True
    ) -> bool:
        """Whether this press may change a setting, or only show it; where it may not it is answered."""
        refused = await self._rights.refused_to_user(press.chat, press.user, place, option, changes=changes)
        if refused is None and press.shown is None:
            refused = "toast-stale-menu"
        if refused is not None:
            await press.answer(refused)
        return refused is None

    async def _set(self, press: Press, place: Conversation, option: Option, value: Value) -> None:
        found = await self._services.preferences.effective(place)
        if found.is_own(option, place) and found.value(option.name) == value:
            await self._draw(press, place, option.name, toast="toast-unchanged")
            return
        by = await self._services.admins.shown_name(place.chat_id, press.user)
        await self._services.store.settings.set(option.place(place), option.name, value, by)
        await self._changed(press, place, option, toast="toast-saved")

    async def _changed(self, press: Press, place: Conversation, option: Option, *, toast: str) -> None:
        """Drawn at once; then the conversation is told what it is to know."""
        texts = await self._services.preferences.texts(place, press.user.language_code)
        announcement = await self._commands.follow_up(option, place, texts)
        await self._draw(press, place, option.name, toast=toast)
        if announcement:
            await self._services.bot.send_message(
                place.chat_id,
                announcement,
                message_thread_id=place.thread_id if place.thread_id > 0 else None,
                reply_to_message_id=-place.thread_id if place.thread_id < 0 else None,
            )

    async def _draw(
        self, press: Press, place: Conversation, page: str, number: int = 0, *, toast: str = ""
    ) -> None:
        # The language may be new.
        texts = await self._services.preferences.texts(press.place, press.user.language_code)
        option = OPTIONS.get(page)
        known = await self._commands.known(option) if option is not None else ()
        view = (await self.of(place, texts, press.chat.id, known)).page(page, number)
        press = replace(press, texts=texts)
        if view is None:
            await press.answer("toast-stale-menu")
        else:
            await press.draw(view, toast)

    async def _send(self, said: Said, place: Conversation) -> None:
        view = (await self.of(place, said.texts, said.message.chat.id)).main()
        await said.say(view.text, view.rows)

    async def of(self, place: Conversation, texts: Texts, shown_in: int, models: Sequence[str] = ()) -> Menu:
        return Menu(
            place=place,
            found=await self._services.preferences.effective(place),
            texts=texts,
            bot=self._services.me.username or "",
            title=await self._title(place) if shown_in != place.chat_id else "",
            models=models,
            configured=self._configured,
        )

    @property
    def _configured(self) -> str:
        return self._services.settings.yandex_cloud_model

    async def _title(self, place: Conversation) -> str:
        try:
            chat = await self._services.bot.get_chat(place.chat_id)
        except TelegramError:
            return str(place.chat_id)
        return chat.title or str(place.chat_id)


def _option(name: str, place: Conversation) -> Option | None:
    """The option that a button names, if the conversation has it."""
    option = OPTIONS.get(name)
    return None if option is None or (option.groups_only and place.private) else option


def _datas(message: Message) -> list[str]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else ()
    return [button.callback_data for row in rows for button in row if isinstance(button.callback_data, str)]


def _linked(message: Message) -> Conversation | None:
    """The group whose menu a link opens in private: the parameter of /start."""
    place = decode_start(words(message).partition(" ")[2])
    return place if place is not None and place.chat_id < 0 else None


class _RepliesToPrompt(filters.MessageFilter):
    """A reply to one of the bot's own prompts: known by the button under it."""

    def __init__(self, bot_id: int) -> None:
        super().__init__()
        self._bot_id = bot_id

    def filter(self, message: Message) -> bool:
        prompt = message.reply_to_message
        if prompt is None or prompt.from_user is None or prompt.from_user.id != self._bot_id:
            return False
        asked = prompt_under(_datas(prompt))
        return asked is not None and _option(asked.option, asked.place) is not None


class _OpensGroupMenu(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return _linked(message) is not None


def register(menu: SettingsMenu, messages: Messages, presses: Presses, *, bot_id: int) -> None:
    private = OWN_WORDS & filters.ChatType.PRIVATE
    messages.on_command("start", menu.manage, only=private & _OpensGroupMenu())
    messages.on_command("settings", menu.command)
    messages.on(OWN_WORDS & filters.TEXT & ~filters.COMMAND & _RepliesToPrompt(bot_id), menu.reply)
    presses.on(OpenPage, menu.open)
    presses.on(SetOption, menu.set)
    presses.on(PickModel, menu.pick)
    presses.on(ResetOption, menu.reset)
    presses.on(AskValue, menu.ask)
    presses.on(CancelPrompt, menu.cancel)
    presses.on(CloseMenu, menu.close)
