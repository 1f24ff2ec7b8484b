"""The HTTP transport of one line: its connection can be closed from outside and its replies are bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from ssl import SSLContext

    from bot.model.call import Call

MAX_REPLY_BYTES = 4 * 2**20
# The pool sees a connection that the server has closed before it sends on it; one that the server is
# about to close it can't see, so none is kept for long.
_KEEP_ALIVE_S = 15.0


class Aborted(Exception):
    """The call was aborted before anything was sent."""


class ReplyTooLong(Exception):
    """The body passed MAX_REPLY_BYTES; the rest was not read."""


class Wire(httpx2.BaseTransport):
    """One connection, kept alive between requests. `call` is the request that uses it now."""

    def __init__(self, tls: SSLContext, proxy_url: str | None) -> None:
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEEP_ALIVE_S)
        self._transport = httpx2.HTTPTransport(verify=tls, trust_env=False, limits=limits, proxy=proxy_url)
        self._socket: socket.socket | None = None
        self.call: Call | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        call = self.call
        assert call is not None  # noqa: S101 - set by the line before each request
        if self._socket is not None and self._socket.fileno() != -1:
            call.watch(self._socket)
        if call.aborted:
            raise Aborted
        request.extensions = {**request.extensions, "trace": self._trace}
        response = self._transport.handle_request(request)
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)  # noqa: S101 - a synchronous transport gives no other
        response.stream = _Bounded(stream)
        return response

    def close(self) -> None:
        self._transport.close()

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore2's trace extension: tells each connection made, straight, through a proxy, then TLS."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            # Once TLS stands the descriptor is the same, and the call has its duplicate of it already.
            if event.endswith(".connect_tcp.complete") and self._socket is not None and self.call is not None:
                self.call.watch(self._socket)


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > MAX_REPLY_BYTES:
                raise ReplyTooLong
            yield chunk

    def close(self) -> None:
        self._stream.close()
