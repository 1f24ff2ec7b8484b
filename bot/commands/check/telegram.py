"""Whether Telegram knows the token, where it sends updates, and who else fetches them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from telegram.error import Conflict, Forbidden, InvalidToken, TelegramError

from bot.commands.check.operators import check_operators, nobody_to_ask
from bot.commands.check.points import Point, failed, ok, warning
from bot.commands.exits import Exit
from bot.config.settings import Settings
from bot.core.clock import Clock
from bot.core.telegram_time import TelegramTime
from bot.delivery.transport import FateUnknown, NotTelegram, ProxyRefused, Transport
from bot.operating.telegram_bot import build_bot

if TYPE_CHECKING:
    from telegram import WebhookInfo

NAME: Final = "telegram"
LISTEN_S: Final = 5.0
"""Another poller, thrown out by ours, is back within a second or a few, and then throws ours out."""
_PRIVATE: Final = (
    "privacy mode is on: in groups Telegram passes on commands, replies to the bot and mentions of it; "
    "to change it: @BotFather, /setprivacy, then add the bot to the group anew"
)
_OPEN: Final = (
    "privacy mode is off: Telegram passes on every message of its groups; it answers only what is for it"
)


async def check_telegram(settings: Settings, clock: Clock, *, running: bool) -> AsyncIterator[Point]:
    """`running`: a bot on this machine polls already, and is not to be disturbed."""
    time = TelegramTime(clock)
    bot, polls = build_bot(settings, on_date=time.observe)
    async with bot.request, polls:
        try:
            me = await bot.get_me()
            yield ok(NAME, f"@{me.username} (id {me.id})")
            if wrong := time.wrong():
                yield warning(
                    "clock", wrong, "set the machine's clock, for example `timedatectl set-ntp true`"
                )
            yield ok("groups", _OPEN if me.can_read_all_group_messages else _PRIVATE)
            if settings.admin_users:
                yield await check_operators(bot, settings.admin_users)
            elif settings.access_requests and (settings.allowed_users or settings.allowed_chats):
                yield nobody_to_ask()
            info = await bot.get_webhook_info()
            yield _webhook(info, settings.webhook_url)
            if not settings.webhook_url and not info.url and not running:
                yield await _poller(polls, f"{bot.base_url}/getUpdates", clock)
        except (InvalidToken, Forbidden):
            mend = "take the token anew from @BotFather, and check TELEGRAM_API_URL if you have set it"
            yield failed(NAME, "TELEGRAM_BOT_TOKEN is not known", mend, Exit.TELEGRAM_REFUSED)
        except TelegramError as error:
            yield failed(NAME, str(error), _mend(error, settings), Exit.FAILED)


def _mend(error: TelegramError, settings: Settings) -> str:
    host = urlsplit(settings.telegram_api_url).hostname
    if isinstance(error, ProxyRefused):
        return "TELEGRAM_PROXY_URL: the proxy wants another user name or password"
    if isinstance(error, (NotTelegram, FateUnknown)):
        return (
            f"see what answers in place of {host}: TELEGRAM_API_URL, TELEGRAM_PROXY_URL, or a captive portal"
        )
    if settings.telegram_proxy_url is not None:
        return f"TELEGRAM_PROXY_URL: see whether it leads to {host}, and whether its password is right"
    return f"see whether {host} can be reached from here; where it is blocked, set TELEGRAM_PROXY_URL"


def _webhook(info: WebhookInfo, wanted: str | None) -> Point:
    name, host = "updates", urlsplit(info.url).hostname
    if info.url and not wanted:
        found = f"WEBHOOK_URL is empty, but a webhook at {host} is set for this token"
        return warning(name, found, "`python -m bot` removes it; if it serves another bot, use another token")
    if not wanted:
        return ok(name, f"polling; {info.pending_update_count} waiting")
    if info.url != wanted:
        return ok(name, "the webhook is not set yet: `python -m bot` sets it")
    if info.last_error_message:
        found = f"the webhook is set, but Telegram's last delivery failed: {info.last_error_message}"
        return warning(name, found, f"{info.pending_update_count} updates wait until it succeeds")
    return ok(name, f"the webhook is set; {info.pending_update_count} waiting")


async def _poller(polls: Transport, url: str, clock: Clock) -> Point:
    """Two pollers throw each other out in turn; nothing is confirmed here, so no update is lost.

    The bot itself would log updates that it can't read.
    """
    until_s = clock.monotonic() + LISTEN_S
    try:
        while (left_s := until_s - clock.monotonic()) > 0:
            wanted = {"limit": 1, "timeout": round(left_s + 0.5)}
            await polls.call(url, wanted, read_timeout_s=2 * LISTEN_S)
            await clock.sleep(0.5)  # where updates wait, a poll returns at once
    except Conflict:
        mend = "stop the other one, or give this one its own token"
        return failed("poller", "another process polls with this token", mend, Exit.TELEGRAM_REFUSED)
    return ok("poller", "nobody else polls with this token")
