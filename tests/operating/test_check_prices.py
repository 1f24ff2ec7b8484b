"""`check` names every model without a price that may be asked: the configured ones, and those of chats."""

from __future__ import annotations

from pathlib import Path

from bot.commands.check.prices import check_prices
from bot.config.settings import Settings
from bot.core.values import Conversation
from bot.store import Store
from bot.store.beside import chosen_beside
from tests.clocks import ManualClock
from tests.operating.conftest import Deployment

UNPRICED = {"YANDEX_CLOUD_MODEL": "deepseek-v9", "YANDEX_CLOUD_VISION_MODEL": "qwen9-vl"}


async def choose(store: Store) -> None:
    """Of a chat, a topic and another chat: two without a price, one of them under two names, and one with."""
    await store.settings.set(Conversation(7), "model", "alice-9", "Анна")
    await store.settings.set(Conversation(-8, 3), "model", "gpt://b1gfolder/alice-9/latest", "Анна")
    await store.settings.set(Conversation(-8), "model", "yandexgpt", "Анна")
    await store.settings.set(Conversation(-8), "instructions", "no-model", "Анна")


async def test_all_models_without_a_price_are_named(deployment: Deployment) -> None:
    store = Store.open(deployment.database_url, clock=ManualClock())
    try:
        await choose(store)
    finally:
        await store.close()
    state, status, found, mend = await deployment.found("prices", **UNPRICED)
    assert (state, status) == ("warning", 0)
    assert found.startswith("deepseek-v9, qwen9-vl, alice-9 have no price here: they count as the dearest")
    assert mend.startswith("MODEL_PRICES=deepseek-v9=IN/OUT,qwen9-vl=IN/OUT,alice-9=IN/OUT, in roubles")
    state, _, found, _ = await deployment.found("prices")
    assert (state, found[:25]) == ("warning", "alice-9 has no price here")
    state, _, found, _ = await deployment.found("prices", MODEL_PRICES="alice-9=0.1/0.2")
    assert (state, found) == ("ok", "yandexgpt-lite: 0.20 in, 0.20 out, roubles for 1000 tokens")


async def test_what_chats_have_chosen_is_read_while_the_bot_runs(deployment: Deployment) -> None:
    store = Store.open(deployment.database_url, clock=ManualClock())
    try:
        await choose(store)
        state, _, found, _ = await deployment.found("prices")
        await store.settings.set(Conversation(9), "model", "yandexgpt-lite", "Анна")
        chosen = await store.settings.values("model")
    finally:
        await store.close()
    assert (state, found[:25]) == ("warning", "alice-9 has no price here")
    assert chosen == ["alice-9", "gpt://b1gfolder/alice-9/latest", "yandexgpt", "yandexgpt-lite"]


async def test_where_the_choices_can_not_be_read_it_says_so(deployment: Deployment, tmp_path: Path) -> None:
    assert chosen_beside("postgresql://bot@127.0.0.1/bot", "model") is None
    (tmp_path / "damaged.db").write_text("no SQLite " * 100)
    assert chosen_beside(f"sqlite:///{tmp_path}/damaged.db", "model") is None
    (deployment.folder / "data" / "bot.db").mkdir(parents=True)
    state, _, found, _ = await deployment.found("prices")
    assert state == "ok"
    assert found.endswith("; which models chats have chosen can't be read now")


def test_of_very_many_the_first_are_named() -> None:
    settings = Settings(
        _env_file=None,
        telegram_bot_token="1:" + "A" * 35,
        yandex_cloud_folder="b1gfolder",
        yandex_cloud_api_key="AQVN-a-made-up-key",
    )
    point = check_prices(settings, [f"model-{n}" for n in range(25)])
    assert "model-19 and 5 more have no price here" in point.found
    assert "model-20" not in point.found + point.mend
