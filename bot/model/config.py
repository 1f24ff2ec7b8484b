"""What the model's client is told once, at the start."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The deployment's side of every request. Its repr holds no secret."""

    folder: str
    api_key: Callable[[], str] = field(repr=False)
    """Gives the key, in a thread and for each request anew: a `SecretStr.get_secret_value`, or what fetches a
    token. It may raise NoKey."""
    key_refused: Callable[[str], bool] = field(default=lambda _key: False, repr=False)
    """Told of a key that got a 401; whether to ask once more, with another."""
    base_url: str = "https://ai.api.cloud.yandex.net/v1"
    proxy_url: str | None = field(default=None, repr=False)
    """http, https, socks5 or socks5h; it may carry a password."""
    log_requests: bool = False
    """Whether the provider may log prompts; it does unless told not to."""
    concurrency: int = 10
    connect_timeout_s: float = 5.0
    first_event_timeout_s: float = 30.0
    """Of a stream. Half of a request's usual minute: a server that is stuck is noticed while there is time
    to ask again, and a long prompt of a slow model, which takes about ten seconds, is still waited for."""
    resolve: Callable[..., Sequence[Any]] = socket.getaddrinfo
    """Looks up names, as `socket.getaddrinfo` does."""

    def redacted(self, text: str, key: str) -> str:
        """`text` without the key and the proxy's password."""
        secrets = [key, urlsplit(self.proxy_url or "").password or ""]
        for secret in (*secrets, *map(unquote, secrets)):
            if secret:
                text = text.replace(secret, "***")
        return text
