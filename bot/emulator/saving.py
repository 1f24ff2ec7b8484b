"""A world in a folder, so that the demo goes on where it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.emulator import keeping

if TYPE_CHECKING:
    from bot.emulator.world import World


def save(world: World, path: Path) -> None:
    """Replaces the file at once, if anything changed: a crash leaves the old one or the new one.

    What people sent never changes: each file is written once, beside it.
    """
    _save_files(world, path)
    text = json.dumps(keeping.dump(world.state, contents=False), ensure_ascii=False)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    _replace(path, text.encode())


def load(world: World, path: Path) -> bool:
    """Fills a new world from the file; False where there is none."""
    if not path.exists():
        return False
    world.restore(json.loads(path.read_text(encoding="utf-8")))
    for file in world.state.files.values():
        kept = path.parent / "files" / file.id
        if kept.exists():
            file.content = kept.read_bytes()
    return True


def _save_files(world: World, path: Path) -> None:
    folder = path.parent / "files"
    folder.mkdir(exist_ok=True)
    for file in world.state.files.values():
        if not (folder / file.id).exists():
            _replace(folder / file.id, file.content)


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.write_bytes(content)
    os.replace(draft, path)  # noqa: PTH105  # Path.replace says the same
