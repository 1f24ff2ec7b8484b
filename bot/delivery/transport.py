"""HTTP to Telegram: one keep-alive pool, and failures sorted by what became of the request.

aiohttp, since the default transport's time grows with the square of the requests under way
(`benchmarks/transport.py`). A Bot API URL holds the token, and aiohttp's exceptions like to quote the URL:
none of their text and none of their tracebacks leave this module.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.resolver import ThreadedResolver
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

KEEP_ALIVE_S = 30.0
DNS_CACHE_S = 300
NAMED_ERROR_LENGTH = 100


class NotSent(NetworkError):
    """Telegram surely did not get the request: it may be repeated."""


class NotSentInTime(NotSent, TimedOut):
    """No connection within the time given; Telegram surely did not get the request."""


class FateUnknown(NetworkError):
    """The connection broke after the request may have been sent: Telegram may have carried it out."""


class FateUnknownInTime(FateUnknown, TimedOut):
    """No reply in time, or none to what stands before Telegram (504): it may have carried the request out."""


class ServerFault(NetworkError):
    """Telegram could not carry the request out for a reason of its own (5xx but 504): it may be repeated."""


class Transport(BaseRequest):
    """Time-outs mean what they mean in python-telegram-bot; all are in seconds and None waits without end.

    `proxy_url` is an `http://` or a `socks5://` one; credentials in it are used and never shown.
    """

    def __init__(
        self,
        *,
        connections: int = 256,
        read_timeout_s: float | None = 10.0,
        write_timeout_s: float | None = 5.0,
        media_write_timeout_s: float | None = 20.0,
        connect_timeout_s: float | None = 5.0,
        pool_timeout_s: float | None = 5.0,
        proxy_url: str | None = None,
    ) -> None:
        self._connections = connections
        self._read_timeout_s = read_timeout_s
        self._write_timeout_s = write_timeout_s
        self._media_write_timeout_s = media_write_timeout_s
        self._connect_timeout_s = connect_timeout_s
        self._pool_timeout_s = pool_timeout_s
        self._proxy_url = proxy_url
        self._never_sent: tuple[type[Exception], ...] = (
            aiohttp.ClientConnectorError,
            aiohttp.ClientHttpProxyError,
        )
        self._failures: tuple[type[Exception], ...] = (aiohttp.ClientError, OSError)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout_s

    async def initialize(self) -> None:
        if self._session is None:
            connector, http_proxy = self._connector()
            self._session = aiohttp.ClientSession(
                connector=connector,
                proxy=http_proxy,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(  # noqa: PLR0917 - the base class's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("This transport is not initialized")
        media = request_data is not None and request_data.contains_files
        timeout = _timeout(
            read_s=_given(read_timeout, self._read_timeout_s),
            write_s=_given(write_timeout, self._media_write_timeout_s if media else self._write_timeout_s),
            connect_s=_given(connect_timeout, self._connect_timeout_s),
            pool_s=_given(pool_timeout, self._pool_timeout_s),
        )
        try:
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **_body(request_data)
            ) as response:
                status, payload = response.status, await response.read()
        except self._failures as error:
            failure = self._sorted(error)
        else:
            if status == HTTPStatus.GATEWAY_TIMEOUT:
                raise FateUnknownInTime(_phrase(status))
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR or _too_many_without_a_time(status, payload):
                raise ServerFault(_phrase(status))
            return status, payload
        # Raised here, outside the except block: else aiohttp's error would ride along as its context.
        raise failure

    def _connector(self) -> tuple[aiohttp.BaseConnector, str | None]:
        """The connection pool, and the proxy that aiohttp itself shall speak to."""
        options: dict[str, Any] = {"limit": self._connections, "keepalive_timeout": KEEP_ALIVE_S}
        if self._proxy_url is not None and self._proxy_url.startswith("socks"):
            import aiohttp_socks  # noqa: PLC0415 - few need it

            of_the_proxy = (
                aiohttp_socks.ProxyError,
                aiohttp_socks.ProxyConnectionError,
                aiohttp_socks.ProxyTimeoutError,
                asyncio.IncompleteReadError,  # the proxy hung up in the middle of its handshake
            )
            self._never_sent += of_the_proxy
            self._failures += of_the_proxy
            # The proxy resolves names: `socks5h` is curl's word for what is the rule here.
            url = self._proxy_url.replace("socks5h://", "socks5://", 1)
            return aiohttp_socks.ProxyConnector.from_url(url, rdns=True, **options), None
        resolver = ThreadedResolver()
        return aiohttp.TCPConnector(resolver=resolver, ttl_dns_cache=DNS_CACHE_S, **options), self._proxy_url

    def _sorted(self, error: Exception) -> NetworkError:
        name = _named(error)
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return NotSentInTime(f"No connection to Telegram in time ({name})")
        if isinstance(error, self._never_sent):
            return NotSent(f"No connection to Telegram ({name})")
        if isinstance(error, TimeoutError):
            return FateUnknownInTime(f"No reply from Telegram in time ({name})")
        return FateUnknown(f"The connection to Telegram broke ({name})")


def _given(value: ODVInput[float], default_s: float | None) -> float | None:
    return default_s if isinstance(value, DefaultValue) else value


def _timeout(
    *, read_s: float | None, write_s: float | None, connect_s: float | None, pool_s: float | None
) -> aiohttp.ClientTimeout:
    """There is no limit on writing in aiohttp: what is given for it goes into the limit on the whole."""
    return aiohttp.ClientTimeout(
        total=_sum(pool_s, connect_s, write_s, read_s),
        connect=_sum(pool_s, connect_s),
        sock_connect=connect_s,
        sock_read=read_s,
    )


def _sum(*seconds: float | None) -> float | None:
    given = [value for value in seconds if value is not None]
    return sum(given) if len(given) == len(seconds) else None


def _body(request_data: RequestData | None) -> dict[str, Any]:
    if request_data is None:
        return {}
    if not request_data.contains_files:
        # Native JSON is a third of the bytes of a form for Cyrillic text, and the cheapest to make.
        text = json.dumps(request_data.parameters, ensure_ascii=False, separators=(",", ":"))
        return {"data": text.encode("utf-8", "replace"), "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return {"data": form}


def _too_many_without_a_time(status: int, payload: bytes) -> bool:
    """A 429 of something before Telegram: with `retry_after` it is Telegram's own flood control."""
    return status == HTTPStatus.TOO_MANY_REQUESTS and b'"retry_after"' not in payload


def _phrase(status: int) -> str:
    try:
        return f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        return f"HTTP status {status}"


def _named(error: Exception) -> str:
    """The error's kind and the system's word for its cause: the parts that can't hold a URL."""
    words = getattr(getattr(error, "os_error", error), "strerror", None) or ""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        words = f"status {error.status}"
    return f"{type(error).__name__}: {words}"[:NAMED_ERROR_LENGTH] if words else type(error).__name__
