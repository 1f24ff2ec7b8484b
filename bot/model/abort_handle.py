"""Aborts an HTTP request that another thread is blocked in."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Lock


class AbortHandle:
    """Aborts one request, from any thread, at any time, more than once if need be.

    It holds its own duplicate of the connection's descriptor. So an abort can't touch a descriptor
    that has been closed and handed to another connection meanwhile, and it always acts on the plain
    socket: `shutdown` of an `SSLSocket` that another thread reads from drops the TLS state under it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._aborted = False
        self._over = False
        self._socket: socket.socket | None = None

    @property
    def aborted(self) -> bool:
        return self._aborted

    def watch(self, sock: socket.socket) -> None:
        """Makes `sock` the connection that an abort closes; one aborted already is closed now."""
        with self._lock:
            self._drop()
            self._socket = socket.socket(fileno=os.dup(sock.fileno()))
            if self._aborted:
                self._shut()

    def abort(self) -> None:
        """Ends the request: whatever waits for the connection, to send or to read, fails at once."""
        with self._lock:
            if not self._over:
                self._aborted = True
                self._shut()

    def end(self) -> None:
        """The request is over; the connection is no longer this request's."""
        with self._lock:
            self._over = True
            self._drop()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # the other side was faster
                self._socket.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
