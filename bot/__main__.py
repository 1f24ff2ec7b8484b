"""The command line: what to do, and what went wrong in one line with its exit status."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Final

from bot import demo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings

STOPPED: Final = 0
FAILED: Final = 1
BAD_CONFIGURATION: Final = 2
TELEGRAM_REFUSED: Final = 3
DATABASE_UNUSABLE: Final = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status; heavy modules are imported only when the settings are known to be good."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "demo":
        return asyncio.run(demo.run(chosen))
    settings = _settings()
    if settings is None:
        return BAD_CONFIGURATION
    return _run(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="A Telegram bot that answers with YandexGPT."
    )
    parser.set_defaults(command="run")
    commands = parser.add_subparsers(dest="command", required=False)
    commands.add_parser("run", help="run the bot (the default)")
    demo.add_arguments(
        commands.add_parser("demo", help="everything on this machine, with no keys and no network")
    )
    return parser


def _settings() -> Settings | None:
    from bot import logs
    from bot.settings import BadSettings, load

    try:
        settings, warnings = load()
    except BadSettings as bad:
        print(f"The settings can't be used:\n{bad}", file=sys.stderr)  # noqa: T201 - what the command says
        return None
    logs.set_up(settings.log_level, settings.log_format, settings.secrets())
    for warning in warnings:
        logging.getLogger("bot").warning(warning)
    return settings


def _run(settings: Settings) -> int:
    from bot.polling import TelegramRefused
    from bot.service import serve
    from bot.store import StoreBusy, StoreUnavailable

    try:
        asyncio.run(serve(settings))
    except TelegramRefused as refused:
        return _say(str(refused), TELEGRAM_REFUSED)
    except (StoreBusy, StoreUnavailable) as unusable:
        return _say(f"DATABASE_URL: {unusable}", DATABASE_UNUSABLE)
    except Exception as error:
        logging.getLogger("bot").debug("the process ends", exc_info=True)
        return _say(f"unexpected {type(error).__name__}; LOG_LEVEL=DEBUG shows where", FAILED)
    return STOPPED


def _say(message: str, status: int) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - what the command says
    return status


if __name__ == "__main__":
    sys.exit(main())
