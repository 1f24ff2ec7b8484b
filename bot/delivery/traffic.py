"""A transport that counts what becomes of each request to Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from telegram.error import NetworkError

from bot.delivery.transport import NotSent, ServerFault, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

_REPLIES: Final = {
    200: "ok",
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    413: "too_large",
    429: "flood",
}


class CountedTransport(Transport):
    """`count` gets the Bot API method (`file` for a download) and an outcome: a few words, never a chat's."""

    def __init__(self, *, count: Callable[[str, str], None], **options: Any) -> None:
        super().__init__(**options)
        self._count = count

    async def do_request(self, url: str, *given: Any, **named: Any) -> tuple[int, bytes]:
        method = _method(url)
        try:
            status, payload = await super().do_request(url, *given, **named)
        except NetworkError as error:
            self._count(method, _fate(error))
            raise
        self._count(method, _REPLIES.get(status, "other"))
        return status, payload


def _fate(error: NetworkError) -> str:
    if isinstance(error, NotSent):
        return "not_sent"
    return "server_fault" if isinstance(error, ServerFault) else "fate_unknown"


def _method(url: str) -> str:
    """`…/bot<token>/<method>`; a file's path has more behind the token, and is nobody's label."""
    path = url.partition("?")[0]
    return "file" if "/file/bot" in path else path.rpartition("/")[2]
