"""What a call to the model comes to: a reply, or a failure of a named kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.values import Answer, Usage


class FailureKind(StrEnum):
    """Why no answer came, by what it calls for."""

    BAD_REQUEST = "bad_request"
    """400: a wrong model URI or parameter, a folder that is not the key's. The operator must mend it."""
    TOO_LONG = "too_long"
    """More input than the model takes: trim the history and ask once more."""
    BAD_IMAGE = "bad_image"
    """A picture that the model does not take: another one is what helps."""
    UNAUTHORIZED = "unauthorized"
    """401: the key is unknown, expired or of the wrong scope."""
    FORBIDDEN = "forbidden"
    """403: a role, access to the model or billing is missing."""
    QUOTA = "quota"
    """429: wait, then ask again."""
    SERVER_ERROR = "server_error"
    """500: ask again."""
    UNSUPPORTED = "unsupported"
    """501: asking again does not help."""
    UNAVAILABLE = "unavailable"
    """502, 503, 504, or no connection: ask again."""
    TIMEOUT = "timeout"
    """No answer in time. The provider may have made one, and may bill it."""
    BROKEN_REPLY = "broken_reply"
    """HTTP 200 with something that is not a response: HTML, broken JSON, the wrong shape."""


class ModelFailure(Exception):
    """No answer came. `detail` is for the log and the operator only: bounded, the key taken out."""

    def __init__(
        self,
        kind: FailureKind,
        *,
        http_status: int | None = None,
        retry_after_s: float | None = None,
        request_id: str = "",
        provider_ids: str = "",
        detail: str = "",
        usage: Usage | None = None,
    ) -> None:
        super().__init__(kind, http_status)
        self.kind = kind
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        """What the provider asked for (`Retry-After`), a day at most; None where it named no time."""
        self.request_id = request_id
        """The `x-client-request-id` that was sent."""
        self.provider_ids = provider_ids
        """`x-request-id` and `x-server-trace-id` of the reply, for the provider's support."""
        self.detail = detail
        self.usage = usage
        """What the failed request used, where its reply tells: it is paid for all the same."""

    def __str__(self) -> str:
        return str(self.kind) if self.http_status is None else f"{self.kind} (HTTP {self.http_status})"


@dataclass(frozen=True, slots=True)
class ModelReply:
    """The answer, with the ids to log beside it."""

    answer: Answer
    client_request_id: str
    provider_request_id: str
    server_trace_id: str
    duration_s: float
    search_refused: bool = False
    """Search was asked for, and the model or the folder refuses it: the answer was made without."""
