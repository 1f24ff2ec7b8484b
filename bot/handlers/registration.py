"""PTB's Application: every handler registered here, in this order."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from telegram import (
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import ApplicationBuilder

from bot.handlers import (
    access_list,
    budgets,
    chat_changes,
    edits,
    exporting,
    forgetting,
    gate,
    joining,
    memory,
    questions,
    recap,
    roles,
    setting_commands,
    settings_menu,
    stopping,
    usage,
    welcome,
)
from bot.handlers.listening import Listening
from bot.handlers.messages import Messages
from bot.handlers.presses import Presses
from bot.handlers.questions import Questions
from bot.handlers.rights import Rights
from bot.handlers.roles import RoleChoice
from bot.handlers.services import Services
from bot.handlers.setting_commands import SettingCommands
from bot.handlers.settings_menu import SettingsMenu
from bot.screens.help import command_menu
from bot.texts import Catalogue
from bot.updates.dispatching import PTBApplication, note_failure

if TYPE_CHECKING:
    from telegram import Bot, BotCommandScope
    from telegram.ext import ExtBot

log = logging.getLogger(__name__)


def build_application(bot: ExtBot[Any]) -> PTBApplication:
    """Without handlers: those need the rooms that need the bot."""
    application = ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()
    application.add_error_handler(note_failure)
    return application


def register_handlers(application: PTBApplication, services: Services) -> None:
    """PTB's groups come one after the other: what becomes of the chats comes before who may use the bot,
    since it is told of its removal from everywhere; and that before all that people do.

    Within a group the first handler that matches takes the update, so the commands stand before what takes
    any message.
    """
    chat_changes.register(application, services, group=-2)
    joining.register(application, services, group=-2)
    messages, presses = Messages(application, services), Presses(services)
    gate.register(application, services, messages, group=-1)
    rights = Rights(services)
    listening = Listening(services)
    commands = SettingCommands(services, rights, listening)
    presses.register(application)
    menu = SettingsMenu(services, rights, commands)
    settings_menu.register(menu, messages, presses, bot_id=application.bot.id)
    roles.register(RoleChoice(services, rights, menu, commands), messages, presses)
    setting_commands.register(messages, commands)
    welcome.register(services, messages)
    if services.access.requests is not None:
        access_list.register(services, services.access.requests, messages, presses)
    stopping.register(services, messages, presses)
    memory.register(services, messages, presses)
    forgetting.register(services, messages, presses)
    exporting.register(services, messages)
    usage.register(services, messages)
    budgets.register(services, presses)
    asking = Questions(services, listening)
    recap.register(services, messages, asking)
    edits.register(services, messages, asking, listening)
    questions.register(messages, asking)


async def register_commands(bot: Bot, catalogue: Catalogue, operators: Collection[int] = ()) -> None:
    """The command menus, for both languages and both kinds of chat, and for those who let people in."""
    private, groups = BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()
    await _register(bot, catalogue, private, private=True)
    await _register(bot, catalogue, groups, private=False)
    for operator in operators:
        # With who has never written to the bot Telegram knows no chat: they have it at the next start.
        await _register(bot, catalogue, BotCommandScopeChat(operator), private=True, operator=True)


async def _register(bot: Bot, catalogue: Catalogue, scope: BotCommandScope, **whose: bool) -> None:
    """A refusal is not worth failing for."""
    languages = {language: catalogue[language] for language in catalogue.languages()}
    try:
        for language, texts in [*languages.items(), (None, catalogue.for_language())]:
            commands = command_menu(texts, **whose)
            await bot.set_my_commands(commands, scope=scope, language_code=language)
    except TelegramError as error:
        log.warning("a command menu could not be registered: %s", type(error).__name__)
