"""URLs of PostgreSQL as they are read, and nothing of a password in what is told of them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bot.store import Store, StoreUnavailable
from bot.store.engine import addresses
from tests.clocks import ManualClock


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://host/name", True),
        ("postgres://host/name", True),
        ("postgresql+psycopg://host/name", True),
        ("postgresql+asyncpg://host/name", False),
        ("sqlite:///postgresql://", False),
    ],
)
def test_which_urls_are_meant(url: str, *, expected: bool) -> None:
    assert addresses.is_postgresql(url) is expected


@pytest.mark.parametrize(
    ("parameters", "address"),
    [
        ({"user": "bot", "password": "secret", "host": "h", "port": "1", "dbname": "n"}, "bot:***@h:1/n"),
        ({"user": "bot", "host": "h", "dbname": "n"}, "bot@h/n"),
        ({"host": "h", "dbname": "n"}, "h/n"),
        ({}, "/"),
    ],
)
def test_an_address_is_told_with_stars_for_a_password(parameters: dict[str, Any], address: str) -> None:
    assert addresses.told(parameters) == f"postgresql://{address}"


def test_a_server_that_is_gone_without_a_word_is_found_out_in_five_seconds() -> None:
    found = addresses.parsed("postgresql://host/name")
    assert (found["keepalives_idle"], found["keepalives_interval"], found["keepalives_count"]) == (2, 1, 3)
    assert (found["tcp_user_timeout"], found["connect_timeout"]) == (5000, 5)


@pytest.mark.parametrize("character", list("@:/?#%& +'\"\\[]$"))
def test_a_password_that_is_not_encoded_is_never_told(clock: ManualClock, character: str) -> None:
    """Whether the URL can be read then or not."""
    url = f"postgresql://bot:sec{character}ret@127.0.0.1:1/bot"
    with pytest.raises(StoreUnavailable) as raised:
        Store.open(url, clock=clock)
    for half in ("sec", "ret@", f"{character}ret"):
        assert half not in str(raised.value)
    told = str(raised.value.__cause__) + str(raised.value.__context__)
    assert "ret@" not in told


def test_what_libpq_knows_can_be_in_the_url() -> None:
    url = "postgresql://bot:s%40@a.example:6432,b.example/bot?sslmode=verify-full&sslrootcert=/etc/root.crt"
    parameters = addresses.parsed(f"{url}&connect_timeout=2")
    assert parameters["sslmode"] == "verify-full"
    assert parameters["sslrootcert"] == "/etc/root.crt"
    assert parameters["connect_timeout"] == "2"
    assert parameters["target_session_attrs"] == "read-write"
    assert parameters["password"] == "s@"
    assert addresses.told(parameters) == "postgresql://bot:***@a.example,b.example:6432,/bot"


def test_the_driver_is_named_where_it_is_missing() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from bot.store import Store, StoreUnavailable\n"
        "from bot.core.clock import SystemClock\n"
        "try: Store.open('postgresql://u:secret@h/d', clock=SystemClock())\n"
        "except StoreUnavailable as e: print(e)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert "psycopg is not installed" in told
    assert "'.[postgres]'" in told
    assert "secret" not in told
