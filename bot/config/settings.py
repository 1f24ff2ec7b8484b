"""The deployment's settings, read once from the environment and `.env`."""

from __future__ import annotations

import difflib
import os
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.options import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from bot.core.values import ChatSettings


class BadSettings(Exception):
    """The configuration can't be used; each line names a variable, what it takes and an example."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _ids(value: object) -> object:
    """Comma-separated ids, as people write them in a `.env`."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _check_url(value: str, schemes: Collection[str]) -> None:
    """Raises `ValueError`, as `port` does where it is none."""
    parts = urlsplit(value)
    parts.port  # noqa: B018
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError("not such a URL")


def _check_listen(value: str) -> str:
    if value:
        _check_url(f"http://{'any' if value.startswith(':') else ''}{value}", ("http",))
    return value


def _url(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        _check_url(value, schemes)
        return value.rstrip("/")

    return AfterValidator(check)


def _secret_url(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        _check_url(value.get_secret_value(), schemes)
        return value

    return AfterValidator(check)


def _matching(pattern: str) -> AfterValidator:
    """A secret of this form; pydantic's own message would quote the value."""

    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, value.get_secret_value()):
            raise ValueError("not of that form")
        return value

    return AfterValidator(check)


_WEB = ("http", "https")
_PROXY = ("http", "https", "socks5", "socks5h")
Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)]
ProxyUrl = Annotated[SecretStr, _secret_url(*_PROXY)]


def _field(default: Any, *, takes: str, example: str, about: str, **bounds: Any) -> Any:
    """A variable: `takes` is its range in words, for the error text; `about` its line in `.env.example`."""
    return Field(default, description=about, json_schema_extra={"takes": takes, "example": example}, **bounds)


class Settings(BaseSettings):
    """Each field is the variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    telegram_bot_token: Annotated[SecretStr, _matching(r"\d{1,20}:[A-Za-z0-9_-]{20,80}")] = _field(
        ...,
        takes="the token that @BotFather gave",
        example="123456789:AAExampleExampleExampleExampleExample",
        about="the bot's token, from @BotFather",
    )
    telegram_api_url: Annotated[str, _url(*_WEB)] = _field(
        "https://api.telegram.org",
        takes="an http or https URL",
        example="https://api.telegram.org",
        about="root of the Bot API; files are under /file/bot<token>/",
    )
    telegram_rate_per_s: int = _field(
        30,
        ge=1,
        le=1000,
        takes="a whole number from 1 to 1000",
        example="30",
        about="sends and edits a second over all chats; more than 30 only for bots that pay for it",
    )
    telegram_proxy_url: ProxyUrl | None = _field(
        None,
        takes="an http, https, socks5 or socks5h URL",
        example="socks5://user:password@proxy.example:1080",
        about="proxy for Telegram only",
    )
    yandex_cloud_folder: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = _field(
        ..., takes="a folder id", example="b1gexamplefolder0000", about="id of the Yandex Cloud folder"
    )
    yandex_cloud_api_key: Annotated[SecretStr, _matching(r"[\x21-\x7e]{8,4096}")] = _field(
        ...,
        takes="an API key of a service account",
        example="AQVNexample0000000000000000000000000000",
        about="API key of the service account",
    )
    # Not \w: of all the alphabets in the world the expression takes a tenth of a second to compile.
    yandex_cloud_model: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:/@-]{1,200}$")] = _field(
        "yandexgpt-lite",
        takes="a model's name, or a whole URI",
        example="yandexgpt-lite",
        about="becomes gpt://<folder>/<model>; used as it is if it contains ://",
    )
    yandex_cloud_base_url: Annotated[str, _url(*_WEB)] = _field(
        "https://ai.api.cloud.yandex.net/v1",
        takes="an http or https URL",
        example="https://ai.api.cloud.yandex.net/v1",
        about="root of the Responses API",
    )
    yandex_cloud_proxy_url: ProxyUrl | None = _field(
        None,
        takes="an http, https, socks5 or socks5h URL",
        example="http://proxy.example:3128",
        about="proxy for the model only",
    )
    yandex_cloud_log_requests: bool = _field(
        False, takes="true or false", example="false", about="whether the provider may log prompts"
    )
    database_url: Annotated[SecretStr, _matching(r"[a-z0-9+]+://.*")] = _field(
        SecretStr("sqlite:///data/bot.db"),
        takes="an SQLAlchemy URL",
        example="sqlite:///data/bot.db",
        about="the database",
    )
    default_temperature: float = _field(
        0.8,
        ge=0,
        le=1,
        takes="a number from 0 to 1",
        example="0.8",
        about="temperature where a chat has not set its own",
    )
    default_max_output_tokens: int = _field(
        1500,
        ge=1,
        le=8000,
        takes="a whole number from 1 to 8000",
        example="1500",
        about="longest answer, in tokens",
    )
    default_instructions: str = _field(
        BUILT_IN.instructions,
        max_length=4000,
        takes="a text of at most 4000 characters",
        example="Отвечай кратко.",
        about="system prompt where a chat has not set its own",
    )
    default_language: Literal["ru", "en"] = _field(
        "ru", takes="ru or en", example="ru", about="language where a user's is neither Russian nor English"
    )
    model_concurrency: int = _field(
        10,
        ge=1,
        le=1024,
        takes="a whole number from 1 to 1024",
        example="10",
        about="model requests at a time (threads in the pool)",
    )
    model_timeout_s: float = _field(
        60, gt=0, le=600, takes="seconds, up to 600", example="60", about="time for one model request"
    )
    answer_deadline_s: float = _field(
        180,
        gt=0,
        le=3600,
        takes="seconds, up to 3600",
        example="180",
        about="time for a question, from its slot to its answer, retries included",
    )
    queue_limit: int = _field(
        1000,
        ge=1,
        le=100_000,
        takes="a whole number from 1 to 100000",
        example="1000",
        about="questions waiting, all chats; beyond it a polite refusal",
    )
    history_tokens: int = _field(
        8000,
        ge=0,
        le=1_000_000,
        takes="a whole number from 0 to 1000000",
        example="8000",
        about="budget of earlier turns sent with a question",
    )
    history_retention_days: int = _field(
        90,
        ge=0,
        le=36_500,
        takes="a whole number of days, 0 to keep all",
        example="90",
        about="turns older than this are deleted; 0 keeps them",
    )
    allowed_users: Ids = _field(
        frozenset(), takes="ids, separated by commas", example="11111,22222", about="users who may ask"
    )
    allowed_chats: Ids = _field(
        frozenset(),
        takes="ids, separated by commas",
        example="-1001234567890",
        about="groups that may ask; this and ALLOWED_USERS empty: open to all",
    )
    admin_users: Ids = _field(
        frozenset(),
        takes="ids, separated by commas",
        example="11111",
        about="who is told of trouble with the key or the model",
    )
    user_rate_per_min: int = _field(
        20,
        ge=0,
        le=10_000,
        takes="a whole number from 0 to 10000",
        example="20",
        about="questions a user a minute; 0: no limit",
    )
    webhook_url: Annotated[str, _url("https", "http")] | None = _field(
        None,
        takes="an https URL that Telegram can reach",
        example="https://bot.example/telegram",
        about="set: webhook instead of polling",
    )
    webhook_secret: Annotated[SecretStr, _matching(r"[A-Za-z0-9_-]{1,256}")] | None = _field(
        None,
        takes="1 to 256 of A-Z a-z 0-9 _ -, required with WEBHOOK_URL",
        example="change-me-to-something-long",
        about="Telegram sends it with every update",
    )
    http_listen: Annotated[
        str, Field(pattern=r"^$|^[^\s:]*:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$"), AfterValidator(_check_listen)
    ] = _field(
        "127.0.0.1:8080",
        takes="host:port, or empty for none",
        example="127.0.0.1:8080",
        about="serves /healthz, /metrics and the webhook path; empty: off",
    )
    shutdown_grace_s: float = _field(
        20,
        ge=0,
        le=600,
        takes="seconds, up to 600",
        example="20",
        about="time given to answers in progress on SIGTERM",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _field(
        "INFO", takes="DEBUG, INFO, WARNING or ERROR", example="INFO", about="how much is logged"
    )
    log_format: Literal["console", "json"] = _field(
        "console", takes="console or json", example="console", about="how it is logged"
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
        )

    def secrets(self) -> list[str]:
        """Everything that must never show in a log; of a URL its password too, which may be shown alone."""
        values = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        passwords = [password for value in values if (password := urlsplit(value).password)]
        return [*values, *passwords, *map(unquote, passwords)]

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


def variables() -> Mapping[str, FieldInfo]:
    """Every variable by its name in the environment."""
    return {name.upper(): field for name, field in Settings.model_fields.items()}


def load(env_file: Path = Path(".env")) -> tuple[Settings, list[str]]:
    """The settings, and warnings worth a line in the log. Raises `BadSettings` with all faults at once."""
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        raise BadSettings(_faults(error)) from None
    except UnicodeDecodeError:
        raise BadSettings([f"{env_file}: not a UTF-8 text file; save it as UTF-8"]) from None
    return settings, _warnings(env_file, settings)


def _faults(error: ValidationError) -> list[str]:
    names = dict.fromkeys(_variable(detail) for detail in error.errors())
    missing = {_variable(detail) for detail in error.errors() if detail["type"] == "missing"}
    known = variables()
    faults = []
    for name in names:
        extra: dict[str, str] = known[name].json_schema_extra  # type: ignore[assignment]
        what = "is not set" if name in missing else "has a value that can't be used"
        if name in {"WEBHOOK_SECRET", "HTTP_LISTEN"}:
            what = "is missing or can't be used"
        faults.append(f"{name} {what}: it takes {extra['takes']}, for example {name}={extra['example']}")
    return faults


def _variable(detail: ErrorDetails) -> str:
    return str(detail["loc"][0]).upper()


def _warnings(env_file: Path, settings: Settings) -> list[str]:
    warnings = []
    if env_file.is_file():
        if os.name == "posix" and env_file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            warnings.append(f"{env_file} can be read by other users of this machine: chmod 600 {env_file}")
        known = variables()
        for name in dotenv_values(env_file):
            if name.startswith(("YANDEX_", "TELEGRAM_")) and name.upper() not in known:
                near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)
                warnings.append(f"{env_file}: {name} is not a variable of this bot; did you mean {near[0]}?")
    if not settings.allowed_users and not settings.allowed_chats:
        warnings.append("ALLOWED_USERS and ALLOWED_CHATS are empty: anyone may use this bot and the key")
    return warnings
