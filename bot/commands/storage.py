"""Which database the commands are for that need nothing but the database: the one that the bot has."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.config.loading import BadSettings, read
from bot.config.settings import Settings


class _Source(BaseSettings):
    """The one variable that a copy needs, as `Settings` has it."""

    model_config = {**Settings.model_config, "env_ignore_empty": True}

    database_url: SecretStr = cast("Any", Settings.model_fields["database_url"])


def database_url(env_file: Path) -> str:
    """From the environment, else from the file. Raises `BadSettings`."""
    source, trouble = read(_Source, env_file)
    if trouble and "database_url" not in source.model_fields_set:
        raise BadSettings(trouble)
    return source.database_url.get_secret_value()
