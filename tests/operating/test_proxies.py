"""Telegram and the model, each through its own proxy: HTTP or SOCKS5, with a password."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
from collections.abc import Iterator

import pytest

from tests.delivery.test_transport import Talk, raw_server
from tests.operating.conftest import Deployment
from tests.operating.proxying import PASSWORD, proxy

# To the garbage collector are left: pproxy's streams, of which Python 3.13 warns, and in httpcore2 the socket
# of a SOCKS handshake that failed.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Before another test would be told of it."""
    yield
    gc.collect()


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
    to_speech = deployment.speech.url.removeprefix("http://")
    assert set(models.passed) == {to_model, to_speech}


async def test_both_services_are_reached_with_a_password_of_another_alphabet(deployment: Deployment) -> None:
    async with proxy("Секрет-日本") as one:
        url = one.url("http", password="Секрет-日本")
        report = await deployment.check(TELEGRAM_PROXY_URL=url, YANDEX_CLOUD_PROXY_URL=url)
    assert report["ok"], report


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_wrong_password_is_told_by_the_service_it_keeps_away(
    deployment: Deployment, scheme: str
) -> None:
    async with proxy() as strict:
        url = strict.url(scheme, password="another-password")
        report = await deployment.check(TELEGRAM_PROXY_URL=url, YANDEX_CLOUD_PROXY_URL=url)

    states = {point["name"]: point["state"] for point in report["points"]}
    found = {point["name"]: point["found"] for point in report["points"]}
    assert report["status"] == 1
    assert (states["proxy"], states["telegram"], states["model"]) == ("ok", "failed", "failed")
    words = "Proxy Authentication Required" if scheme == "http" else "No connection to Telegram"
    assert words in found["telegram"]
    # This proxy hangs up on a request that it has not read to its end: what it says may come first, or not.
    assert any(words in found["model"] for words in ("unavailable", "(HTTP 407)"))
    assert strict.passed == []
    mends = {point["name"]: point["mend"] for point in report["points"]}
    assert "TELEGRAM_PROXY_URL" in mends["telegram"]
    assert "YANDEX_CLOUD_PROXY_URL" in mends["model"]
    assert "another-password" not in str(report)
    assert deployment.world.calls == []
    assert deployment.model.requests == []


async def hears_out_and_refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    await reader.readexactly(int(length[1]) if length else 0)
    writer.write(
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    await writer.drain()


async def test_an_http_proxy_that_says_so_wants_another_password(deployment: Deployment) -> None:
    async with raw_server(hears_out_and_refuses) as root:
        url = root.replace("http://", "http://me:another-password@")
        report = await deployment.check(TELEGRAM_PROXY_URL=url, YANDEX_CLOUD_PROXY_URL=url)
    found = {point["name"]: point["found"] for point in report["points"]}
    mends = {point["name"]: point["mend"] for point in report["points"]}
    assert "Proxy Authentication Required" in found["telegram"]
    assert "(HTTP 407)" in found["model"]
    assert mends["telegram"] == "TELEGRAM_PROXY_URL: the proxy wants another user name or password"
    assert mends["model"] == "YANDEX_CLOUD_PROXY_URL: the proxy wants another user name or password"
    assert "another-password" not in str(report)


async def refuses_the_password(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As RFC 1928 and RFC 1929 have it."""
    _, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x02")
    _, user = await reader.readexactly(2)
    await reader.readexactly(user)
    (password,) = await reader.readexactly(1)
    await reader.readexactly(password)
    writer.write(b"\x01\x01")
    await writer.drain()


async def knows_no_passwords(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(2)
    writer.write(b"\x05\xff")
    await writer.drain()


@pytest.mark.parametrize("talk", [refuses_the_password, knows_no_passwords])
async def test_a_socks_proxy_that_says_so_wants_another_password(deployment: Deployment, talk: Talk) -> None:
    async with raw_server(talk) as root:
        url = root.replace("http://", "socks5://me:a-password@")
        report = await deployment.check(TELEGRAM_PROXY_URL=url, YANDEX_CLOUD_PROXY_URL=url)
    mends = {point["name"]: point["mend"] for point in report["points"]}
    assert mends["telegram"] == "TELEGRAM_PROXY_URL: the proxy wants another user name or password"
    assert mends["model"] == "YANDEX_CLOUD_PROXY_URL: the proxy wants another user name or password"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
async def test_no_level_of_logging_shows_a_proxys_password(
    deployment: Deployment, caplog: pytest.LogCaptureFixture, scheme: str, level: int
) -> None:
    caplog.set_level(level)
    async with proxy() as one:
        await deployment.check(TELEGRAM_PROXY_URL=one.url(scheme), YANDEX_CLOUD_PROXY_URL=one.url(scheme))
    assert PASSWORD not in caplog.text
