"""Who the bot is to the provider, where it has no API key: a real token, fetched as the bot will fetch it."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.commands.check.points import Point, failed, ok
from bot.commands.exits import Exit
from bot.config.settings import Settings
from bot.core.keys import NoKey
from bot.identity import IamTokens

NAME: Final = "identity"
_ELSEWHERE: Final = (
    "YANDEX_CLOUD_IAM=metadata works on the provider's machines that have a service account; elsewhere give "
    "the path of an authorized key's JSON file, or an API key"
)
_REFUSED: Final = (
    "YANDEX_CLOUD_IAM: the key may have been deleted; make another with yc iam key create, and see that the "
    "clock of this machine is right"
)
_LATER: Final = (
    "see whether the host of YANDEX_CLOUD_IAM_URL can be reached from here, and YANDEX_CLOUD_PROXY_URL if it "
    "is set; https://status.yandex.cloud tells of trouble there"
)


async def check_identity(settings: Settings, tokens: IamTokens) -> Point:
    try:
        await asyncio.to_thread(tokens.token)
    except NoKey as error:
        mend = _LATER if error.temporary else _REFUSED
        if settings.yandex_cloud_iam == "metadata":
            mend = _ELSEWHERE
        status = Exit.FAILED if error.temporary else Exit.BAD_CONFIGURATION
        return failed(NAME, f"{tokens.identity}: {error.detail}", mend, status)
    until = tokens.valid_until()
    ends = f"{until.astimezone(settings.time_zone):%Y-%m-%d %H:%M} ({settings.time_zone})" if until else "?"
    return ok(NAME, f"{tokens.identity}; its token lasts until {ends}, and is renewed before")
