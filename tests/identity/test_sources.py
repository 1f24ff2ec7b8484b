"""Tokens from both services, which may be out of reach, out of order, or of another time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bot.core.clock import SystemClock
from bot.core.keys import NoKey
from bot.identity import BadKeyFile, KeySource, MetadataSource, read_key
from bot.identity.sources import Source, Token
from tests.identity.cloud import ACCOUNT, KEY_ID, Cloud, key_file, pem


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with Cloud() as cloud:
        yield cloud


@pytest.fixture(params=["metadata", "key"])
def source(request: pytest.FixtureRequest, cloud: Cloud, tmp_path: Path) -> Source:
    if request.param == "metadata":
        return MetadataSource(cloud.url)
    return KeySource(read_key(key_file(tmp_path)), cloud.url, SystemClock())


async def fetch(source: Source) -> Token:
    return await asyncio.to_thread(source.fetch)


async def failure_of(source: Source) -> NoKey:
    with pytest.raises(NoKey) as caught:
        await fetch(source)
    return caught.value


async def test_a_token(cloud: Cloud, source: Source) -> None:
    token = await fetch(source)
    assert token.value == cloud.given[-1] == "t1.1"
    assert cloud.life_s - 5 < token.life_s < cloud.life_s + 1
    assert "t1.1" not in repr(token)


async def test_who_it_is(cloud: Cloud, tmp_path: Path) -> None:
    assert "metadata" in MetadataSource(cloud.url).identity
    key = read_key(key_file(tmp_path))
    identity = KeySource(key, cloud.url, SystemClock()).identity
    assert ACCOUNT in identity
    assert KEY_ID in identity
    assert "PRIVATE" not in repr(key)


@pytest.mark.parametrize("life_s", [300, 10**9])
async def test_lives_of_all_lengths(cloud: Cloud, source: Source, life_s: float) -> None:
    """A number from outside: no token is believed to last longer than the provider gives them for."""
    cloud.life_s = life_s
    life, longest_s = (await fetch(source)).life_s, 12 * 3600
    assert min(life_s, longest_s) - 5 < life < min(life_s + 1, longest_s + 1)


@pytest.mark.parametrize(
    ("status", "temporary"),
    [
        (400, False),
        (401, False),
        (403, False),
        (404, False),
        (408, True),
        (429, True),
        (500, True),
        (503, True),
    ],
)
async def test_a_service_that_refuses(cloud: Cloud, source: Source, status: int, temporary: bool) -> None:
    cloud.status, cloud.body = status, {"code": 16, "message": "its own  words" + "!" * 1000}
    failure = await failure_of(source)
    assert failure.temporary is temporary
    assert f"answered {status}: its own words!" in failure.detail
    assert len(failure.detail) < 400
    assert len(failure.detail.partition(f"answered {status}: ")[2]) == 300


@pytest.mark.parametrize("body", [[], "no", {}, {"message": ""}, {"message": ["no", "words"]}])
async def test_a_refusal_without_words(cloud: Cloud, source: Source, body: Any) -> None:
    cloud.status, cloud.body = 400, body
    assert (await failure_of(source)).detail.endswith("answered 400")


@pytest.mark.parametrize(
    "body",
    [
        [],
        "t1",
        {},
        {"access_token": None, "iamToken": None},
        {"access_token": "", "iamToken": ""},
        {"access_token": "two words", "iamToken": "two words"},
        {"access_token": "ключ", "iamToken": "line\nbreak"},
        {"access_token": "t", "iamToken": "t", "expires_in": 0, "expiresAt": "2020-01-01T00:00:00Z"},
        {"access_token": "t", "iamToken": "t", "expires_in": -5, "expiresAt": "2020-01-01T00:00:00"},
    ],
)
async def test_answers_without_a_token(cloud: Cloud, source: Source, body: Any) -> None:
    cloud.body = body
    assert (await failure_of(source)).temporary


async def test_what_is_wrong_with_a_token(cloud: Cloud, source: Source) -> None:
    cloud.body = {"access_token": "", "iamToken": ""}
    assert (await failure_of(source)).detail == "the answer has no token"
    cloud.body = {"access_token": "t", "iamToken": "t", "expires_in": 0, "expiresAt": "2020-01-01T00:00:00Z"}
    assert (await failure_of(source)).detail == "the token is over already"


@pytest.mark.parametrize("ends", [{}, {"expires_in": "soon", "expiresAt": "soon"}, {"expires_in": None}])
async def test_a_life_that_is_not_told(cloud: Cloud, source: Source, ends: dict[str, Any]) -> None:
    cloud.body = {"access_token": "t", "iamToken": "t", **ends}
    assert (await fetch(source)).life_s == 3600


async def test_out_of_reach(cloud: Cloud, source: Source) -> None:
    await cloud.__aexit__(None, None, None)
    failure = await failure_of(source)
    assert failure.temporary
    assert "ConnectError" in failure.detail


@pytest.mark.parametrize("hours", [-13, -2, 2, 13, 24 * 100])
async def test_a_wrong_clock(cloud: Cloud, source: Source, hours: int) -> None:
    """The machine's differs from the provider's: the JWT is signed anew for the provider's time, the
    token's life is by the provider's clock, and the next one is right at once.
    """
    cloud.ahead = timedelta(hours=hours)
    token = await fetch(source)
    assert cloud.life_s - 5 < token.life_s < cloud.life_s + 1
    asked = cloud.asked
    await fetch(source)
    assert cloud.asked == asked + 1


async def test_a_key_that_is_not_known(cloud: Cloud, tmp_path: Path) -> None:
    """Refused with both clocks right: there is no second try."""
    source = KeySource(read_key(key_file(tmp_path, id="another")), cloud.url, SystemClock())
    assert not (await failure_of(source)).temporary
    assert cloud.asked == 1


async def test_through_a_proxy(cloud: Cloud, tmp_path: Path) -> None:
    """What a proxy answers in the provider's place is a failure like any other, its password untold."""
    key = read_key(key_file(tmp_path))
    proxy_url = cloud.url.replace("http://", "http://me:hidden-word@")
    source = KeySource(key, "http://iam.example", SystemClock(), proxy_url=proxy_url)
    assert (await fetch(source)).value == "t1.1"
    source = KeySource(key, "https://iam.example", SystemClock(), proxy_url=proxy_url)
    assert "hidden-word" not in (await failure_of(source)).detail


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": None}, "is no authorized key"),
        ({"service_account_id": ""}, "is no authorized key"),
        ({"private_key": 5}, "is no authorized key"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}, "can't be read"),
        ({"private_key": "no PEM"}, "can't be read"),
        ({"private_key": pem(ec.generate_private_key(ec.SECP256R1()))}, "is no RSA key"),
    ],
)
def test_files_that_are_no_key(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    path = key_file(tmp_path, **changes)
    with pytest.raises(BadKeyFile) as caught:
        read_key(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "PRIVATE" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"not JSON", b"[" * 100_000])
def test_files_that_are_no_json(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(content)
    with pytest.raises(BadKeyFile, match=r"key\.json"):
        read_key(path)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadKeyFile, match="can't be read"):
        read_key(tmp_path / "nothing.json")
    with pytest.raises(BadKeyFile, match="can't be read"):
        read_key(tmp_path)
