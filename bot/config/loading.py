"""Reads the settings from the environment and `.env`, and puts what is wrong with them in words."""

from __future__ import annotations

import difflib
import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from bot.config.roles import BadRoles
from bot.config.settings import Settings, variables
from bot.identity import AuthorizedKey, BadKeyFile
from bot.money.prices import BadPrices

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


Some = TypeVar("Some", bound=BaseSettings)


class BadSettings(Exception):
    """The configuration can't be used: a line a fault, which names the variable or the file."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(env_file: Path = Path(".env")) -> tuple[Settings, list[str]]:
    """The settings, and warnings worth a line in the log. Raises `BadSettings` with all faults at once.

    A file that can't be read is only warned of where the environment has all that is needed.
    """
    settings, trouble = read(Settings, env_file)
    return settings, trouble + _warnings(None if trouble else env_file, settings)


def read(kind: type[Some], env_file: Path) -> tuple[Some, list[str]]:
    """Settings of this kind, and why the file can't be read, if so. Raises as `load` does."""
    trouble = unreadable(env_file)
    try:
        return kind(_env_file=None if trouble else env_file), trouble
    except ValidationError as error:
        raise BadSettings([*trouble, *_faults(error)]) from None
    except UnicodeDecodeError:
        raise BadSettings([f"{env_file}: not a UTF-8 text file; save it as UTF-8"]) from None


def unreadable(env_file: Path) -> list[str]:
    """Why the file can't be read, in a line that names it; none where it can, or where there is no file."""
    try:
        if env_file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if env_file.is_file() or env_file.is_symlink():  # not a pipe: it gives what it has once
            env_file.read_bytes()
    except OSError as error:
        return [f"{env_file} can't be read: {error.strerror}; mend or remove it"]
    return []


def _faults(error: ValidationError) -> list[str]:
    names = dict.fromkeys(_variable(detail) for detail in error.errors())
    missing = {_variable(detail) for detail in error.errors() if detail["type"] == "missing"}
    causes = {_variable(detail): detail.get("ctx", {}).get("error") for detail in error.errors()}
    known = variables()
    faults = [f"{_variable(detail)}: {told}" for detail in error.errors() if (told := _told(detail))]
    for name in names:
        if any(fault.startswith(f"{name}: ") for fault in faults):
            continue
        extra: dict[str, str] = known[name].json_schema_extra  # type: ignore[assignment]
        what = "is not set" if name in missing else "has a value that can't be used"
        if name in {"WEBHOOK_SECRET", "HTTP_LISTEN"}:
            what = "is missing or can't be used"
        if isinstance(causes[name], BadPrices):
            what += f" ({causes[name]})"
        faults.append(f"{name} {what}: it takes {extra['takes']}, for example {name}={extra['example']}")
    return faults


def _told(detail: ErrorDetails) -> str:
    """What is wrong inside a file that a variable names; nothing of a variable's own value."""
    error = detail.get("ctx", {}).get("error")
    return str(error) if isinstance(error, BadRoles | BadKeyFile) else ""


def _variable(detail: ErrorDetails) -> str:
    return str(detail["loc"][0]).upper()


def _is_open_to_all(path: Path) -> bool:
    return os.name == "posix" and path.is_file() and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _misspelt(name: str) -> str | None:
    """The nearest variable, where the name is that of none; None for what may well be another program's."""
    known = variables()
    if name in known:
        return None
    cutoff = 0 if name.startswith(("YANDEX_", "TELEGRAM_")) else 0.85
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=cutoff)), None)


def _warnings(env_file: Path | None, settings: Settings) -> list[str]:
    identity = settings.yandex_cloud_iam
    secret_files = [env_file, identity.path if isinstance(identity, AuthorizedKey) else None]
    warnings = [
        f"{path} can be read by other users of this machine: chmod 600 {path}"
        for path in secret_files
        if path is not None and _is_open_to_all(path)
    ]
    if env_file is not None and env_file.is_file():
        warnings += [
            f"{env_file}: {name} is not a variable of this bot; did you mean {near}?"
            for name in dotenv_values(env_file)
            if (near := _misspelt(name.upper()))
        ]
    if settings.yandex_cloud_iam is not None and settings.yandex_cloud_api_key is not None:
        warnings.append("YANDEX_CLOUD_API_KEY is not used: YANDEX_CLOUD_IAM says who the bot is")
    if not settings.allowed_users and not settings.allowed_chats:
        warnings.append("ALLOWED_USERS and ALLOWED_CHATS are empty: anyone may use this bot and the key")
    return warnings
