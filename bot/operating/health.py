"""Whether the bot does its work, with named reasons; `python -m bot.health` is the probe for a container."""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    Probe = Callable[[], "str | None"]

DEFAULT_LISTEN: Final = "127.0.0.1:8080"
PROBE_TIMEOUT_S: Final = 4.0
_EVERYWHERE: Final = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - told from, not listened on


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why the bot does not work, and why it works only in part: probe → reason."""

    failing: Mapping[str, str] = field(default_factory=dict)
    degraded: Mapping[str, str] = field(default_factory=dict)
    standby: bool = False
    """Another process does the work, and this one is ready to."""

    @property
    def status(self) -> str:
        if self.failing:
            return "failing"
        return "standby" if self.standby else "degraded" if self.degraded else "ok"


class Health:
    """Asks its probes when it is asked. A probe gives its reason in words, or None while all is well.

    `redact` takes out of the words what must not be shown.
    """

    def __init__(
        self,
        redact: Callable[[str], str] = str,
        *,
        required: Mapping[str, Probe] | None = None,
        watched: Mapping[str, Probe] | None = None,
    ) -> None:
        """Without what is `required` the bot is of no use: a restart, or a person, is called for.

        Without what is `watched` it does less, and says so itself: a restart would not help.
        """
        self._redact = redact
        self._standby = False
        self.required = required or {}
        self.watched = watched or {}

    def become(self, other: Health, *, standby: bool = False) -> None:
        """Has another's probes instead of its own from now on."""
        self.required, self.watched, self._standby = other.required, other.watched, standby

    def verdict(self) -> Verdict:
        return Verdict(self._reasons(self.required), self._reasons(self.watched), standby=self._standby)

    def _reasons(self, probes: Mapping[str, Probe]) -> dict[str, str]:
        return {name: self._redact(reason) for name, probe in probes.items() if (reason := probe())}


def lasting(probe: Probe, *, seconds: float, monotonic: Callable[[], float]) -> Probe:
    """Gives the reason only once it has been there each time that it was asked for, for so long."""
    since_s: float | None = None

    def asked() -> str | None:
        nonlocal since_s
        reason = probe()
        if reason is None:
            since_s = None
            return None
        if since_s is None:
            since_s = monotonic()
        return reason if monotonic() - since_s >= seconds else None

    return asked


def address(listen: str) -> tuple[str, int]:
    """Host and port of an `HTTP_LISTEN`; the host is empty for all interfaces."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def probe(listen: str) -> tuple[int, str]:
    """Asks the bot that listens there; the exit status, 0 while it works, and what it said."""
    if not listen:
        return 0, "HTTP_LISTEN is empty: there is no server to ask"
    host, port = address(listen)
    connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=PROBE_TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        said = response.read().decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return 1, f"no answer from {listen}: {error}"
    finally:
        connection.close()
    return int(response.status != http.client.OK), said


def main() -> int:
    """Reads `HTTP_LISTEN` from the environment only: in a container there is no `.env`."""
    status, said = probe(os.environ.get("HTTP_LISTEN", DEFAULT_LISTEN))
    print(said)  # noqa: T201 - Docker keeps what a health check prints
    return status
