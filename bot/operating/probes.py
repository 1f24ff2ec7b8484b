"""What the health of the running bot is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.answering.answering import Answering
from bot.answering.asking.circuit import CircuitState
from bot.core.telegram_time import TelegramTime
from bot.model import Model
from bot.operating.health import Health, lasting
from bot.store import Store
from bot.updates.polling import DEAD_AFTER_S, Poller

STUCK_AFTER_S: Final = 30.0


def health_of(
    *,
    started: Callable[[], bool],
    poller: Poller | None,
    store: Store,
    model: Model,
    answering: Answering,
    threads: int,
    time: TelegramTime,
) -> Health:
    """`poller` None: updates come to the webhook. `threads`: how many requests to the model there may be."""

    def stuck() -> str | None:
        if model.lost_threads() < threads:
            return None
        return f"all {threads} threads hang in requests that were given up"

    def down() -> str | None:
        if answering.circuit.state is CircuitState.CLOSED:
            return None
        return "it failed many times in a row; a request now and then tries it"

    silent = f"getUpdates has not succeeded for {DEAD_AFTER_S:.0f} s"
    polling = {} if poller is None else {"polling": lambda: None if poller.alive else silent}
    return Health(
        required={
            "start": lambda: None if started() else "Telegram has not been reached yet",
            **polling,
            "database": store.database.healthy,
            "pool": lasting(stuck, seconds=STUCK_AFTER_S, monotonic=time.monotonic),
        },
        watched={"model": down, "clock": time.wrong},
    )
