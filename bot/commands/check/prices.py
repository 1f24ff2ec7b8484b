"""Whether what the models cost is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.commands.check.points import Point, ok, warning
from bot.config.settings import Settings
from bot.money.prices import AS_OF, model_name

NAME: Final = "prices"
_NAMED: Final = 20
"""Models without a price that are named at most: anybody may choose one."""


def check_prices(settings: Settings, chosen: Sequence[object] | None) -> Point:
    """The built-in prices are as old as their date says. `chosen`: the models of chats, if they are known."""
    prices, model = settings.prices(), settings.yandex_cloud_model
    used = (model, settings.yandex_cloud_vision_model, *(chosen or ()))
    unpriced = [name for name in used if isinstance(name, str) and not prices.knows(name)]
    if names := list(dict.fromkeys(map(model_name, unpriced))):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        named, one = names[:_NAMED], len(names) == 1
        has, counts = ("has", "it counts") if one else ("have", "they count")
        found = (
            f"{', '.join(named)}{more} {has} no price here: {counts} as the dearest known, {prices.dearest}"
        )
        wanted = ",".join(f"{name}=IN/OUT" for name in named)
        return warning(NAME, found, f"MODEL_PRICES={wanted}, in roubles for 1000 tokens")
    price = prices.of(model)
    dated = "" if settings.model_prices else f", as of {AS_OF:%Y-%m-%d}"
    unseen = "; which models chats have chosen can't be read now" if chosen is None else ""
    return ok(NAME, f"{model}: {price.input} in, {price.output} out, roubles for 1000 tokens{dated}{unseen}")
