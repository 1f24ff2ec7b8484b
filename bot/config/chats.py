"""Variables of what chats inherit, who may ask, and how much."""

from __future__ import annotations

from typing import Literal

from pydantic_settings import BaseSettings

from bot.config.kinds import Ids, variable
from bot.config.roles import RolesFile
from bot.options import BUILT_IN


class ChatsSettings(BaseSettings):
    default_temperature: float = variable(
        0.8,
        ge=0,
        le=1,
        takes="a number from 0 to 1",
        example="0.8",
        about="temperature where a chat has not set its own",
    )
    default_max_output_tokens: int = variable(
        1500,
        ge=1,
        le=8000,
        takes="a whole number from 1 to 8000",
        example="1500",
        about="longest answer, in tokens",
    )
    default_instructions: str = variable(
        BUILT_IN.instructions,
        max_length=4000,
        takes="a text of at most 4000 characters",
        example="Отвечай кратко.",
        about="system prompt where a chat has not set its own",
    )
    roles_file: RolesFile = variable(
        (),
        takes="the path of a TOML file",
        example="docs/deploy/roles.toml",
        about="roles of the deployment's own, beside the ready ones of /role",
    )
    default_language: Literal["ru", "en"] = variable(
        "ru", takes="ru or en", example="ru", about="language where a user's is neither Russian nor English"
    )
    default_search: bool = variable(
        False,
        takes="true or false",
        example="false",
        about="web search where a chat has not set its own",
    )
    default_live: bool = variable(
        False,
        takes="true or false",
        example="true",
        about="answers are shown while they grow, where a chat has not set its own",
    )
    history_tokens: int = variable(
        8000,
        ge=0,
        le=1_000_000,
        takes="a whole number from 0 to 1000000",
        example="8000",
        about="budget of earlier turns sent with a question",
    )
    history_retention_days: int = variable(
        90,
        ge=0,
        le=36_500,
        takes="a whole number of days, 0 to keep all",
        example="90",
        about="turns older than this are deleted; 0 keeps them",
    )
    allowed_users: Ids = variable(
        frozenset(), takes="ids, separated by commas", example="11111,22222", about="users who may ask"
    )
    allowed_chats: Ids = variable(
        frozenset(),
        takes="ids, separated by commas",
        example="-1001234567890",
        about="groups that may ask; this and ALLOWED_USERS empty: open to all",
    )
    admin_users: Ids = variable(
        frozenset(),
        takes="ids, separated by commas",
        example="11111",
        about="who lets people in, and is told of trouble with the key or the model",
    )
    access_requests: bool = variable(
        True,
        takes="true or false",
        example="true",
        about="whoever is not allowed may ask ADMIN_USERS for it in the chat; false: they are told their id",
    )
    user_rate_per_min: int = variable(
        20,
        ge=0,
        le=10_000,
        takes="a whole number from 0 to 10000",
        example="20",
        about="questions a user a minute; 0: no limit",
    )
