"""Voice messages as OGG with Opus, whose words stand in a comment of the file: nobody here can listen.

The container is RFC 3533 and RFC 7845; the sound of `spoken` is silence.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

RATE: Final = 48_000
FRAME: Final = RATE // 50
"""Samples of a packet of 20 ms."""
SILENCE: Final = b"\xf8\xff\xfe"
"""Opus for 20 ms of nothing."""
WORDS: Final = b"WORDS="
PACKETS_A_PAGE: Final = 50
FIRST, LAST = 2, 4


@dataclass(frozen=True, slots=True)
class Recording:
    """What a file says of itself."""

    duration_s: float
    channels: int
    words: str
    """Empty where the file does not say them."""


def spoken(words: str, *, duration_s: float = 3, channels: int = 1) -> bytes:
    """A voice message in which these words are said; empty for one in which nothing is."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, channels, 0, RATE, 0, 0)
    comment = WORDS + words.encode()
    comments = [comment] if words else []
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", len(comments))
    tags += b"".join(struct.pack("<I", len(each)) + each for each in comments)
    pages = [_page(0, FIRST, 0, [head]), _page(1, 0, 0, [tags])]
    packets = max(1, round(duration_s * RATE / FRAME))
    for number, at in enumerate(range(0, packets, PACKETS_A_PAGE), start=2):
        count = min(PACKETS_A_PAGE, packets - at)
        last = LAST if at + count == packets else 0
        pages.append(_page(number, last, (at + count) * FRAME, [SILENCE] * count))
    return b"".join(pages)


def read(content: bytes) -> Recording:
    """Raises ValueError for what is no OGG with Opus."""
    pages = list(_pages(content))
    if len(pages) < 2 or not pages[0][1].startswith(b"OpusHead"):
        raise ValueError("no OGG with Opus")
    channels, tags = pages[0][1][9], pages[1][1]
    words = ""
    if WORDS in tags:
        at = tags.index(WORDS)
        (length,) = struct.unpack_from("<I", tags, at - 4)
        words = tags[at + len(WORDS) : at + length].decode("utf-8", "replace")
    return Recording(pages[-1][0] / RATE, channels, words)


def as_voice(content: bytes) -> bytes:
    """What a browser's microphone gave, as clients send it: the same Opus in an OGG. ValueError: no sound."""
    with contextlib.suppress(ValueError):
        read(content)
        return content
    import av  # noqa: PLC0415  # only who speaks pays for it

    file = io.BytesIO()
    try:
        with av.open(io.BytesIO(content), "r") as given, av.open(file, "w", format="ogg") as made:
            (sound,) = given.streams.audio
            stream = made.add_stream_from_template(sound)
            for packet in given.demux(sound):
                if packet.dts is not None:
                    packet.stream = stream
                    made.mux(packet)
    except (av.FFmpegError, ValueError) as error:
        raise ValueError("no sound") from error
    return file.getvalue()


def _page(number: int, flags: int, granule: int, packets: list[bytes]) -> bytes:
    lacing = bytes(itertools.chain.from_iterable(_laced(len(packet)) for packet in packets))
    header = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, 1, number, 0, len(lacing)) + lacing
    page = bytearray(header + b"".join(packets))
    struct.pack_into("<I", page, 22, _checksum(page))
    return bytes(page)


def _laced(length: int) -> Iterator[int]:
    return itertools.chain(itertools.repeat(255, length // 255), [length % 255])


def _pages(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The granule position and the body of each page."""
    at = 0
    while content[at : at + 4] == b"OggS" and len(content) >= at + 27:
        (granule,) = struct.unpack_from("<q", content, at + 6)
        segments = content[at + 26]
        begin = at + 27 + segments
        end = begin + sum(content[at + 27 : begin])
        yield granule, content[begin:end]
        at = end


def _checksum(page: bytearray) -> int:
    crc = 0
    for byte in page:
        crc = (crc << 8) & 0xFFFFFFFF ^ _CRC[crc >> 24 ^ byte]
    return crc


def _crc(byte: int) -> int:
    value = byte << 24
    for _ in range(8):
        value = (value << 1) & 0xFFFFFFFF ^ (0x04C11DB7 if value & 0x80000000 else 0)
    return value


_CRC: Final = tuple(_crc(byte) for byte in range(256))
