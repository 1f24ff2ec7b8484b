"""Variables of the process itself: its database, its limits, its web server, its logs."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.config.kinds import Listen, WebUrl, Zone, matching, seconds, variable, whole


class ProcessSettings(BaseSettings):
    database_url: Annotated[SecretStr, matching(r"[a-z0-9+]+://.*")] = variable(
        SecretStr("sqlite:///data/bot.db"),
        takes="an SQLAlchemy URL",
        example="sqlite:///data/bot.db",
        about="the database: SQLite, or postgresql://user:password@host/name",
    )
    time_zone: Zone = variable(
        ZoneInfo("Europe/Moscow"),
        takes="the IANA name of a time zone",
        example="Europe/Moscow",
        about="the zone of the times and days that the bot tells",
    )
    model_concurrency: int = whole(
        10, least=1, most=1024, about="model requests at a time (threads in the pool)"
    )
    model_timeout_s: float = seconds(60, most=600, gt=0, about="time for one model request")
    answer_deadline_s: float = seconds(
        180, most=3600, gt=0, about="time for the model to answer a question, retries included"
    )
    queue_limit: int = whole(
        1000, least=1, most=100_000, about="questions waiting, all chats; beyond it a polite refusal"
    )
    webhook_url: WebUrl | None = variable(
        None,
        takes="an https URL that Telegram can reach",
        example="https://bot.example/telegram",
        about="set: webhook instead of polling",
    )
    webhook_secret: Annotated[SecretStr, matching(r"[A-Za-z0-9_-]{1,256}")] | None = variable(
        None,
        takes="1 to 256 of A-Z a-z 0-9 _ -, required with WEBHOOK_URL",
        example="change-me-to-something-long",
        about="Telegram sends it with every update; required with WEBHOOK_URL",
    )
    http_listen: Listen = variable(
        "127.0.0.1:8080",
        takes="host:port, or empty for none",
        about="serves /healthz, /metrics and the webhook path; empty: off",
    )
    shutdown_grace_s: float = seconds(8, most=600, ge=0, about="time given to answers in progress on SIGTERM")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = variable(
        "INFO", takes="DEBUG, INFO, WARNING or ERROR", about="how much is logged"
    )
    log_format: Literal["console", "json"] = variable(
        "console", takes="console or json", about="how it is logged"
    )
