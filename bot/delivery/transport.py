"""HTTP to Telegram: one keep-alive pool, and failures sorted by what became of the request.

aiohttp, since the default transport's time grows with the square of the requests under way
(`benchmarks/transport.py`). A Bot API URL holds the token, and aiohttp's exceptions like to quote the URL:
none of their text and none of their tracebacks leave this module. Only what has the Bot API's form is a
reply of Telegram's; any other is a fault of the network, whatever its status.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

from bot.delivery.proxy import Proxy
from bot.delivery.replies import as_telegram, date_of

if TYPE_CHECKING:
    from telegram.request import RequestData

KEEP_ALIVE_S: Final = 30.0
NAMED_ERROR_LENGTH: Final = 100
FILE: Final = "file"
MOST_FILE_BYTES: Final = 20 * 1024 * 1024
"""What Telegram lets a bot download, whatever size it told of a file, if it told any."""
PROXY_REFUSES: Final = HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
OUTCOMES: Final = {
    200: "ok",
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    413: "too_large",
    429: "flood",
}


class NotSent(NetworkError):
    """Telegram surely did not get the request: it may be repeated."""


class NotSentInTime(NotSent, TimedOut):
    """No connection within the time given; Telegram surely did not get the request."""


class ProxyRefused(NotSent):
    """The proxy does not take the user name and the password that it was given."""


class FateUnknown(NetworkError):
    """The connection broke after the request may have been sent: Telegram may have carried it out."""


class FateUnknownInTime(FateUnknown, TimedOut):
    """No reply in time, or none to what stands before Telegram (504): it may have carried the request out."""


class ServerFault(NetworkError):
    """Telegram could not carry the request out for a reason of its own (5xx but 504): it may be repeated."""


class NotTelegram(ServerFault):
    """Something else has refused in Telegram's place, such as a proxy with a page: it may be repeated."""


class FileTooLarge(NetworkError):
    """A file is longer than `MOST_FILE_BYTES`: what was read of it so far is let go."""


@dataclass(frozen=True, slots=True)
class _Parameters:
    """What `_body` needs of a `RequestData`; python-telegram-bot alone can make one."""

    parameters: Mapping[str, Any]
    contains_files: bool = False


async def _open_gate() -> None:
    pass


class Transport(BaseRequest):
    """Time-outs mean what they mean in python-telegram-bot; all are in seconds and None waits without end.

    `proxy_url` begins with `http`, `https`, `socks5` or `socks5h`; credentials in it are used, in UTF-8, and
    never shown. `count` gets of each request the Bot API method (`file` for a download) and what became of
    it, `on_date` what Telegram's clock said as it replied. No request leaves before `gate` returns.
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
        count: Callable[[str, str], None] = lambda _method, _outcome: None,
        on_date: Callable[[datetime], None] = lambda _: None,
        gate: Callable[[], Awaitable[None]] = _open_gate,
    ) -> None:
        self._connections = connections
        self._read_timeout_s = read_timeout_s
        self._write_timeout_s = write_timeout_s
        self._media_write_timeout_s = media_write_timeout_s
        self._connect_timeout_s = connect_timeout_s
        self._pool_timeout_s = pool_timeout_s
        self._proxy = Proxy(proxy_url)
        self._count = count
        self._on_date = on_date
        self._gate = gate
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout_s

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._proxy.connector(limit=self._connections, keepalive_timeout=KEEP_ALIVE_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def call(self, url: str, parameters: Mapping[str, Any], *, read_timeout_s: float) -> Any:
        """The result of a method as Telegram sends it, in JSON. Raises as python-telegram-bot's `post`."""
        data = cast("RequestData", _Parameters(parameters))
        return await self.post(url, data, read_timeout=read_timeout_s)

    async def do_request(  # noqa: PLR0917 - the base class's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Raises the errors of this module where python-telegram-bot has no reply of Telegram's to read."""
        await self._gate()
        if self._session is None:
            raise RuntimeError("This transport is not initialized")
        media = request_data is not None and request_data.contains_files
        timeout = _timeout(
            read_s=_given(read_timeout, self._read_timeout_s),
            write_s=_given(write_timeout, self._media_write_timeout_s if media else self._write_timeout_s),
            connect_s=_given(connect_timeout, self._connect_timeout_s),
            pool_s=_given(pool_timeout, self._pool_timeout_s),
        )
        body, headers = _body(request_data)
        options = {"data": body, "timeout": timeout, **self._proxy.options(url, headers)}
        name = _method_of(url)
        try:
            status, payload, date = await self._exchange(self._session, method, url, options)
            if name != FILE or status != HTTPStatus.OK:
                payload = _telegrams(status, payload)
                if (told := date_of(date, name, payload)) is not None:
                    self._on_date(told)
        except NetworkError as failure:
            self._count(name, _outcome(failure))
            raise
        self._count(name, OUTCOMES.get(status, "other"))
        return status, payload

    async def _exchange(
        self, session: aiohttp.ClientSession, method: str, url: str, options: dict[str, Any]
    ) -> tuple[int, bytes, str]:
        """Status, body and `Date` of whatever answers."""
        try:
            async with session.request(method, url, allow_redirects=False, **options) as response:
                fetched = _method_of(url) == FILE
                payload = await (_file(response.content) if fetched else response.read())
                return response.status, payload, response.headers.get("Date", "")
        except FileTooLarge:
            raise
        except Exception as error:  # noqa: BLE001 - the edge: the text of none of them may leave
            failure = self._sorted(error)
        # Raised here, outside the except block: else aiohttp's error would ride along as its context.
        raise failure

    def _sorted(self, error: Exception) -> NetworkError:
        name = _named(error)
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return NotSentInTime(f"No connection to Telegram in time ({name})")
        if self._proxy.wants_another_password(error):
            return ProxyRefused(f"No connection to Telegram: {_phrase(PROXY_REFUSES)} ({name})")
        if isinstance(
            error, (aiohttp.ClientConnectorError, aiohttp.InvalidURL, UnicodeError, *self._proxy.failures)
        ):
            return NotSent(f"No connection to Telegram ({name})")
        if isinstance(error, TimeoutError):
            return FateUnknownInTime(f"No reply from Telegram in time ({name})")
        return FateUnknown(f"The connection to Telegram broke ({name})")


async def _file(content: aiohttp.StreamReader) -> bytes:
    """All of a file; raises where that is more than may be fetched, and reads no further."""
    try:
        await content.readexactly(MOST_FILE_BYTES + 1)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
    raise FileTooLarge(f"A file of more than {MOST_FILE_BYTES} bytes")


def _telegrams(status: int, payload: bytes) -> bytes:
    """The reply, for python-telegram-bot to read; raises where there is none of Telegram's own in it."""
    if status == PROXY_REFUSES:
        raise ProxyRefused(f"No connection to Telegram: {_phrase(status)}")
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        raise FateUnknownInTime(_phrase(status))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ServerFault(_phrase(status))
    reply = as_telegram(status, payload)
    if reply is None:
        if status < HTTPStatus.MULTIPLE_CHOICES:
            raise FateUnknown(f"What came is no reply of Telegram's: {_phrase(status)}")
        raise NotTelegram(f"Something before Telegram refuses: {_phrase(status)}")
    if status == HTTPStatus.TOO_MANY_REQUESTS and b'"retry_after"' not in reply:
        raise ServerFault(_phrase(status))  # with a time it is Telegram's own flood control
    return reply


def _outcome(failure: NetworkError) -> str:
    if isinstance(failure, NotSent):
        return "not_sent"
    if isinstance(failure, FileTooLarge):
        return OUTCOMES[HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
    if isinstance(failure, NotTelegram):
        return "not_telegram"
    return "server_fault" if isinstance(failure, ServerFault) else "fate_unknown"


def _method_of(url: str) -> str:
    """`…/bot<token>/<method>`; a file's path has more behind the token, and is nobody's label."""
    path = url.partition("?")[0]
    return FILE if "/file/bot" in path else path.rpartition("/")[2]


def _given(value: Any, default_s: float | None) -> float | None:
    """What python-telegram-bot gives for "nothing given" is a value of a type of its own."""
    given: float | None = default_s if isinstance(value, type(BaseRequest.DEFAULT_NONE)) else value
    return given


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


def _body(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """The body and its headers."""
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        # Native JSON is a third of the bytes of a form for Cyrillic text, and the cheapest to make.
        text = json.dumps(request_data.parameters, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace"), {"Content-Type": "application/json"}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form, {}


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
