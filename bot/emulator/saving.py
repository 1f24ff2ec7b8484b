"""A world in a file, so that the demo goes on where it was."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bot.emulator.world import World


def save(world: World, path: Path) -> None:
    """Replaces the file at once, if anything changed: a crash leaves the old one or the new one."""
    text = json.dumps(world.dump(), ensure_ascii=False)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)  # noqa: PTH105  # Path.replace says the same


def load(world: World, path: Path) -> bool:
    """Fills a new world from the file; False where there is none."""
    if not path.exists():
        return False
    world.restore(json.loads(path.read_text(encoding="utf-8")))
    return True
