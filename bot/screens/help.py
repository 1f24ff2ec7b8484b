"""What the bot can do, in its own words: /start, /help and the menu of commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from telegram import BotCommand

from bot.options import OPTIONS, Option

if TYPE_CHECKING:
    from bot.texts import Texts

_BEFORE_SETTINGS = ("ask", "new", "stop", "settings", "role")
_OF_GROUPS = ("recap",)
_AFTER_SETTINGS = ("usage", "export", "forget", "help")
_OF_OPERATORS = ("access",)


def command_menu(texts: Texts, *, private: bool, operator: bool = False) -> Sequence[BotCommand]:
    """The commands to be registered for private chats, for groups, or for an operator's private chat."""
    return (
        *(BotCommand(name, texts(f"command-{name}")) for name in _BEFORE_SETTINGS),
        *(BotCommand(option.command, option.about(texts)) for option in _options(private=private)),
        *(BotCommand(name, texts(f"command-{name}")) for name in _after_settings(private=private)),
        *(BotCommand(name, texts(f"command-{name}")) for name in _OF_OPERATORS if operator),
    )


def is_command(name: str) -> bool:
    """Whether anybody may give it, in a private chat or in a group."""
    named = (*_BEFORE_SETTINGS, *_OF_GROUPS, *_AFTER_SETTINGS, "start")
    return name in named or any(option.command == name for option in OPTIONS.values())


def start_text(texts: Texts, *, private: bool, bot: str) -> str:
    """The reply to /start; `bot` is the bot's username."""
    return texts("start-private") if private else texts("start-group", bot=bot)


def help_text(texts: Texts, *, private: bool, bot: str) -> str:
    """The reply to /help: how to ask, then every command and every setting on a line of its own."""
    how = texts("help-private") if private else texts("help-group", bot=bot)
    how = f"{how}\n\n{texts('help-attachments')}"
    commands = [
        texts("help-line", command=name, about=texts(f"command-{name}"))
        for name in (*_BEFORE_SETTINGS, *_after_settings(private=private))
    ]
    settings = [
        texts(
            "help-option-line",
            command=option.command,
            example=option.written_example(texts),
            about=option.about(texts),
        )
        for option in _options(private=private)
    ]
    return "\n\n".join(
        (
            how,
            "\n".join((texts("help-commands"), *commands)),
            "\n".join((texts("help-options"), *settings, texts("help-reset"))),
            texts("help-privacy") if private else f"{texts('help-privacy')} {texts('help-listen')}",
        )
    )


def _after_settings(*, private: bool) -> Sequence[str]:
    return _AFTER_SETTINGS if private else (*_OF_GROUPS, *_AFTER_SETTINGS)


def _options(*, private: bool) -> Sequence[Option]:
    return [option for option in OPTIONS.values() if not (private and option.groups_only)]
