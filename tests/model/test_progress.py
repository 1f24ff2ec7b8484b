"""Whether a request that gave no answer may be billed: whoever gave it up looks there."""

from __future__ import annotations

import pytest

from bot.core.model_request import Progress
from bot.emulator.model import ModelServer
from bot.model import Model, ModelFailure
from tests.model.servers import question


@pytest.mark.parametrize("status", [400, 429, 500, 503])
async def test_what_is_refused_costs_nothing(server: ModelServer, model: Model, status: int) -> None:
    server.fail(status)
    assert not await may_cost(model)


@pytest.mark.parametrize("in_body", [False, True])
async def test_what_was_sent_and_broke_off_may_cost(server: ModelServer, model: Model, in_body: bool) -> None:
    server.drop(in_body=in_body)
    assert await may_cost(model)


async def may_cost(model: Model) -> bool:
    progress = Progress()
    with pytest.raises(ModelFailure):
        await model.ask(question(), timeout_s=30, progress=progress)
    return progress.may_cost
