"""How long an OGG with Opus is, whatever its pages and its sender say."""

from __future__ import annotations

import itertools
import struct

import pytest

from bot.emulator import recordings
from bot.speech.lengths import opus_s
from tests.files import making


def page(packets: list[bytes], *, stream: int = 1, flags: int = 0, whole: bool = True) -> bytes:
    """A page that claims no sample at all; its last packet goes on in a next one if it is not `whole`."""
    laced = [[255] * (len(packet) // 255) + [len(packet) % 255] for packet in packets]
    lacing = list(itertools.chain.from_iterable(laced))
    if not whole:
        lacing.pop()
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, 0, stream, 0, 0, len(lacing))
    return head + bytes(lacing) + b"".join(packets)


HEAD = page([b"OpusHead"]) + page([b"OpusTags"])


@pytest.mark.parametrize("seconds", [0.5, 3, 61])
def test_a_recording_is_as_long_as_its_sound(seconds: float) -> None:
    assert opus_s(recordings.spoken("слова", duration_s=seconds)) == seconds
    assert abs(opus_s(making.sound(seconds, "ogg", "libopus")) - seconds) < 0.1


@pytest.mark.parametrize(
    ("packet", "milliseconds"),
    [
        (b"\x18", 60),
        (b"\x19\x00", 120),
        (b"\x60", 10),
        (b"\x68", 20),
        (b"\x80", 2.5),
        (b"\xf8", 20),
        (b"\xfa\x00", 40),
        (b"\xfb\x06", 120),
        (b"\xfb\x3f", 120),
        (b"", 0),
    ],
)
def test_a_packet_tells_how_long_it_sounds(packet: bytes, milliseconds: float) -> None:
    assert opus_s(HEAD + page([packet] * 100)) == pytest.approx(milliseconds / 10)


def test_neither_streams_in_between_nor_pages_that_claim_to_continue_hide_a_packet() -> None:
    sound, junk = page([b"\xf8"]), page([bytes(255)], stream=2, whole=False)
    assert opus_s(HEAD + (junk + sound) * 50) >= 1
    assert opus_s(HEAD + page([b"\xf8"], flags=1) * 50) == 1


def test_a_packet_over_two_pages_counts_once() -> None:
    begun, rest = page([b"\xf8" + bytes(254)], whole=False), page([bytes(10)], flags=1)
    assert opus_s(HEAD + (begun + rest) * 50) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"OggS",
        b"OggS, OpusHead and nothing",
        HEAD + b"and more",
        HEAD + page([b"\xf8"])[:20],
        b"RIFF",
        making.sound(1, "ogg", "flac"),
    ],
    ids=lambda data: ascii(data[:12]),
)
def test_what_is_no_opus_or_broken_tells_nothing(data: bytes) -> None:
    assert opus_s(data) == 0
