"""A deployment's roles come from its file, and each fault of the file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.loading import BadSettings, load
from bot.config.roles import BadRoles, read_roles
from bot.options.roles import READY, Roles
from bot.texts import Catalogue

GOOD = """
[lawyer]
name = "Юрист"
instructions = " Отвечай как юрист. "

[teacher]
name = { ru = "Наставник", en = "Mentor" }
instructions = { ru = "Учи.", en = "Teach." }
"""
CATALOGUE = Catalogue("ru")
SAMPLE = Path(__file__).parents[2] / "docs" / "deploy" / "roles.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "roles.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_files_roles_stand_after_the_ready_ones_and_in_place_of_their_namesakes(tmp_path: Path) -> None:
    roles = Roles(read_roles(written(tmp_path, GOOD)))
    offered = [role.id for role in roles.all(CATALOGUE["ru"])]
    assert offered == [*(role for role in READY if role != "teacher"), "lawyer", "teacher"]
    mentor = roles.get("teacher", CATALOGUE["en"])
    assert mentor is not None
    assert (mentor.name, mentor.instructions) == ("Mentor", "Teach.")
    lawyer = roles.get("lawyer", CATALOGUE["en"])
    assert lawyer is not None
    assert (lawyer.name, lawyer.instructions) == ("Юрист", "Отвечай как юрист.")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[a\n", "is not TOML"),
        ("lawyer = 5", "[lawyer]: a role is a table"),
        ('["a b"]\nname = "x"\ninstructions = "y"', "[a b]: a role's id"),
        ('[none]\nname = "x"\ninstructions = "y"', "[none]: a role's id"),
        ('[a]\ninstructions = "y"', "[a]: name is missing"),
        ('[a]\nname = "x"', "[a]: instructions is missing"),
        ('[a]\nname = "x"\ninstructions = ""', "[a]: instructions is no text"),
        ('[a]\nname = "x"\ninstructions = 5', "[a]: instructions is missing"),
        ('[a]\nname = "x"\ninstructions = { fr = "y" }', "[a]: instructions.fr is in no language"),
        ('[a]\nname = "x"\ninstructions = "y"\ntemprature = 1', "[a]: temprature is not known"),
        (f'[a]\nname = "{"x" * 41}"\ninstructions = "y"', "[a]: name has one line of at most 40"),
        (f'[a]\nname = "x"\ninstructions = "{"y" * 4001}"', "[a]: instructions have at most 4000"),
        (
            "\n".join(f'[r{n}]\nname = "x"\ninstructions = "y"' for n in range(31)),
            "31 roles are more than 30",
        ),
    ],
)
def test_each_fault_is_named_with_its_role(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadRoles) as raised:
        read_roles(written(tmp_path, text))
    assert named in str(raised.value)
    assert str(tmp_path / "roles.toml") in str(raised.value)


def test_the_sample_is_one() -> None:
    assert [role.id for role in read_roles(SAMPLE)] == ["lawyer", "support"]


def test_a_file_that_is_not_there_or_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRoles, match="can't be read: No such file"):
        read_roles(tmp_path / "none.toml")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRoles, match="not a UTF-8 text file"):
        read_roles(tmp_path / "binary")


def test_the_fault_stands_among_those_of_the_settings(tmp_path: Path) -> None:
    path = written(tmp_path, "[a]\n")
    (tmp_path / ".env").write_text(f"ROLES_FILE={path}\nDEFAULT_TEMPERATURE=3\n")
    with pytest.raises(BadSettings) as raised:
        load(tmp_path / ".env")
    told = [fault.split()[0] for fault in raised.value.faults]
    assert {"ROLES_FILE:", "DEFAULT_TEMPERATURE"} <= set(told)
    assert told.count("ROLES_FILE:") == 1
