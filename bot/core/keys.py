"""The key to the provider, whoever has it to give: what may go wrong with it."""

from __future__ import annotations


class NoKey(Exception):
    """There is no key to be had now. `detail` is for the operator: bounded, with no secret in it."""

    def __init__(self, detail: str, *, temporary: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.temporary = temporary
        """Whether asking again may help, without the operator."""


def can_be_sent(key: str) -> bool:
    """Whether a key can stand in a header at all; one copied with a line break or a mark can't."""
    return bool(key) and key.isascii() and key.isprintable() and " " not in key
