"""How many characters a token of each model holds, learnt from what the provider counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.store.quick import execute
from bot.store.tables import calibration

if TYPE_CHECKING:
    from bot.store.engine.database import Database

KEPT = 0.95
"""What remains of the earlier weight at each new request: some twenty requests count."""

_GET = sa.select(calibration.c.chars, calibration.c.tokens).where(
    calibration.c.model == sa.bindparam("its_model", type_=sa.Text)
)


class Calibration:
    """Decaying sums of characters and tokens a model; read from the database once a model."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, float | None] = {}
        insert = database.insert(calibration)
        self._observe = insert.on_conflict_do_update(
            index_elements=[calibration.c.model],
            set_={
                "chars": calibration.c.chars * KEPT + insert.excluded.chars,
                "tokens": calibration.c.tokens * KEPT + insert.excluded.tokens,
            },
        ).returning(calibration.c.chars, calibration.c.tokens)

    async def observe(self, model: str, chars: int, input_tokens: int) -> None:
        """A request of so many characters was counted as so many tokens; 0 tokens: it was not counted."""
        if chars <= 0 or input_tokens <= 0:
            return
        row = {"model": model, "chars": chars, "tokens": input_tokens}
        kept = await self._database.write(
            lambda connection: execute(connection, self._observe, row).first(), durable=False
        )
        self._known[model] = kept.chars / kept.tokens

    async def chars_per_token(self, model: str) -> float | None:
        """None: nothing is known of this model yet."""
        if model not in self._known:
            kept = await self._database.look(
                lambda connection: execute(connection, _GET, {"its_model": model}).first()
            )
            self._known[model] = None if kept is None else kept.chars / kept.tokens
        return self._known[model]
