"""Finds which of a name's addresses answers first, as RFC 8305 does, and remembers it."""

from __future__ import annotations

import ipaddress
import os
import selectors
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from itertools import chain, zip_longest
from threading import Lock
from typing import Any, NamedTuple, TypeAlias

from bot.core.clock import Clock

STAGGER_S = 0.25
"""RFC 8305's pause before the next address is tried beside those that have not answered yet."""
REMEMBERED_S = 60.0
"""Then the name is looked up again; the address stays the one to use while it is among the answers."""

Info: TypeAlias = "tuple[Any, ...]"
"""One of `socket.getaddrinfo`'s answers."""


class Addresses:
    """The addresses that work, for all clients: of a name whose first one swallows packets (a broken IPv6)
    each connection would wait for its time-out anew.
    """

    def __init__(self, clock: Clock, resolve: Callable[..., Sequence[Info]] = socket.getaddrinfo) -> None:
        self._clock = clock
        self._resolve = resolve
        self._lock = Lock()
        self._known: dict[tuple[str, int], tuple[str, float]] = {}

    def working(self, host: str, port: int, timeout_s: float) -> str:
        """The address to connect to. Raises OSError where there is none: TimeoutError where none answers.

        It may take `timeout_s`, of real time, beside the time that looking up the name takes.
        """
        if _is_address(host):
            return host
        with self._lock:
            address, until_s = self._known.get((host, port), ("", float("-inf")))
        if self._clock.monotonic() < until_s:
            return address
        found = _interleaved(self._resolve(host, port, type=socket.SOCK_STREAM))
        if address not in [info[4][0] for info in found]:
            address = found[0][4][0] if len(found) == 1 else _first_to_answer(found, timeout_s)[4][0]
        with self._lock:
            self._known[host, port] = address, self._clock.monotonic() + REMEMBERED_S
        return address

    def forget(self, host: str, port: int) -> None:
        """The address does not answer any more."""
        with self._lock:
            self._known.pop((host, port), None)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _interleaved(found: Sequence[Info]) -> list[Info]:
    """In the resolver's order, but of both families in turn."""
    first = [info for info in found if info[0] == found[0][0]]
    others = [info for info in found if info[0] != found[0][0]]
    return [info for info in chain.from_iterable(zip_longest(first, others)) if info is not None]


def _first_to_answer(found: Sequence[Info], timeout_s: float) -> Info:
    """Begins with one, and with the next after a pause, or at once where one has failed."""
    waiting = list(found)
    ends_s = time.monotonic() + timeout_s
    failure = OSError("no address")
    with selectors.DefaultSelector() as selector, ExitStack() as sockets:
        while waiting or selector.get_map():
            now_s = time.monotonic()
            if now_s >= ends_s:
                raise TimeoutError("no address answers")
            if waiting:
                try:
                    _begin(waiting.pop(0), selector, sockets)
                except OSError as error:
                    failure = error
                    continue
            for key, _ in selector.select(min(STAGGER_S, ends_s - now_s) if waiting else ends_s - now_s):
                begun: _Begun = key.data
                code = begun.connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not code:
                    return begun.info
                selector.unregister(begun.connecting)
                failure = OSError(code, os.strerror(code))
    raise failure


class _Begun(NamedTuple):
    connecting: socket.socket
    info: Info


def _begin(info: Info, selector: selectors.BaseSelector, sockets: ExitStack) -> None:
    """Raises OSError at once where nothing can come of it: the machine may not have the family at all."""
    family, kind, protocol, _, address = info
    connecting = sockets.enter_context(socket.socket(family, kind, protocol))
    connecting.setblocking(False)
    with suppress(BlockingIOError):  # under way
        connecting.connect(address)
    selector.register(connecting, selectors.EVENT_WRITE, _Begun(connecting, info))
