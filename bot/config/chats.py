"""Variables of what chats inherit, who may ask, and how much."""

from __future__ import annotations

from typing import Literal

from pydantic_settings import BaseSettings

from bot.config.kinds import Ids, switch, variable, whole
from bot.config.roles import RolesFile
from bot.options import BUILT_IN


class ChatsSettings(BaseSettings):
    default_temperature: float = variable(
        0.8, ge=0, le=1, takes="a number from 0 to 1", about="temperature where a chat has not set its own"
    )
    default_max_output_tokens: int = whole(1500, least=1, most=8000, about="longest answer, in tokens")
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
        "ru", takes="ru or en", about="language where a user's is neither Russian nor English"
    )
    default_search: bool = switch(False, about="web search where a chat has not set its own")
    default_live: bool = switch(
        False, example="true", about="answers are shown while they grow, where a chat has not set its own"
    )
    history_tokens: int = whole(
        8000, least=0, most=1_000_000, about="budget of earlier turns sent with a question"
    )
    history_retention_days: int = variable(
        90,
        ge=0,
        le=36_500,
        takes="a whole number of days, 0 to keep all",
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
    access_requests: bool = switch(
        True,
        about="whoever is not allowed may ask ADMIN_USERS for it in the chat; false: they are told their id",
    )
    user_rate_per_min: int = whole(20, least=0, most=10_000, about="questions a user a minute; 0: no limit")
