"""An HTTP transport whose connection can be closed from another thread, and whose replies are bounded."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import partial
from ssl import SSLContext
from typing import Any

import httpx2

from bot.core.model_request import Progress
from bot.model.abort_handle import AbortHandle
from bot.model.addresses import Addresses

MAX_REPLY_BYTES = 4 * 2**20
# A stream tells an answer five times over, in small pieces of which each is dressed up.
MAX_STREAM_BYTES = 4 * MAX_REPLY_BYTES
# The pool sees a connection that the server has closed before it sends on it; one that the server is
# about to close it can't see, so none is kept for long.
KEEP_ALIVE_S = 15.0
_PORTS = {"http": 80, "https": 443}


class Aborted(Exception):
    """The request was aborted before anything was sent."""


class ReplyTooLong(Exception):
    """The body passed its bound; the rest was not read."""


def is_stream(response: httpx2.Response) -> bool:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower() == "text/event-stream"


class AbortableTransport(httpx2.BaseTransport):
    """Sends requests over one connection, kept alive between them."""

    def __init__(self, tls: SSLContext, proxy_url: str | None, addresses: Addresses) -> None:
        """A proxy looks up the server's name itself, so that `addresses` are for connecting without one."""
        limits = httpx2.Limits(max_connections=1, keepalive_expiry=KEEP_ALIVE_S)
        self._transport = httpx2.HTTPTransport(verify=tls, trust_env=False, limits=limits, proxy=proxy_url)
        self._addresses = None if proxy_url else addresses
        self._socket: socket.socket | None = None
        self.under_way: tuple[AbortHandle, Progress] | None = None
        """What the request to be sent next is aborted by, and what is told how far it came."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        assert self.under_way is not None  # noqa: S101 - set by the client before each request
        handle, progress = self.under_way
        if self._socket is not None and self._socket.fileno() != -1:
            handle.watch(self._socket)
        if handle.aborted:
            raise Aborted
        request.extensions = {**request.extensions, "trace": partial(self._trace, handle, progress)}
        response = self._sent(request)
        if not response.is_success:
            progress.may_cost = False
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)  # noqa: S101 - a synchronous transport gives no other
        response.stream = _Bounded(stream, MAX_STREAM_BYTES if is_stream(response) else MAX_REPLY_BYTES)
        return response

    def close(self) -> None:
        self._transport.close()

    def _sent(self, request: httpx2.Request) -> httpx2.Response:
        """Sends to an address that answers; the name stays in the Host header and the certificate's check."""
        url = request.url
        if self._addresses is None or url.scheme not in _PORTS:
            return self._transport.handle_request(request)
        host, port = url.raw_host.decode(), url.port or _PORTS[url.scheme]
        try:
            address = self._addresses.working(host, port, request.extensions["timeout"]["connect"])
        except TimeoutError as error:
            raise httpx2.ConnectTimeout(str(error), request=request) from error
        except OSError as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        request.url = url.copy_with(host=address)
        request.extensions["sni_hostname"] = host
        try:
            return self._transport.handle_request(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            self._addresses.forget(host, port)
            raise
        finally:
            request.url = url

    def _trace(self, handle: AbortHandle, progress: Progress, event: str, info: dict[str, Any]) -> None:
        """httpcore2's trace extension: tells each connection made, straight, through a proxy, then TLS; and
        when the request is on its way.
        """
        if event.endswith(".send_request_body.started"):
            progress.may_cost = info["request"].method != b"CONNECT"
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            connected: socket.socket = info["return_value"].get_extra_info("socket")
            handle.watch(connected)
            self._socket = connected


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
