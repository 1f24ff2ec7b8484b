"""Nothing that is printed holds a secret, in whatever way somebody else's words quote it."""

from __future__ import annotations

import json

import pytest

from bot.operating.redacting import Redactor

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


def test_without_secrets_a_text_stays() -> None:
    assert Redactor([])("a text") == "a text"


def test_longer_secrets_go_first_and_short_words_stay() -> None:
    redact = Redactor(["pass", "password", "abc", ""])
    assert redact("a password, a pass, abc") == "a ***, a ***, abc"
