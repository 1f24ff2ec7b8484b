"""Whether what the model costs is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.commands.check.points import Point, ok, warning
from bot.money.prices import AS_OF

if TYPE_CHECKING:
    from bot.config.settings import Settings

NAME: Final = "prices"


def check_prices(settings: Settings) -> Point:
    """The built-in prices are as old as their date says."""
    prices, model = settings.prices(), settings.yandex_cloud_model
    for name in (model, settings.yandex_cloud_vision_model):
        if name is not None and not prices.knows(name):
            found = f"{name} has no price here: it counts as the dearest known, {prices.dearest}"
            return warning(NAME, found, f"MODEL_PRICES={name}=IN/OUT, in roubles for 1000 tokens")
    price = prices.of(model)
    dated = "" if settings.model_prices else f", as of {AS_OF:%Y-%m-%d}"
    return ok(NAME, f"{model}: {price.input} in, {price.output} out, roubles for 1000 tokens{dated}")
