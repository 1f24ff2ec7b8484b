"""An HTTP transport whose connection can be closed from another thread, and whose replies are bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from ssl import SSLContext

    from bot.model.abort_handle import AbortHandle

MAX_REPLY_BYTES = 4 * 2**20
# A stream tells an answer five times over, in small pieces of which each is dressed up.
MAX_STREAM_BYTES = 4 * MAX_REPLY_BYTES
# The pool sees a connection that the server has closed before it sends on it; one that the server is
# about to close it can't see, so none is kept for long.
_KEEP_ALIVE_S = 15.0


class Aborted(Exception):
    """The request was aborted before anything was sent."""


class ReplyTooLong(Exception):
    """The body passed its bound; the rest was not read."""


class AbortableTransport(httpx2.BaseTransport):
    """Sends requests over one connection, kept alive between them. `handle` is of the request under way."""

    def __init__(self, tls: SSLContext, proxy_url: str | None) -> None:
        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEEP_ALIVE_S)
        self._transport = httpx2.HTTPTransport(verify=tls, trust_env=False, limits=limits, proxy=proxy_url)
        self._socket: socket.socket | None = None
        self.handle: AbortHandle | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        handle = self.handle
        assert handle is not None  # noqa: S101 - set by the client before each request
        if self._socket is not None and self._socket.fileno() != -1:
            handle.watch(self._socket)
        if handle.aborted:
            raise Aborted
        request.extensions = {**request.extensions, "trace": self._trace}
        response = self._transport.handle_request(request)
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)  # noqa: S101 - a synchronous transport gives no other
        is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
        response.stream = _Bounded(stream, MAX_STREAM_BYTES if is_stream else MAX_REPLY_BYTES)
        return response

    def close(self) -> None:
        self._transport.close()

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore2's trace extension: tells each connection made, straight, through a proxy, then TLS."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            # Once TLS stands the descriptor is the same, and the handle has its duplicate of it already.
            if (
                event.endswith(".connect_tcp.complete")
                and self._socket is not None
                and self.handle is not None
            ):
                self.handle.watch(self._socket)


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, limit: int) -> None:
        self._stream = stream
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > self._limit:
                raise ReplyTooLong
            yield chunk

    def close(self) -> None:
        self._stream.close()
