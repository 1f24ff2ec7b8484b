"""What Telegram answers when it says no: the refusal, and the wording of each that is modelled.

The wordings come from tdlib/telegram-bot-api (`Client.cpp`, `ClientManager.cpp`) and tdlib/td, or, for errors
that Telegram's own servers give, from what bots have been answered.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An error answer of the Bot API: HTTP status, description and `parameters`."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(reason: str, **parameters: Any) -> Refusal:
    return Refusal(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> Refusal:
    return Refusal(403, f"Forbidden: {reason}")


def too_many_requests(retry_after_s: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {retry_after_s}", retry_after=retry_after_s)


def upgraded(new_chat_id: int) -> Refusal:
    return bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=new_chat_id)
