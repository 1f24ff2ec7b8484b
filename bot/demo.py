"""The `demo` command; what it starts is imported only when it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep the chats there (default: nowhere)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address of the chat page (default: this machine)"
    )
    parser.add_argument("--port", type=int, default=0, help="port of the chat page (default: any free one)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")


async def run(args: argparse.Namespace) -> int:
    """Runs the demo until SIGINT or SIGTERM; the exit status."""
    from bot.emulator import demo

    return await demo.run(args)
