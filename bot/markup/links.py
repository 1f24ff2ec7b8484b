"""Which addresses Telegram takes as links."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_SAFE: Final = "%/:?#[]@!$&'()*+,;=~-._"


def is_linkable(url: str) -> bool:
    """Whether Telegram takes it in a `text_link`: a wrong one costs the message (TDLib, `check_url`)."""
    try:
        address = urlsplit(url)
        host, port = address.hostname or "", address.port
    except ValueError:
        return False
    web = address.scheme in {"http", "https"} and "@" not in address.netloc
    return web and bool(_HOST.fullmatch(host)) and port != 0


def in_ascii(url: str) -> str:
    """The same address in ASCII alone (`xn--…`, `%D1…`); as it is where that can't be."""
    if url.isascii():
        return url
    try:
        parts = urlsplit(url)
        host, colon, port = parts.netloc.partition(":")
        netloc = f"{host.encode('idna').decode()}{colon}{port}"
        return urlunsplit((parts.scheme, netloc, *(quote(part, safe=_SAFE) for part in parts[2:])))
    except ValueError:
        return url
