"""What the settings make of the way to the provider: who the bot is there, and how the model is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.identity import AuthorizedKey, IamTokens, KeySource, MetadataSource
from bot.model import ModelConfig

if TYPE_CHECKING:
    from bot.config.settings import Settings


def iam_tokens(settings: Settings, clock: Clock) -> IamTokens | None:
    """None where the bot has an API key instead."""
    identity = settings.yandex_cloud_iam
    if identity is None:
        return None
    if isinstance(identity, AuthorizedKey):
        root, proxy_url = settings.yandex_cloud_iam_url, _proxy_url(settings)
        return IamTokens(KeySource(identity, root, clock, proxy_url=proxy_url), clock)
    return IamTokens(MetadataSource(settings.yandex_cloud_metadata_url), clock)


def model_config(settings: Settings, tokens: IamTokens | None) -> ModelConfig:
    config = ModelConfig(
        folder=settings.yandex_cloud_folder,
        api_key=tokens.token if tokens is not None else lambda: _api_key(settings),
        base_url=settings.yandex_cloud_base_url,
        proxy_url=_proxy_url(settings),
        log_requests=settings.yandex_cloud_log_requests,
        concurrency=settings.model_concurrency,
    )
    return config if tokens is None else replace(config, key_refused=tokens.refused)


def authorization(settings: Settings, tokens: IamTokens | None) -> Callable[[], str]:
    """What gives speech recognition's header: its own key, else who the bot is to the model.

    An API key has a scheme of its own there. It may fetch a token, in the thread that calls it, and raise
    NoKey.
    """
    own_key = settings.yandex_speechkit_api_key
    if tokens is not None and own_key is None:
        return lambda: f"Bearer {tokens.token()}"
    return lambda: f"Api-Key {own_key.get_secret_value() if own_key is not None else _api_key(settings)}"


def _api_key(settings: Settings) -> str:
    key = settings.yandex_cloud_api_key
    return key.get_secret_value() if key is not None else ""


def _proxy_url(settings: Settings) -> str | None:
    proxy = settings.yandex_cloud_proxy_url
    return proxy.get_secret_value() if proxy is not None else None
