"""How long a recording is by its own file: what a sender claims decides neither its price nor its hearing."""

from __future__ import annotations

import re
import struct
from typing import Final

_OPUS_HZ: Final = 48_000
_PAGE: Final = re.compile(rb"OggS\x00[\x00-\x07](.{8})", re.DOTALL)
"""A page's beginning, with the count of all samples up to its end (RFC 3533; RFC 7845 has their rate)."""


def opus_s(data: bytes) -> float:
    """The seconds of an OGG with Opus; 0 where it is none, or does not tell."""
    if b"OpusHead" not in data[:512]:
        return 0.0
    ends: list[int] = [struct.unpack("<q", page[1])[0] for page in _PAGE.finditer(data)]
    return max([0, *ends]) / _OPUS_HZ
