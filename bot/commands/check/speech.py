"""Whether voices can be heard: a second of silence, recognised with the key that the bot will use."""

from __future__ import annotations

from typing import Final

from bot.commands.check.points import Point, ok, warning
from bot.config.settings import Settings
from bot.core.clock import Clock
from bot.identity import IamTokens
from bot.preparing import speech_of
from bot.speech import SpeechFailure, SpeechFailureKind

NAME: Final = "speech"
_OFF: Final = "; VOICE_INPUT=false turns voice off"
_NOT_ALLOWED: Final = (
    "give the service account the role ai.speechkit-stt.user, and the key the scope "
    "yc.ai.speechkitStt.execute, or set another key in YANDEX_SPEECHKIT_API_KEY"
)
_OUT_OF_REACH: Final = (
    "see whether the host of YANDEX_SPEECHKIT_URL can be reached from here, and YANDEX_CLOUD_PROXY_URL if it "
    "is set"
)


async def check_speech(settings: Settings, tokens: IamTokens | None, clock: Clock) -> Point | None:
    """None where voices are not heard. Without speech the bot runs all the same: it is a warning."""
    speech = speech_of(settings, tokens, clock)
    if speech is None:
        return None
    try:
        await speech.try_key()
    except SpeechFailure as failure:
        status = "" if failure.http_status is None else f" {failure.http_status}"
        found = f"voices can't be heard: {failure.kind}{status}: {' '.join(failure.detail.split())}"
        mend = _NOT_ALLOWED if failure.kind is SpeechFailureKind.NOT_ALLOWED else _OUT_OF_REACH
        return warning(NAME, found, mend + _OFF)
    finally:
        await speech.close()
    return ok(NAME, f"a second of silence was recognised; that cost {settings.speech_price_rub} roubles")
