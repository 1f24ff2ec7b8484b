"""Telegram and the model, each through its own proxy: HTTP or SOCKS5, with a password."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING

import pytest

from tests.operating.proxying import PASSWORD, proxy

if TYPE_CHECKING:
    from tests.operating.conftest import Deployment

SCHEMES = ("http", "socks5", "socks5h")


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_each_service_is_reached_through_its_own_proxy(deployment: Deployment, scheme: str) -> None:
    async with proxy() as telegrams, proxy() as models:
        report = await deployment.check(
            TELEGRAM_PROXY_URL=telegrams.url(scheme), YANDEX_CLOUD_PROXY_URL=models.url(scheme)
        )

    assert report["ok"], report
    to_telegram = deployment.world.url.removeprefix("http://")
    to_model = deployment.model.url.removeprefix("http://").removesuffix("/v1")
    assert set(telegrams.passed) == {to_telegram}
    assert set(models.passed) == {to_model}


# httpcore2 leaves the socket of a SOCKS handshake that failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_wrong_password_is_told_by_the_service_it_keeps_away(
    deployment: Deployment, scheme: str
) -> None:
    async with proxy() as strict:
        url = strict.url(scheme, password="another-password")
        report = await deployment.check(TELEGRAM_PROXY_URL=url, YANDEX_CLOUD_PROXY_URL=url)
    gc.collect()

    states = {point["name"]: point["state"] for point in report["points"]}
    found = {point["name"]: point["found"] for point in report["points"]}
    assert report["status"] == 1
    assert (states["proxy"], states["telegram"], states["model"]) == ("ok", "failed", "failed")
    words = "Proxy Authentication Required" if scheme == "http" else "No connection to Telegram"
    assert words in found["telegram"]
    assert ("(HTTP 407)" if scheme == "http" else "unavailable") in found["model"]
    assert strict.passed == []
    assert "another-password" not in str(report)
    assert deployment.world.calls == []
    assert deployment.model.requests == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
async def test_no_level_of_logging_shows_a_proxys_password(
    deployment: Deployment, caplog: pytest.LogCaptureFixture, scheme: str, level: int
) -> None:
    caplog.set_level(level)
    async with proxy() as one:
        await deployment.check(TELEGRAM_PROXY_URL=one.url(scheme), YANDEX_CLOUD_PROXY_URL=one.url(scheme))
    assert PASSWORD not in caplog.text
