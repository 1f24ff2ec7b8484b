"""Kinds of values that variables take, and how a variable is declared."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

_WEB = ("http", "https")
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
"""Of proxies, where the URL names none."""


def variable(default: Any, *, takes: str, about: str, example: str | None = None, **bounds: Any) -> Any:
    """Declares a variable: `takes` is its range in words, for the error text; `about` its line in documents;
    `example` None: the default.

    The default `...` makes it required; `bounds` are those of pydantic's `Field`.
    """
    extra: dict[str, Any] = {"takes": takes, "example": str(default) if example is None else example}
    return Field(default, description=about, json_schema_extra=extra, **bounds)


def whole(default: int, *, least: int, most: int, about: str) -> Any:
    """Declares a whole number."""
    return variable(default, takes=f"a whole number from {least} to {most}", about=about, ge=least, le=most)


def seconds(default: int, *, most: int, about: str, **least: Any) -> Any:
    """Declares a time; `least` is `gt` or `ge`."""
    return variable(default, takes=f"seconds, up to {most}", about=about, le=most, **least)


def switch(default: bool, *, about: str, example: str | None = None) -> Any:
    """Declares what is on or off."""
    return variable(default, takes="true or false", about=about, example=example or str(default).lower())


def web_url(default: str, *, about: str) -> Any:
    """Declares the root of a service."""
    return variable(default, takes="an http or https URL", about=about)


def proxy_url(*, about: str, example: str) -> Any:
    """Declares a proxy that may be left out."""
    takes = "an http, https, socks5 or socks5h URL, user and password percent-encoded (for SOCKS in ASCII)"
    return variable(None, takes=takes, about=about, example=example)


def matching(pattern: str) -> AfterValidator:
    """A secret of this form; pydantic's own message would quote the value."""

    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, value.get_secret_value()):
            raise ValueError("not of that form")
        return value

    return AfterValidator(check)


def _check_url(value: str, schemes: Collection[str]) -> None:
    """Raises `ValueError`, as `port` does where it is none."""
    parts = urlsplit(value)
    parts.port  # noqa: B018
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError("not such a URL")


def _web_url(value: str) -> str:
    _check_url(value, _WEB)
    return value.rstrip("/")


def _proxy_url(value: SecretStr) -> SecretStr:
    """With its port, and user and password percent-encoded: then both services' libraries take it alike.

    Raises `ValueError` for what one of the two can't send: to a SOCKS proxy they speak ASCII (RFC 1929 names
    no other), at most 255 bytes each.
    """
    url = value.get_secret_value()
    _check_url(url, _PORTS)
    parts = urlsplit(url)
    login = [unquote(part or "", errors="strict") for part in (parts.username, parts.password)]
    if parts.scheme.startswith("socks") and not all(part.isascii() and len(part) < 256 for part in login):
        raise ValueError("not for a SOCKS proxy")
    if ":" in login[0] or not all(part.isprintable() for part in login):
        raise ValueError("not such a name or password")
    where = parts.netloc.rpartition("@")[2].removesuffix(":")
    if parts.port is None:
        where += f":{_PORTS[parts.scheme]}"
    user = ":".join(quote(part, safe="") for part in login) + "@" if any(login) else ""
    return SecretStr(f"{parts.scheme}://{user}{where}")


def _listen(value: str) -> str:
    if value:
        _check_url(f"http://{'any' if value.startswith(':') else ''}{value}", ("http",))
    return value


def _ids(value: object) -> object:
    """Comma-separated ids, as people write them in a `.env`."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _zone(value: object) -> object:
    """A zone by its IANA name. Raises `ValueError` for everything that is none: a folder's name too."""
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (KeyError, OSError) as error:
        raise ValueError("not the name of a time zone") from error


WebUrl = Annotated[str, AfterValidator(_web_url)]
"""Without a slash at its end."""
ProxyUrl = Annotated[SecretStr, AfterValidator(_proxy_url)]
Listen = Annotated[
    str, Field(pattern=r"^$|^[^\s:]*:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$"), AfterValidator(_listen)
]
# "at most 52 significant bits": https://core.telegram.org/bots/api#chat
Ids = Annotated[frozenset[Annotated[int, Field(ge=-(2**52), le=2**52)]], NoDecode, BeforeValidator(_ids)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
