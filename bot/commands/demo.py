"""The `demo` command; what it starts is imported only when it is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.exits import Exit

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep the chats there (default: nowhere)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address of the chat page (default: this machine)"
    )
    parser.add_argument("--port", type=int, default=0, help="port of the chat page (default: any free one)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")


async def run(
    args: argparse.Namespace, *, env_file: Path = Path(".env"), command: Sequence[str] | None = None
) -> int:
    """Runs the demo until SIGINT, SIGTERM or SIGHUP; the exit status. `command` starts the bot."""
    from bot.config.loading import BadSettings
    from bot.emulator import demo

    try:
        model = real_model(env_file)
    except BadSettings as bad:
        print(f"The settings can't be used:\n{bad}", file=sys.stderr)  # noqa: T201 - what the command says
        return Exit.BAD_CONFIGURATION
    return await demo.run(args, model=model, command=command or demo.BOT)


def real_model(env_file: Path) -> dict[str, str]:
    """The variables by which the bot would reach the real model, from where `run` has them.

    Empty without a key. Raises `BadSettings` where there is a key and one of them can't be used.
    """
    from dotenv import dotenv_values

    from bot.config.loading import BadSettings, load, unreadable
    from bot.config.settings import variables

    ours = ("YANDEX_CLOUD_", "YANDEX_SPEECHKIT_", "YANDEX_OPERATIONS_")
    trouble = unreadable(env_file)
    for line in trouble:
        print(line, file=sys.stderr)  # noqa: T201 - what the command says
    faults = []
    try:
        load(env_file)
    except BadSettings as bad:
        faults = [fault for fault in bad.faults if fault.startswith((*ours, f"{env_file}:"))]
    try:
        written = {} if trouble else dotenv_values(env_file)
        given = {name.upper(): value for name, value in [*written.items(), *os.environ.items()]}
    except UnicodeDecodeError:
        raise BadSettings(faults) from None
    cloud = {name: value for name, value in given.items() if name.startswith(ours) and value}
    key, field = cloud.get("YANDEX_CLOUD_API_KEY"), variables()["YANDEX_CLOUD_API_KEY"]
    if not key or key in str(field.json_schema_extra):  # that of .env.example, not filled in
        return {}
    if faults:
        raise BadSettings(faults)
    return cloud
