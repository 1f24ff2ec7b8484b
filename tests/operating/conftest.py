"""A deployment: both services on this machine, a `.env` for them, and a clean environment."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.commands.check import check
from bot.config.settings import variables
from bot.emulator.model import ModelServer
from bot.emulator.speech import SpeechServer
from bot.emulator.world import World
from tests.clocks import FastClock

FOLDER = "b1gfolder"
KEY = "AQVN-a-made-up-key"


@dataclass
class Deployment:
    """What the operator has: the two services, and a folder with `.env` and the database."""

    world: World
    model: ModelServer
    speech: SpeechServer
    folder: Path
    clock: FastClock

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder}/data/bot.db"

    def env_file(self, **changes: str) -> Path:
        values = {
            "TELEGRAM_BOT_TOKEN": self.world.token,
            "TELEGRAM_API_URL": self.world.url,
            "YANDEX_CLOUD_FOLDER": FOLDER,
            "YANDEX_CLOUD_API_KEY": KEY,
            "YANDEX_CLOUD_BASE_URL": self.model.url,
            "YANDEX_SPEECHKIT_URL": self.speech.url,
            "DATABASE_URL": self.database_url,
            "ALLOWED_USERS": "1",
        }
        path = self.folder / ".env"
        path.write_text("".join(f"{name}={value}\n" for name, value in (values | changes).items()))
        path.chmod(0o600)
        return path

    async def check(self, **changes: str) -> dict[str, Any]:
        """What `check --json` says; what it exits with is in it, and is the same."""
        out = io.StringIO()
        status = await check(out, env_file=self.env_file(**changes), clock=self.clock, machine=True)
        report: dict[str, Any] = json.loads(out.getvalue())
        assert report["status"] == status
        assert report["ok"] is (status == 0)
        for secret in (self.world.token, KEY):
            assert secret not in out.getvalue()
        return report

    async def found(self, name: str, **changes: str) -> tuple[str, int, str, str]:
        """State, exit status, words and mend of one point, the last of that name."""
        report = await self.check(**changes)
        point = [point for point in report["points"] if point["name"] == name][-1]
        return point["state"], report["status"], point["found"], point["mend"]


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*variables(), "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    clock = FastClock()
    async with World(clock) as world, ModelServer() as model, SpeechServer() as speech:
        world.api.date = clock.at_telegram
        yield Deployment(world, model, speech, tmp_path, clock)
