"""The deployment's settings: all variables together, and what goes only together."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, unquote_plus, urlsplit

from pydantic import SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from bot.config.chats import ChatsSettings
from bot.config.money import MoneySettings
from bot.config.process import ProcessSettings
from bot.config.telegram import TelegramSettings
from bot.config.yandex import YandexSettings
from bot.core.values import ChatSettings
from bot.options import BUILT_IN

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


# The fields of the last base come first, and with them its faults.
class Settings(ProcessSettings, MoneySettings, ChatsSettings, YandexSettings, TelegramSettings):
    """Each field is the variable of the same name in capitals.

    A new variable is declared once, in the module of its matter, and has its line in the documents.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    def chat_defaults(self) -> ChatSettings:
        """What chats inherit."""
        return replace(
            BUILT_IN,
            temperature=self.default_temperature,
            max_output_tokens=self.default_max_output_tokens,
            model=self.yandex_cloud_model,
            instructions=self.default_instructions,
            language=self.default_language,
            search=self.default_search,
            live=self.default_live,
        )

    def secrets(self) -> list[str]:
        """Everything that must never be shown: a URL with a password, and that password in its forms."""
        secrets = []
        for _, value in self:
            if isinstance(value, SecretStr):
                text = value.get_secret_value()
                secrets += _of_url(text) if "://" in text else [text]
        return secrets

    @model_validator(mode="before")
    @classmethod
    def _empty_means_default(cls, values: dict[str, Any]) -> dict[str, Any]:
        """`NAME=` in a `.env` leaves the default, but where empty has a meaning of its own."""
        return {name: value for name, value in values.items() if value != "" or name == "http_listen"}

    @field_validator("webhook_secret", "http_listen")
    @classmethod
    def _webhook_needs_secret_and_server(cls, value: Any, others: ValidationInfo) -> Any:
        """`webhook_url` is declared before these two, so it is known here."""
        if others.data.get("webhook_url") and not value:
            raise ValueError("a webhook needs it")
        return value


_PASSWORDS: Final = ("password", "sslpassword")
"""Parameters of a database's URL that are secret."""


def _of_url(url: str) -> list[str]:
    """The URL, its passwords in their forms, and the user's with their name, as errors quote it.

    Nothing where there is no password and no user; a URL that can't be taken apart is a secret as a whole,
    and so is one with a user alone.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return [url]
    asked = [each.partition("=") for each in parts.query.split("&")]
    passwords = [parts.password, *(value for name, _, value in asked if name in _PASSWORDS)]
    found = [password for password in passwords if password]
    if not found:
        return [url] if "@" in url and not url.startswith("sqlite") else []
    secrets = [url, *found, *map(unquote, found), *map(unquote_plus, found)]
    if parts.password:
        pair = f"{parts.username or ''}:{parts.password}"
        secrets += [pair, unquote(pair), b64encode(unquote(pair).encode()).decode()]
    return secrets


def variables() -> Mapping[str, FieldInfo]:
    """Every variable by its name in the environment."""
    return {name.upper(): field for name, field in Settings.model_fields.items()}
