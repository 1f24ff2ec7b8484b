"""What the deployment says of the speech service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SpeechConfig:
    """The deployment's side of every call. Its repr holds no secret."""

    authorization: Callable[[], str] = field(repr=False)
    """Gives the header's whole value: `Api-Key …`, or `Bearer …` for an IAM token."""
    url: str = "https://stt.api.cloud.yandex.net"
    operations_url: str = "https://operation.api.cloud.yandex.net"
    proxy_url: str | None = field(default=None, repr=False)
    timeout_s: float = 40.0
    """For one call. A short recording is recognised within it."""
