"""How long a recording is by its own sound: what it claims decides neither its price nor its hearing."""

from __future__ import annotations

from typing import Final

_PAGE: Final = 27
"""Bytes of a page's head; the lengths of its pieces follow, and then the pieces (RFC 3533)."""
_CONTINUES: Final = 1
_FRAME_MS: Final = (*(10.0, 20.0, 40.0, 60.0) * 3, *(10.0, 20.0) * 2, *(2.5, 5.0, 10.0, 20.0) * 4)
"""By a packet's mode: twelve of SILK, four hybrid ones, sixteen of CELT."""
_LONGEST_PACKET_MS: Final = 120.0


def has_one_channel(data: bytes) -> bool:
    """Of an OGG with Opus; of several the provider gives the words of each (RFC 7845, 5.1)."""
    head = data.find(b"OpusHead", 0, 512)
    return head >= 0 and data[head + 9 : head + 10] == b"\x01"


def opus_s(data: bytes) -> float:
    """The seconds of sound in an OGG with Opus; 0 where it is none, or broken.

    Counted packet by packet, as a decoder would: a page's own count of samples may be a lie.
    """
    if b"OpusHead" not in data[:512]:
        return 0.0
    found_ms, at = 0.0, 0
    unfinished: dict[bytes, bool] = {}
    while at < len(data):
        head = data[at : at + _PAGE]
        if not head.startswith(b"OggS") or len(head) < _PAGE:
            return 0.0
        lengths = data[at + _PAGE : at + _PAGE + head[26]]
        at += _PAGE + len(lengths)
        stream = head[14:18]
        begins = not (head[5] & _CONTINUES and unfinished.get(stream, False))
        for length in lengths:
            if begins and not data.startswith(b"Opus", at):  # its head and its tags are no sound
                found_ms += _packet_ms(data[at : at + 2])
            at += length
            begins = length < 255
        unfinished[stream] = not begins
    return found_ms / 1000


def _packet_ms(packet: bytes) -> float:
    """By the first two bytes of a packet (RFC 6716, 3.1)."""
    if not packet:
        return 0.0
    frames = (1, 2, 2, packet[-1] & 63)[packet[0] & 3]
    return min(_LONGEST_PACKET_MS, frames * _FRAME_MS[packet[0] >> 3])
