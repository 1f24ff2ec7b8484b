"""The command line: what to do, and what went wrong in one line with its exit status."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import demo
from bot.commands.exits import Exit
from bot.commands.signals import Signals

if TYPE_CHECKING:
    from bot.config.settings import Settings
    from bot.store import StoreUnavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status; heavy modules are imported only when the settings are known to be good."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "demo":
        return asyncio.run(demo.run(chosen))
    if chosen.command == "check":
        return _check(machine=chosen.json)
    if chosen.command == "move":
        return _move(chosen.file)
    if chosen.command == "backup":
        return _back_up(chosen.file)
    signals = Signals()
    signals.install()
    settings = _settings()
    return Exit.BAD_CONFIGURATION if settings is None else _run(settings, signals)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_program(), description="A Telegram bot that answers with YandexGPT."
    )
    parser.set_defaults(command="run")
    commands = parser.add_subparsers(dest="command", required=False)
    commands.add_parser("run", help="run the bot (the default)")
    demo.add_arguments(
        commands.add_parser("demo", help="everything on this machine, with no keys and no network")
    )
    check = commands.add_parser(
        "check", help="try the configuration on the live services, and say what to mend"
    )
    check.add_argument("--json", action="store_true", help="for a machine to read")
    backup = commands.add_parser("backup", help="copy the database, while the bot runs")
    backup.add_argument("file", type=Path, metavar="FILE", help="the copy, a file that does not exist yet")
    move = commands.add_parser(
        "move", help="copy an SQLite file into the PostgreSQL database of DATABASE_URL"
    )
    move.add_argument("file", type=Path, metavar="FILE", help="the SQLite file, which no bot has open")
    return parser


def _program() -> str:
    """As it was called: by the installed package's own command, or as a module."""
    name = Path(sys.argv[0]).stem
    return "python -m bot" if name == "__main__" else name


def _settings() -> Settings | None:
    from bot.config.loading import BadSettings, load
    from bot.operating import logs

    try:
        settings, warnings = load()
    except BadSettings as bad:
        print(f"The settings can't be used:\n{bad}", file=sys.stderr)  # noqa: T201 - what the command says
        return None
    logs.set_up(settings.log_level, settings.log_format, settings.secrets())
    for warning in warnings:
        logging.getLogger("bot").warning(warning)
    return settings


def _check(*, machine: bool) -> int:
    from bot.commands.check import check
    from bot.core.clock import SystemClock

    logging.getLogger().addHandler(logging.NullHandler())  # what is found is said on stdout
    return asyncio.run(check(sys.stdout, env_file=Path(".env"), clock=SystemClock(), machine=machine))


def _back_up(target: Path) -> int:
    from bot.store.engine.copying import back_up

    return _on_database(lambda url: f"{target}: {back_up(url, target)} bytes", file=target)


def _move(source: Path) -> int:
    from bot.store.moving import move

    def moved(url: str) -> str:
        rows = ", ".join(f"{name} {count}" for name, count in move(source, url).items())
        return f"moved, and counted there: {rows}"

    source = Path(os.path.realpath(source))  # unlike `resolve`, also of a link to itself
    return _on_database(moved, file=source)


def _on_database(work: Callable[[str], str], *, file: Path) -> int:
    """Says what came of the work, which is given the database's URL; `file` is the other one that it has."""
    from bot.commands.storage import database_url
    from bot.config.loading import BadSettings
    from bot.store import StoreUnavailable

    try:
        return _say(work(database_url(Path(".env"))), Exit.STOPPED)
    except BadSettings as bad:
        return _say(str(bad), Exit.BAD_CONFIGURATION)
    except StoreUnavailable as unavailable:
        of_file = unavailable.where == str(file)
        return _say(str(unavailable) if of_file else _of_database(unavailable), Exit.DATABASE_UNUSABLE)
    except OSError as error:
        return _say(f"{file}: {error.strerror}", Exit.FAILED)


def _run(settings: Settings, signals: Signals) -> int:
    gc.disable()  # what imports make stays: looking through it meanwhile takes a tenth of the start
    from bot.operating.redacting import Redactor
    from bot.operating.web import ListenRefused
    from bot.running.serve import serve
    from bot.store import StoreUnavailable
    from bot.updates.polling import TelegramRefused
    from bot.updates.webhook import WebhookRefused

    gc.freeze()
    gc.enable()
    redact = Redactor(settings.secrets())
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(settings, signals, when_warm=gc.freeze))
    except TelegramRefused as refused:
        return _say(redact(str(refused)), Exit.TELEGRAM_REFUSED)
    except StoreUnavailable as unusable:
        return _say(redact(_of_database(unusable)), Exit.DATABASE_UNUSABLE)
    except (ListenRefused, WebhookRefused) as refused:
        return _say(redact(str(refused)), Exit.BAD_CONFIGURATION)
    except Exception as error:
        logging.getLogger("bot").debug("the process ends", exc_info=True)
        return _say(f"unexpected {type(error).__name__}; LOG_LEVEL=DEBUG shows where", Exit.FAILED)
    return Exit.STOPPED


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None  # uvloop does not exist there
    import uvloop

    return uvloop.new_event_loop


def _of_database(unavailable: StoreUnavailable) -> str:
    """The variable stands first, once: a URL that can't be read names it already."""
    return f"DATABASE_URL: {str(unavailable).removeprefix('DATABASE_URL: ')}"


def _say(message: str, status: int) -> int:
    print(message, file=sys.stderr)  # noqa: T201 - what the command says
    return status


if __name__ == "__main__":
    sys.exit(main())
