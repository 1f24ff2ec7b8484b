"""Fetches IAM tokens: from the machine's metadata service, or for an authorized key. Blocking calls.

Importing httpx2 and PyJWT takes a moment, so it happens with the first token, in the thread that needs it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from bot.core.clock import Clock
from bot.core.http_date import http_date
from bot.core.keys import NoKey, can_be_sent
from bot.identity.key_file import AuthorizedKey

if TYPE_CHECKING:
    import httpx2

AUDIENCE = "https://iam.api.cloud.yandex.net/iam/v1/tokens"
_LONGEST_LIFE_S = 12 * 3600.0
# Where the answer does not say how long: it is asked again soon enough.
_UNTOLD_LIFE_S = 3600.0
_TIMEOUT_S, _CONNECT_TIMEOUT_S = 10.0, 5.0
_JWT_LIFE = timedelta(hours=1)
# Less than this between the two clocks is no reason for the provider's refusal.
_SKEW = timedelta(seconds=30)
_DETAIL_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Token:
    value: str = field(repr=False)
    life_s: float
    """From now on."""


class Source(Protocol):
    """Where tokens come from."""

    @property
    def identity(self) -> str:
        """Whose tokens they are, in words."""

    def fetch(self) -> Token:
        """A new token. Raises NoKey."""


class MetadataSource:
    """The service account that the machine has: a virtual machine, a serverless container or function.

    https://yandex.cloud/en/docs/compute/operations/vm-connect/auth-inside-vm
    """

    identity = "the machine's own service account (metadata)"

    def __init__(self, root: str) -> None:
        self._url = f"{root}/computeMetadata/v1/instance/service-accounts/default/token"

    def fetch(self) -> Token:
        response = _send("GET", self._url, headers={"Metadata-Flavor": "Google"})
        body = _checked(response, "the metadata service")
        life_s = body.get("expires_in")
        return _token(body.get("access_token"), life_s if isinstance(life_s, int | float) else None)


class KeySource:
    """The service account of an authorized key: each token is asked for with a JWT that the key signs.

    https://yandex.cloud/en/docs/iam/operations/iam-token/create-for-sa
    """

    def __init__(self, key: AuthorizedKey, root: str, clock: Clock, *, proxy_url: str | None = None) -> None:
        self._key = key
        self._url = f"{root}/iam/v1/tokens"
        self._clock = clock
        self._proxy_url = proxy_url
        self._skew = timedelta()

    @property
    def identity(self) -> str:
        return f"service account {self._key.service_account_id}, authorized key {self._key.key_id}"

    def fetch(self) -> Token:
        """The JWT is signed for the provider's own time once its clock is known to be another."""
        response = self._exchange()
        if response.is_client_error and self._learn_skew(response):
            response = self._exchange()
        body = _checked(response, "IAM")
        return _token(body.get("iamToken"), _life_s(body.get("expiresAt"), response))

    def _exchange(self) -> httpx2.Response:
        import jwt  # noqa: PLC0415

        now = self._clock.now() + self._skew
        claims = {
            "aud": AUDIENCE,
            "iss": self._key.service_account_id,
            "iat": int(now.timestamp()),
            "exp": int((now + _JWT_LIFE).timestamp()),
        }
        signed = jwt.encode(
            claims, self._key.private_key, algorithm="PS256", headers={"kid": self._key.key_id}
        )
        return _send("POST", self._url, body={"jwt": signed}, proxy_url=self._proxy_url)

    def _learn_skew(self, response: httpx2.Response) -> bool:
        """Whether the provider's clock is another one than was thought."""
        told = http_date(response.headers.get("date", ""))
        if told is None:
            return False
        before, self._skew = self._skew, told - self._clock.now()
        return abs(self._skew - before) > _SKEW


def _send(
    method: str,
    url: str,
    *,
    headers: dict[str, str] | None = None,
    body: dict[str, str] | None = None,
    proxy_url: str | None = None,
) -> httpx2.Response:
    import httpx2  # noqa: PLC0415

    timeout = httpx2.Timeout(_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S)
    try:
        with httpx2.Client(proxy=proxy_url, timeout=timeout, trust_env=False) as http:
            return http.request(method, url, headers=headers, json=body)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise NoKey(f"{url}: {type(error).__name__}", temporary=True) from None


def _checked(response: httpx2.Response, who: str) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        body = None
    if response.is_success and isinstance(body, dict):
        return body
    words = body.get("message") if isinstance(body, dict) else None
    said = f": {' '.join(words.split())[:_DETAIL_LIMIT]}" if isinstance(words, str) and words else ""
    lasting = response.is_client_error and response.status_code not in {408, 429}
    raise NoKey(f"{who} answered {response.status_code}{said}", temporary=not lasting)


def _token(value: Any, life_s: float | None) -> Token:
    """Numbers from outside: a life longer than the provider gives is cut, one that is none is a failure."""
    life_s = _UNTOLD_LIFE_S if life_s is None else min(life_s, _LONGEST_LIFE_S)
    if not isinstance(value, str) or not can_be_sent(value):
        raise NoKey("the answer has no token", temporary=True)
    if not life_s > 0:
        raise NoKey("the token is over already", temporary=True)
    return Token(value, life_s)


def _life_s(expires_at: Any, response: httpx2.Response) -> float | None:
    """By the clock of the server that says so: this machine's may be wrong."""
    try:
        ends = datetime.fromisoformat(expires_at)
    except (TypeError, ValueError):
        return None
    if ends.tzinfo is None:
        ends = ends.replace(tzinfo=UTC)
    now = http_date(response.headers.get("date", ""))
    return (ends - now).total_seconds() if now is not None else None
