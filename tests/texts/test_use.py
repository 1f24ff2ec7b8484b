"""Every text is used in the code, and every use gives the text exactly the variables that it takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bot
from bot.texts import Catalogue
from tests.texts.variables import variables_of

TEXTS = Catalogue("ru")["ru"]
IDS = frozenset(TEXTS.ids())
VARIABLES = variables_of("ru")

# The names of settings and of their values are checked against their declarations, with the options.
OF_OPTIONS = ("option-", "about-", "value-", "example-")

# Of behaviours that are still to be written.
WAITING: set[str] = set()


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    root = Path(bot.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path, node


def used() -> set[str]:
    """Ids that stand in the code as strings, whole or as `f"<prefix>-{…}"`."""
    found: set[str] = set()
    for _path, node in nodes():
        if isinstance(node, ast.Constant) and node.value in IDS:
            found.add(node.value)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            prefix = str(node.values[0].value)
            if prefix.endswith("-"):
                found |= {text_id for text_id in IDS if text_id.startswith(prefix)}
    return found


def is_text(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name.lstrip("_") == "texts"


def test_no_text_is_left_over() -> None:
    unused = {text_id for text_id in IDS - used() if not text_id.startswith(OF_OPTIONS)}
    assert unused - WAITING == set()
    assert set() == WAITING - IDS


def test_no_text_is_called_by_a_wrong_name_or_with_other_variables() -> None:
    wrong = []
    calls = 0
    for path, node in nodes():
        if not isinstance(node, ast.Call) or not is_text(node.func) or not node.args:
            continue
        text_id = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        given = [keyword.arg for keyword in node.keywords]
        if not isinstance(text_id, str) or None in given:
            continue
        calls += 1
        if text_id not in IDS or VARIABLES[text_id] != set(given):
            wrong.append(f"{path.name}:{node.lineno} {text_id}")
    assert calls > 30
    assert wrong == []
