"""The numbers of a module that are no accident: people were told them, or somebody outside set them."""

from __future__ import annotations

from types import ModuleType


def numbers(module: ModuleType, *names: str) -> list[object]:
    return [getattr(module, name) for name in names]
