"""Nothing that is printed holds a secret, in whatever way somebody else's words quote it."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.config.loading import load
from bot.core.quiet import QUIET, quiet_loggers
from bot.operating.redacting import Redactor
from tests.config.test_settings import REQUIRED

SECRETS = ["123:token", "Секрет' \\n", 'two "words"', "b, 日本"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_blotted_out_however_it_is_written(secret: str) -> None:
    redact = Redactor(SECRETS)
    error = UnicodeEncodeError("latin-1", f"user:{secret}", 5, 6, "ordinal not in range(256)")
    ways = (secret, repr(secret), ascii(secret), json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    for text in (*ways, repr(error), secret.lower(), secret.upper()):
        assert "***" in redact(f"it says {text}!")
        for way in ways:
            assert way.strip("'\"") not in redact(f"it says {text}!")


@pytest.mark.parametrize("password", ["x", "12", "абв", "p@", "日本", "long enough", "a%20b", "a:b", "b?c#d"])
@pytest.mark.parametrize("scheme", ["http", "socks5", "postgresql", "postgresql+psycopg"])
def test_a_password_is_blotted_out_of_a_url_by_its_place(scheme: str, password: str) -> None:
    """Also one too short to be looked for, and one that nobody said is a secret."""
    if " " in password:
        password = quote(password)
    url = f"{scheme}://user:{password}@host:1080/a?b=c@d"
    said = Redactor([])(f"no way to {url}, nor to {scheme}://:{password}@other and {scheme}://host:80/a@b")
    shown = f"{scheme}://user:***@host:1080/a?b=c@d"
    assert said == f"no way to {shown}, nor to {scheme}://:***@other and {scheme}://host:80/a@b"


@pytest.mark.parametrize("password", ["x", "12", "абв", "日本", "long enough"])
@pytest.mark.parametrize("name", ["TELEGRAM_PROXY_URL", "YANDEX_CLOUD_PROXY_URL", "DATABASE_URL"])
def test_a_short_password_is_blotted_out_with_the_users_name(
    tmp_path: Path, name: str, password: str
) -> None:
    """As the library for HTTP quotes it, whichever variable holds it."""
    scheme = "postgresql" if name == "DATABASE_URL" else "http"
    url = f"{scheme}://user:{quote(password)}@proxy.example:3128/bot"
    path = tmp_path / ".env"
    path.write_text("".join(f"{key}={value}\n" for key, value in (REQUIRED | {name: url}).items()))
    settings, _ = load(path)
    redact = Redactor(settings.secrets())
    error = UnicodeEncodeError("latin-1", f"user:{password}", 5, 6, "ordinal not in range(256)")
    for text in (repr(error), f"user:{password}", b64encode(f"user:{password}".encode()).decode(), url):
        assert password not in redact(text).replace("codec", "").replace("latin-1", "").replace("256", "")
        assert "***" in redact(text)
    assert redact("an example of 12 words") == "an example of 12 words"


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://bot:geheim@db.example/bot", "geheim"),
        ("postgresql://bot:ge%40heim@db.example/bot", "ge@heim"),
        ("postgres://db.example/bot?user=bot&password=geheim", "geheim"),
        ("postgresql://db.example/bot?sslpassword=geheim&sslmode=require", "geheim"),
        ("postgresql://db.example/bot?user=bot&password=ge+h%65im", "ge heim"),
        ("postgresql://db.example/bot?user=bot&password=ge+h%65im", "ge+h%65im"),
        ("postgresql://db.example/bot?user=bot&password=ge+h%65im", "ge+heim"),
        ("postgresql+psycopg://bot:geheim@[::1]:5432/bot", "geheim"),
        ("postgresql://bot:geheim@[db.example/bot", "geheim@["),
    ],
)
def test_a_databases_password_is_a_secret(tmp_path: Path, url: str, password: str) -> None:
    path = tmp_path / ".env"
    path.write_text("".join(f"{key}={value}\n" for key, value in (REQUIRED | {"DATABASE_URL": url}).items()))
    settings, _ = load(path)
    redact = Redactor(settings.secrets())
    assert password not in redact(f"no connection to {url}: {url}")
    if "[db" not in url:
        assert redact(f"it says {password}") == "it says ***"


@pytest.mark.parametrize("name", ["password", "sslpassword", "PASSWORD"])
@pytest.mark.parametrize("password", ["x", "a+b", "%D0%B0", "a'b"])
def test_a_password_is_blotted_out_of_a_query_by_its_place(name: str, password: str) -> None:
    """What is JSON stays so."""
    said = f"no way to postgresql://db/bot?user=bot&{name}={password}&sslmode=require, nor {name}={password}"
    shown = f"no way to postgresql://db/bot?user=bot&{name}=***&sslmode=require, nor {name}=***"
    assert Redactor([])(said) == shown
    assert json.loads(Redactor([])(json.dumps({"message": said}))) == {"message": shown}
    quoted = json.dumps({"message": f'it says "{name}={password}"'})
    assert json.loads(Redactor([])(quoted)) == {"message": f'it says "{name}=***"'}


def test_no_library_logs_how_it_connects() -> None:
    """As far as a level below warnings goes, psycopg's own and those below it too."""
    quiet_loggers()
    for name in QUIET:
        assert not logging.getLogger(f"{name}.any").isEnabledFor(logging.INFO)
    assert "psycopg" in QUIET


def test_without_secrets_a_text_stays() -> None:
    assert Redactor([])("a text") == "a text"


def test_longer_secrets_go_first_and_short_words_stay() -> None:
    redact = Redactor(["pass", "password", "abc", ""])
    assert redact("a password, a pass, abc") == "a ***, a ***, abc"
