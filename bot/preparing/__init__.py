"""What is done before the model is asked: documents read, pictures shown, talk recalled, voices heard.

Each kind is one module with a `prepare` step; here they stand in their order, what is paid for last: whatever
can't be answered is found before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.answering.ports import Prepares
from bot.config.provider import authorization
from bot.core.clock import Clock
from bot.core.values import Question, Turn
from bot.files import FileReader
from bot.identity import IamTokens
from bot.preparing.fetching import Fetcher
from bot.preparing.hearing import Hearing
from bot.preparing.overhearing import Overhearing
from bot.preparing.reading import Reading
from bot.preparing.seeing import Seeing
from bot.speech import Speech, SpeechConfig
from bot.store import Store

if TYPE_CHECKING:
    from telegram import Bot

    from bot.config.settings import Settings
    from bot.presenting.alerts import Alerts

__all__ = ["Preparing", "speech_of"]


class Preparing:
    """The steps of a deployment, and what they need; nothing heavy is loaded before the first file comes."""

    def __init__(
        self,
        settings: Settings,
        *,
        tokens: IamTokens | None,
        bot: Bot,
        store: Store,
        clock: Clock,
        alerts: Alerts,
        billed: Callable[[Turn, int, Question | None], Awaitable[None]],
    ) -> None:
        """`tokens`: who the bot is, where it has no API key. `billed` keeps what was paid, and heard."""
        self._speech = speech_of(settings, tokens, clock)
        fetcher, files = Fetcher(bot, clock), FileReader(clock)

        self.steps: Sequence[Prepares] = (
            Reading(fetcher=fetcher, files=files),
            Seeing(model=settings.yandex_cloud_vision_model, fetcher=fetcher, files=files),
            Overhearing(store=store, clock=clock),
            Hearing(
                speech=self._speech, fetcher=fetcher, files=files, clock=clock, alerts=alerts, billed=billed
            ),
        )

    async def close(self) -> None:
        if self._speech is not None:
            await self._speech.close()


def speech_of(settings: Settings, tokens: IamTokens | None, clock: Clock) -> Speech | None:
    """None where the deployment does not hear."""
    if not settings.voice_input:
        return None
    proxy = settings.yandex_cloud_proxy_url
    config = SpeechConfig(
        authorization(settings, tokens),
        url=settings.yandex_speechkit_url,
        operations_url=settings.yandex_operations_url,
        proxy_url=None if proxy is None else proxy.get_secret_value(),
    )
    return Speech(config, clock=clock)
