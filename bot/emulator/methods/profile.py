"""Methods about the bot itself, and about how it is told of updates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from bot.emulator.refusals import bad_request
from bot.emulator.state import State

Json = dict[str, Any]

WEBHOOK_PORTS = (None, 443, 80, 88, 8443)
RESOLVED = {"localhost": "127.0.0.1"}
SOME_ADDRESS = "203.0.113.1"
"""One of those that RFC 5737 keeps for examples."""


def get_me(state: State, params: Json) -> Json:
    del params
    return state.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": state.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
    }


def _scope(params: Json) -> str:
    scope = params.get("scope") or {"type": "default"}
    return json.dumps([scope, params.get("language_code", "")], sort_keys=True)


def set_my_commands(state: State, params: Json) -> bool:
    for command in params["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(params["commands"]) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    state.profile.commands[_scope(params)] = params["commands"]
    return True


def get_my_commands(state: State, params: Json) -> list[Json]:
    return state.profile.commands.get(_scope(params), [])


def delete_my_commands(state: State, params: Json) -> bool:
    state.profile.commands.pop(_scope(params), None)
    return True


def _set_text(field: str, limit: int, state: State, params: Json) -> bool:
    text = params.get(field, "")
    if len(text) > limit:
        raise bad_request(f"bot {field.replace('_', ' ')} is too long")
    state.profile.texts.setdefault(field, {})[params.get("language_code", "")] = text
    return True


def _get_text(field: str, state: State, params: Json) -> Json:
    texts = state.profile.texts.get(field, {})
    return {field: texts.get(params.get("language_code", ""), "") or texts.get("", "")}


def set_webhook(state: State, params: Json) -> bool:
    """Sets or, with an empty URL, removes the webhook. Plain HTTP is let pass on this machine only."""
    url = urlsplit(params["url"])
    local = url.hostname in {"127.0.0.1", "localhost"}
    if params["url"]:
        if url.scheme != "https" and not local:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if url.port not in WEBHOOK_PORTS and not local:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = params.get("secret_token", "")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    updates = state.updates
    updates.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        updates.drop_pending()
    updates.webhook = params if params["url"] else {}
    updates.end_poll("terminated by setWebhook request")
    return True


def delete_webhook(state: State, params: Json) -> bool:
    if params.get("drop_pending_updates"):
        state.updates.drop_pending()
    state.updates.webhook = {}
    state.updates.queued.beat()
    return True


def get_webhook_info(state: State, params: Json) -> Json:
    del params
    updates = state.updates
    info: Json = {
        "url": updates.webhook.get("url", ""),
        "has_custom_certificate": "certificate" in updates.webhook,
        "pending_update_count": len(updates.waiting),
    }
    if updates.webhook:
        info["max_connections"] = min(max(updates.webhook.get("max_connections", 40), 1), 100)
        info["ip_address"] = updates.webhook.get("ip_address") or _address(updates.webhook["url"])
        info |= updates.webhook_error
    if updates.allowed is not None:
        info["allowed_updates"] = sorted(updates.allowed)
    return info


def _address(url: str) -> str:
    """The webhook's host as an address; names are not looked up here."""
    host = urlsplit(url).hostname or ""
    return host if re.fullmatch(r"[\d.]+|[\da-f:]*:[\da-f:]*", host) else RESOLVED.get(host, SOME_ADDRESS)


METHODS: dict[str, Callable[[State, Json], Any]] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": partial(_set_text, "name", 64),
    "getMyName": partial(_get_text, "name"),
    "setMyDescription": partial(_set_text, "description", 512),
    "getMyDescription": partial(_get_text, "description"),
    "setMyShortDescription": partial(_set_text, "short_description", 120),
    "getMyShortDescription": partial(_get_text, "short_description"),
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
