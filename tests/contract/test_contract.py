"""The contract of imports bites: each break of it, made in a copy of the bot, is seen."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOWER = "Lower rooms never import upper ones, and every room has its place"
EMULATOR = "The emulator imports nothing of the bot, nor its libraries"
CIRCLES = "Nothing goes in circles, inside any room"
OPENAI = "Only the model's room knows openai"
SQL = "Only the store knows SQL"
TELEGRAM = "Only the upper rooms know Telegram's library"

BREAKS = {
    "the store imports the web server": ("store/turns.py", "import bot.operating.web", LOWER),
    "answering imports a handler": ("answering/runner.py", "import bot.handlers.messages", LOWER),
    "answering imports the presenter": ("answering/endings.py", "import bot.presenting.presenter", LOWER),
    "delivery imports answering": ("delivery/sending.py", "import bot.answering.ports", LOWER),
    "the model imports the store": ("model/pool.py", "import bot.store", LOWER),
    "the core imports the texts": ("core/values.py", "import bot.texts", LOWER),
    "the web server imports a handler": ("operating/web.py", "import bot.handlers.gate", LOWER),
    "a screen imports the presenter": ("screens/menu.py", "import bot.presenting.presenter", LOWER),
    "options import answering": ("options/kinds.py", "import bot.answering.outcomes", LOWER),
    "texts import the markup": ("texts/catalogue.py", "import bot.markup", LOWER),
    "a handler imports the composition root": ("handlers/welcome.py", "import bot.service", LOWER),
    "a new room that nobody placed": ("gossip/__init__.py", "", LOWER),
    "a new module beside the rooms": ("gossip.py", "", LOWER),
    "the emulator imports texts": ("emulator/world.py", "import bot.texts", LOWER),
    "the emulator imports the core": ("emulator/world.py", "import bot.core.clock", EMULATOR),
    "the emulator imports Telegram's library": ("emulator/world.py", "import telegram", EMULATOR),
    "alerts import openai": ("presenting/alerts.py", "import openai", OPENAI),
    "a new module of a room imports openai": ("answering/gossip.py", "import openai", OPENAI),
    "a handler imports SQL": ("handlers/memory.py", "import sqlalchemy", SQL),
    "the button's presenter imports SQL": (
        "presenting/answer_buttons.py",
        "from sqlalchemy import select",
        SQL,
    ),
    "a command opens the file itself": ("commands/backup.py", "import sqlite3", SQL),
    "answering imports Telegram's library": ("answering/notices.py", "import telegram", TELEGRAM),
    "the markup imports Telegram's library": ("markup/links.py", "from telegram import Message", TELEGRAM),
    "a circle in answering": ("answering/outcomes.py", "import bot.answering.answering", CIRCLES),
    "a circle between folders": ("answering/scheduling/slots.py", "import bot.answering.runner", CIRCLES),
    "a circle in handlers": ("handlers/incoming.py", "import bot.handlers.services", CIRCLES),
    "a circle in the store": ("store/tables.py", "import bot.store.turns", CIRCLES),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contract")
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    assert broken(folder) == []
    return folder


def broken(folder: Path) -> list[str]:
    """The names of the contracts that are broken there."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert "Contracts: " in run.stdout, run.stdout + run.stderr
    return [line.removesuffix(" BROKEN") for line in run.stdout.splitlines() if line.endswith(" BROKEN")]


@contextmanager
def changed(module: Path, line: str) -> Iterator[None]:
    """A module with one more import, or a new one; as it was afterwards."""
    before = module.read_text() if module.exists() else None
    module.parent.mkdir(exist_ok=True)
    module.write_text(f"{before or ''}\n{line}\n")
    try:
        yield
    finally:
        if before is not None:
            module.write_text(before)
        elif module.name == "__init__.py":
            shutil.rmtree(module.parent)
        else:
            module.unlink()


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_seen(copy: Path, name: str) -> None:
    module, line, contract = BREAKS[name]
    with changed(copy / "bot" / module, line):
        assert contract in broken(copy)
