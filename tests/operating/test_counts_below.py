"""What the lower rooms count for health and metrics."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from bot.model.abort_handle import AbortHandle
from bot.model.config import ModelConfig
from bot.model.pool import Overdue, Pool
from bot.model.provider_client import ProviderClient
from bot.store import Store
from tests.clocks import ManualClock, settle


async def test_a_thread_that_does_not_come_back_is_counted_until_it_does() -> None:
    clock = ManualClock()
    pool = Pool(ModelConfig("folder", lambda: "a-made-up-key", concurrency=2), clock)
    began, release = threading.Event(), threading.Event()

    def stuck(_line: ProviderClient, _call: AbortHandle) -> None:
        began.set()
        release.wait()

    asked = asyncio.create_task(pool.run(stuck, timeout_s=60))
    await asyncio.to_thread(began.wait)
    assert pool.lost() == 0
    await clock.advance(60)
    with pytest.raises(Overdue):
        await asked
    assert pool.lost() == 1

    release.set()
    await pool.close()
    assert pool.lost() == 0


async def test_each_transaction_is_counted_once_however_many_writers_share_it(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/bot.db", clock=ManualClock())
    try:
        before = store.database.commits
        await store.inbox.accept([(1, "{}"), (2, "{}")])
        assert store.database.commits == before + 1
        await store.inbox.pending()
        await settle()
        assert store.database.commits == before + 1
    finally:
        await store.close()
