"""What the settings make of the limits of answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.answering import Limits

if TYPE_CHECKING:
    from bot.config.settings import Settings


def limits_of(settings: Settings) -> Limits:
    return Limits(
        model_concurrency=settings.model_concurrency,
        model_timeout_s=settings.model_timeout_s,
        answer_deadline_s=settings.answer_deadline_s,
        queue_limit=settings.queue_limit,
        history_tokens=settings.history_tokens,
        user_rate_per_min=settings.user_rate_per_min,
        zone=settings.time_zone,
    )
