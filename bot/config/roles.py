"""The variable whose value is a file of roles: read with the settings, each fault in words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, InstanceOf
from pydantic_settings import NoDecode

from bot.options import OPTIONS
from bot.options.kinds import BadValue
from bot.options.roles import NONE, OwnRole

LONGEST_NAME: Final = 40
MOST: Final = 30
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,20}")
_LANGUAGES: Final = ("ru", "en")


class BadRoles(ValueError):
    """The file can't be used; its text names the file, the role and what is wrong with it."""


def read_roles(path: Path) -> tuple[OwnRole, ...]:
    """The roles of a TOML file, in its order. Raises BadRoles.

    Each table is a role, named by its id: `name` and `instructions`, each a text, or a table with a text
    for `ru` and one for `en`.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadRoles(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadRoles(f"{path}: not a UTF-8 text file; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise BadRoles(f"{path} is not TOML: {error}") from None
    if len(found) > MOST:
        raise BadRoles(f"{path}: {len(found)} roles are more than {MOST}")
    return tuple(_role(path, role_id, table) for role_id, table in found.items())


def _role(path: Path, role_id: str, table: object) -> OwnRole:
    where = f"{path}: [{role_id}]"
    if not _ID.fullmatch(role_id) or role_id == NONE:
        raise BadRoles(f"{where}: a role's id has 1 to 20 of A-Z a-z 0-9 _ -, and is not {NONE!r}")
    if not isinstance(table, dict):
        raise BadRoles(f"{where}: a role is a table with name and instructions")
    unknown = sorted(set(table) - {"name", "instructions"})
    if unknown:
        raise BadRoles(f"{where}: {unknown[0]} is not known; a role has name and instructions")
    names, instructions = (_said(where, table, key) for key in ("name", "instructions"))
    for name in names.values():
        if len(name) > LONGEST_NAME or "\n" in name:
            raise BadRoles(f"{where}: name has one line of at most {LONGEST_NAME} characters")
    for text in instructions.values():
        try:
            OPTIONS["instructions"].kind.decode(text)
        except BadValue as bad:
            raise BadRoles(f"{where}: instructions have at most {bad.variables['max']} characters") from None
    return OwnRole(role_id, names, instructions)


def _said(where: str, table: dict[str, Any], key: str) -> dict[str, str]:
    said = table.get(key)
    by_language = {"": said} if isinstance(said, str) else said
    if not isinstance(by_language, dict) or not by_language:
        raise BadRoles(f"{where}: {key} is missing: a text, or a table with ru and en")
    for language, text in by_language.items():
        if language not in {"", *_LANGUAGES}:
            raise BadRoles(f"{where}: {key}.{language} is in no language of the bot's: ru or en")
        if not isinstance(text, str) or not text.strip():
            raise BadRoles(f"{where}: {key} is no text, or an empty one")
    return {language: text.strip() for language, text in by_language.items()}


def _read(value: object) -> object:
    return read_roles(Path(value)) if isinstance(value, str) else value


RolesFile = Annotated[tuple[InstanceOf[OwnRole], ...], NoDecode, BeforeValidator(_read)]
"""Given as a path."""
