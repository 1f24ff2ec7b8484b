"""What may go wrong with the key to the provider, whoever has it to give."""

from __future__ import annotations


class NoKey(Exception):
    """There is no key to be had now. `detail` is for the operator: bounded, with no secret in it."""

    def __init__(self, detail: str, *, temporary: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.temporary = temporary
        """Whether asking again may help, without the operator."""
