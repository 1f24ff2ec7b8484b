"""/settings: one message with buttons, edited in place, and replies to its prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import Message
from telegram.error import BadRequest, TelegramError
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.callbacks import (
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
from bot.handlers.incoming import conversation_of, is_private, person_of, words
from bot.keyboards import inline_keyboard
from bot.menu import MAIN, Menu, picked
from bot.options import OPTIONS, BadValue
from bot.options.kinds import ModelName

if TYPE_CHECKING:
    from telegram import Update, User
    from telegram.ext import Application

    from bot.chat import Conversation
    from bot.handlers.presses import Press, Presses
    from bot.handlers.rights import Rights
    from bot.handlers.services import Services
    from bot.handlers.setting_commands import SettingCommands
    from bot.options import Option, Value
    from bot.texts import Texts
    from bot.views import View


class SettingsMenu:
    def __init__(self, services: Services, rights: Rights, commands: SettingCommands) -> None:
        self._services = services
        self._rights = rights
        self._commands = commands

    async def command(self, update: Update, _context: Any) -> None:
        message = update.message
        if message is None or person_of(message) is None:
            return
        texts = await self._services.texts_for(message)
        place = conversation_of(message)
        await _send(message, (await self._menu(place, texts, place.chat_id)).page(MAIN))

    async def manage(self, message: Message, place: Conversation) -> None:
        """A group's menu in the private chat with one of its admins, by the link under the group's own."""
        texts = await self._services.texts_for(message)
        refused = await self._rights.refused_to_author(message, place, OPTIONS["who_may_change"])
        if refused is not None:
            await message.reply_text(texts(refused))
        else:
            await _send(message, (await self._menu(place, texts, message.chat.id)).page(MAIN))

    async def open(self, press: Press, button: OpenPage) -> None:
        if await self._may(press, button.place, None):
            await self._draw(press, button.place, button.page, button.number)

    async def set(self, press: Press, button: SetOption) -> None:
        option = OPTIONS.get(button.option)
        try:
            value = option.parse(button.value) if option is not None else None
        except BadValue:
            value = None
        if option is None or value is None:
            await press.answer("toast-stale-menu")
        elif await self._may(press, button.place, option):
            await self._set(press, button.place, option, value)

    async def pick(self, press: Press, button: PickModel) -> None:
        option = OPTIONS["model"]
        if await self._may(press, button.place, option):
            name = picked(await self._commands.models(), button.fingerprint)
            if name is None:
                await press.answer("toast-model-gone")
            else:
                await self._set(press, button.place, option, name)

    async def reset(self, press: Press, button: ResetOption) -> None:
        option = OPTIONS.get(button.option)
        if option is None:
            await press.answer("toast-stale-menu")
        elif await self._may(press, button.place, option):
            await self._services.store.settings.reset(option.place(button.place), option.name)
            await self._draw(press, button.place, option.name, toast="toast-reset")

    async def ask(self, press: Press, button: AskValue) -> None:
        option = OPTIONS.get(button.option)
        if option is None:
            await press.answer("toast-stale-menu")
        elif await self._may(press, button.place, option):
            menu = await self._menu(button.place, await self._texts(press, button.place), press.chat.id)
            await _redraw(press, menu.prompt(option))

    async def cancel(self, press: Press, button: CancelPrompt) -> None:
        if await self._may(press, button.place, None):
            await self._draw(press, button.place, button.option)

    async def close(self, press: Press, button: CloseMenu) -> None:
        if await self._may(press, button.place, None):
            menu = await self._menu(button.place, await self._texts(press, button.place), press.chat.id)
            await _redraw(press, menu.closed())

    async def reply(self, update: Update, _context: Any) -> None:
        """The value, written as a reply to the prompt."""
        message = update.message
        prompt = message.reply_to_message if message is not None else None
        if message is None or prompt is None:
            return
        asked = prompt_under(_datas(prompt))
        option = OPTIONS.get(asked.option) if asked is not None else None
        if asked is None or option is None:
            return
        foreign = asked.place.chat_id != message.chat.id and not is_private(message)
        if foreign or (asked.place.chat_id > 0 and asked.place.chat_id != message.chat.id):
            return
        changed, said = await self._commands.change(message, asked.place, option, words(message).strip())
        await message.reply_text(said, do_quote=not is_private(message))
        if changed:
            texts = await self._services.texts_for(message)
            view = (await self._menu(asked.place, texts, message.chat.id)).page(option.name)
            if view is not None:
                await _edit(prompt, view)

    async def _may(self, press: Press, place: Conversation, option: Option | None) -> bool:
        refused = await self._rights.refused_to_user(press.chat, press.user, place, option)
        if refused is None and not isinstance(press.message, Message):
            refused = "toast-stale-menu"
        if refused is not None:
            await press.answer(refused)
        return refused is None

    async def _set(self, press: Press, place: Conversation, option: Option, value: Value) -> None:
        found = await self._services.preferences.effective(place)
        own = found.sources[option.name].changed_at is not None
        if own and found.value(option.name) == value:
            await self._draw(press, place, option.name, toast="toast-unchanged")
            return
        by = await self._signature(press.user, press.chat.id, place)
        await self._services.store.settings.set(option.place(place), option.name, value, by)
        await self._draw(press, place, option.name, toast="toast-saved")

    async def _signature(self, user: User, chat_id: int, place: Conversation) -> str:
        """An anonymous admin's press carries the real person, whom the group is not to be shown."""
        if chat_id == place.chat_id and chat_id < 0:
            return await self._services.admins.shown_name(chat_id, user)
        return user.full_name

    async def _draw(
        self, press: Press, place: Conversation, page: str, number: int = 0, *, toast: str = ""
    ) -> None:
        texts = await self._texts(press, place)
        view = (await self._menu(place, texts, press.chat.id, page)).page(page, number)
        if view is None:
            await press.answer("toast-stale-menu")
        else:
            await _redraw(press, view, toast)

    async def _menu(self, place: Conversation, texts: Texts, chat_id: int, page: str = "") -> Menu:
        option = OPTIONS.get(page)
        lists_models = option is not None and isinstance(option.kind, ModelName)
        return Menu(
            place=place,
            found=await self._services.preferences.effective(place),
            texts=texts,
            bot=self._services.me.username or "",
            private=place.chat_id > 0,
            title=await self._title(place) if chat_id != place.chat_id else "",
            models=await self._commands.models() if lists_models else (),
        )

    async def _title(self, place: Conversation) -> str:
        try:
            chat = await self._services.bot.get_chat(place.chat_id)
        except TelegramError:
            return str(place.chat_id)
        return chat.title or str(place.chat_id)

    async def _texts(self, press: Press, place: Conversation) -> Texts:
        """The language of the chat where the menu stands."""
        here = place if press.chat.id == place.chat_id else place.__class__(press.chat.id)
        chosen = (await self._services.preferences.settings(here)).language
        own = press.user.language_code or "" if press.chat.id > 0 else ""
        return self._services.catalogue.spoken(chosen, own)


async def _send(message: Message, view: View | None) -> None:
    if view is not None:
        await message.reply_text(
            view.text, reply_markup=inline_keyboard(view.rows), do_quote=not is_private(message)
        )


async def _redraw(press: Press, view: View, toast: str = "") -> None:
    if isinstance(press.message, Message):
        await _edit(press.message, view)
    await press.answer(toast)


async def _edit(message: Message, view: View) -> None:
    try:
        await message.edit_text(view.text, reply_markup=inline_keyboard(view.rows))
    except BadRequest as refused:
        if "not modified" not in refused.message.lower():
            raise


def _datas(message: Message) -> list[str]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else ()
    return [button.callback_data for row in rows for button in row if isinstance(button.callback_data, str)]


class _RepliesToPrompt(filters.MessageFilter):
    """A reply to one of the menu's prompts: known by the button under it."""

    def filter(self, message: Message) -> bool:
        replied = message.reply_to_message
        return replied is not None and prompt_under(_datas(replied)) is not None


class _OpensGroupMenu(filters.MessageFilter):
    """/start with the parameter of the link under a group's menu."""

    def filter(self, message: Message) -> bool:
        return decode_start(words(message).partition(" ")[2]) is not None


def register(
    application: Application[Any, Any, Any, Any, Any, Any], menu: SettingsMenu, presses: Presses
) -> None:
    fresh = filters.UpdateType.MESSAGE

    async def start(update: Update, _context: Any) -> None:
        message = update.message
        place = decode_start(words(message).partition(" ")[2]) if message is not None else None
        if message is not None and place is not None:
            await menu.manage(message, place)

    application.add_handler(
        CommandHandler("start", start, filters=fresh & filters.ChatType.PRIVATE & _OpensGroupMenu())
    )
    application.add_handler(CommandHandler("settings", menu.command, filters=fresh))
    application.add_handler(
        MessageHandler(fresh & filters.TEXT & ~filters.COMMAND & _RepliesToPrompt(), menu.reply)
    )
    presses.on(OpenPage, menu.open)
    presses.on(SetOption, menu.set)
    presses.on(PickModel, menu.pick)
    presses.on(ResetOption, menu.reset)
    presses.on(AskValue, menu.ask)
    presses.on(CancelPrompt, menu.cancel)
    presses.on(CloseMenu, menu.close)
