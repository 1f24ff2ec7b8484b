"""The proxy before Telegram: how connections are made through it, and whether it was the one that refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp.resolver import ThreadedResolver

DNS_CACHE_S: Final = 300


class Proxy:
    """One that speaks HTTP (`http`, `https`) or SOCKS5 (`socks5`, `socks5h`), or none.

    Credentials in its URL are used, and never shown.
    """

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._socks = url is not None and url.startswith("socks")
        self.failures: tuple[type[Exception], ...] = (aiohttp.ClientHttpProxyError,)
        """What comes of a connection that the proxy did not make, beside `aiohttp.ClientConnectorError`."""

    def connector(self, **options: Any) -> aiohttp.BaseConnector:
        """The pool of connections; `options` are those of `aiohttp.BaseConnector`."""
        if self._url is not None and self._socks:
            import aiohttp_socks  # noqa: PLC0415 - few need it

            self.failures = (
                aiohttp_socks.ProxyError,
                aiohttp_socks.ProxyConnectionError,
                aiohttp_socks.ProxyTimeoutError,
                asyncio.IncompleteReadError,  # the proxy hung up in the middle of its handshake
            )
            # The proxy resolves names: `socks5h` is curl's word for what is the rule here.
            url = self._url.replace("socks5h://", "socks5://")
            return aiohttp_socks.ProxyConnector.from_url(url, rdns=True, **options)
        return aiohttp.TCPConnector(resolver=ThreadedResolver(), ttl_dns_cache=DNS_CACHE_S, **options)

    def options(self, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """What aiohttp needs for one request to `url` with these headers.

        aiohttp's own use of the credentials is Latin-1. Behind TLS they go to the proxy alone.
        """
        if self._url is None or self._socks:
            return {"headers": headers}
        parts = urlsplit(self._url)
        where = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        if parts.username is None:
            return {"headers": headers, "proxy": where}
        login, password = unquote(parts.username), unquote(parts.password or "")
        own = {"Proxy-Authorization": aiohttp.encode_basic_auth(login, password)}
        if url.startswith("https:"):
            return {"headers": headers, "proxy": where, "proxy_headers": own}
        return {"headers": {**headers, **own}, "proxy": where}

    @staticmethod
    def wants_another_password(error: Exception) -> bool:
        """python-socks tells it in words only."""
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return error.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
        return type(error).__name__ == "ProxyError" and "authentication" in str(error).lower()
