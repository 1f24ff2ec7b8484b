"""The mutants are what they should be: one change each, of what the bot does."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutation.mutants import drawn, mutants_of


@pytest.mark.parametrize(
    ("line", "mutated"),
    [
        ("a < b", ["a <= b"]),
        ("0.5 >= b", ["0.5 > b", "1.5 >= b"]),
        ("a == b != c", ["a != b != c", "a == b == c"]),
        ("a is None", ["a is not None"]),
        ("a is not None", ["a is None"]),
        ("a not in (b)", ["a in (b)"]),
        ("(a and (b) and c)", ["(a or (b) and c)", "(a and (b) or c)"]),
        ("not a or b", ["a or b", "not a and b"]),
        ("'ё', 1", ["'ё', 2"]),
        ("a = True", []),
        ("log.info('%d', 1)", []),
        ("a: Literal[1] = 2", ["a: Literal[1] = 3"]),
    ],
)
def test_what_is_changed(tmp_path: Path, line: str, mutated: Sequence[str]) -> None:
    module = tmp_path / "module.py"
    module.write_text(line, encoding="utf-8")
    mutants = mutants_of("room", module)
    assert sorted(mutated) == sorted(mutant.applied(module.read_bytes()).decode() for mutant in mutants)


def test_every_mutant_can_be_compiled() -> None:
    rooms = ["answering", "delivery", "markup", "model", "options", "store"]
    mutants = drawn(rooms, 300, seed=0)
    assert mutants == drawn(rooms, 300, seed=0)
    assert {mutant.room for mutant in mutants} == set(rooms)
    for mutant in mutants:
        source = mutant.path.read_bytes()
        assert ast.dump(ast.parse(mutant.applied(source))) != ast.dump(ast.parse(source))


def test_a_mutant_is_told_with_its_place(tmp_path: Path) -> None:
    Path(tmp_path, "module.py").write_text("a = 1\nb = a and c\n")
    (mutant,) = [each for each in mutants_of("room", tmp_path / "module.py") if each.new == b"or"]
    assert mutant.told(tmp_path) == f"{tmp_path}/module.py:2\n  - b = a and c\n  + b = a or c"
