"""The documents on the inside hold to the code: rooms, dependencies, the paths that docstrings name."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_PATH = re.compile(r"`((?:bot|tests|docs|benchmarks)/[\w./-]*)(?:::\w+)?`")


def table(document: str, heading: str) -> list[str]:
    """What stands in backticks first in each row of the first table below a line."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8").partition(heading)[2]
    rows = text[text.index("\n|") :].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)` \|", rows, re.MULTILINE)


def names(requirements: Iterable[str]) -> list[str]:
    return sorted(re.split(r"[>=<;!~ ]", requirement, maxsplit=1)[0] for requirement in requirements)


def test_every_room_has_its_row() -> None:
    files = [path for path in (ROOT / "bot").rglob("*.*") if "__pycache__" not in path.parts]
    folders = {f"{path.parent.relative_to(ROOT)}/" for path in files}

    assert sorted(table("architecture.md", "## Rooms")) == sorted(folders)


def test_every_dependency_has_its_reason() -> None:
    project = PROJECT["project"]
    optional = [name for extra in project["optional-dependencies"].values() for name in extra]

    assert sorted(table("dependencies.md", "# Why")) == names([*project["dependencies"], *optional])


def test_every_tool_of_development_has_its_reason() -> None:
    wanted = names(PROJECT["dependency-groups"]["dev"])

    assert sorted(table("dependencies.md", "For development")) == wanted


def test_the_paths_that_docstrings_name_exist() -> None:
    missing = [
        (module.name, path)
        for folder in ("bot", "tests", "benchmarks")
        for module in (ROOT / folder).rglob("*.py")
        for words in strings(module)
        for path in _PATH.findall(words)
        if not (ROOT / path).exists()
    ]

    assert missing == []


def strings(module: Path) -> list[str]:
    """Docstrings, and whatever else stands in quotes with backticks in it."""
    return [
        node.value
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "`" in node.value
    ]
