"""What a recording comes to: its words, or a failure of a named kind."""

from __future__ import annotations

from enum import StrEnum


class SpeechFailureKind(StrEnum):
    """Why nothing was heard, by what it calls for."""

    NOT_ALLOWED = "not_allowed"
    """401, 403: the operator must give the key its scope, or the account its role."""
    REFUSED = "refused"
    """400, 413 and other 4xx: the recording is not taken as it is."""
    QUOTA = "quota"
    """429: wait, then ask again."""
    UNAVAILABLE = "unavailable"
    """5xx, or no connection: ask again."""
    TIMEOUT = "timeout"
    BROKEN_REPLY = "broken_reply"


class SpeechFailure(Exception):
    """Nothing was heard. `detail` is for the log and the operator: bounded, the key taken out."""

    def __init__(self, kind: SpeechFailureKind, *, http_status: int | None = None, detail: str = "") -> None:
        super().__init__(kind, http_status)
        self.kind = kind
        self.http_status = http_status
        self.detail = detail


class OperationFailed(SpeechFailure):
    """The long interface took the recording, and recognised nothing of it: that is not billed."""
