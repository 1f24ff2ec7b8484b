"""Runs the reader's process: one file in, its text, picture or sound out, within limits of time and memory.

Whatever a file does to its parser, it does to a process without environment or network, a minute long.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from bot.core.clock import Clock
from bot.core.tasks import within

_CHILD: Final = Path(__file__).with_name("child.py")
_HEAD_BYTES: Final = 1000
_AT_ONCE: Final = 2
_MEMORY_BYTES: Final = 600_000_000
"""Of address space, most of which a process never touches."""
_PICTURE_SIDE: Final = 1600
"""Pixels of the longer side: what a vision model sees of a page of text is still readable."""
_ENDS_WITHIN_S: Final = 5.0

log = logging.getLogger(__name__)


class Why(StrEnum):
    """Why a file can't be read, as a person can be told it."""

    EMPTY = "empty"
    NO_TEXT = "no_text"
    """A scan, a PDF without a text layer."""
    PASSWORD = "password"  # noqa: S105 - what a file asks for
    NOT_TEXT = "not_text"
    """Of a kind that is not read, or not what its name says."""
    TOO_HEAVY = "too_heavy"
    """It takes more time or memory than a file may."""
    TOO_LONG = "too_long"
    NO_SOUND = "no_sound"
    BROKEN = "broken"


class Unreadable(Exception):
    """The file can't be read; `detail` is for the log: a type's or a signal's name, nothing of the file."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Limits:
    """For one file."""

    cpu_s: int = 20
    wall_s: float = 60.0
    picture_bytes: int = 1_500_000


@dataclass(frozen=True, slots=True)
class ReadText:
    """A file's text, and how much of the file that is."""

    text: str
    unit: str
    """`pages` or `lines`; `percent` where a page or a line was cut in its middle."""
    read: int
    total: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without metadata, ready to be sent."""

    mime_type: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording's sound, OGG/Opus on one channel."""

    data: bytes
    duration_s: float


class FileReader:
    """At most two files are read at a time; others wait for their turn."""

    def __init__(self, clock: Clock, limits: Limits | None = None, *, script: Path = _CHILD) -> None:
        """`script` is what the process runs."""
        self._script = script
        self._clock = clock
        self._limits = limits or Limits()
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def text(self, data: bytes, *, characters: int) -> ReadText:
        """The first `characters` of a file's text. Raises Unreadable."""
        # A character takes at most four bytes.
        head, payload = await self._run(data, most_bytes=4 * characters, mode="text", characters=characters)
        return ReadText(
            payload.decode("utf-8", "replace"), head["unit"], head["read"], head["total"], head["whole"]
        )

    async def picture(self, data: bytes) -> Picture:
        """The picture scaled down to what `Limits` say. Raises Unreadable."""
        limits = self._limits
        head, payload = await self._run(
            data,
            most_bytes=8 * limits.picture_bytes,
            mode="picture",
            side=_PICTURE_SIDE,
            most_picture_bytes=limits.picture_bytes,
        )
        return Picture(head["mime_type"], payload, head["width"], head["height"])

    async def sound(self, data: bytes, *, most_s: int) -> Sound:
        """What is heard in a recording or a film of `most_s` seconds at the most. Raises Unreadable."""
        # A minute in the bit rate of speech is 180 kB; the container adds a little.
        head, payload = await self._run(data, most_bytes=6_000 * most_s, mode="audio", most_s=most_s)
        return Sound(payload, head["duration_s"])

    async def _run(self, data: bytes, *, most_bytes: int, **asked: Any) -> tuple[dict[str, Any], bytes]:
        asked |= {"memory_bytes": _MEMORY_BYTES, "cpu_s": self._limits.cpu_s}
        async with self._turn:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", str(self._script), json.dumps(asked)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
                start_new_session=True,
            )
            try:
                async with within(self._clock, self._limits.wall_s):
                    said = await _exchange(process, data, most_bytes + _HEAD_BYTES)
            except TimeoutError:
                raise Unreadable(Why.TOO_HEAVY, "time") from None
            finally:
                await self._end(process)
        return _result(said, process.returncode)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Kills it and lets go what it still said: it is not over for asyncio while that stands in the pipe.

        One that the kernel can't end, or whose pipe somebody else holds, is not waited for.
        """
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        with suppress(ProcessLookupError):
            process.kill()
        process.stdin.close()
        try:
            async with within(self._clock, _ENDS_WITHIN_S):
                with suppress(ConnectionError):  # it had not read all; asyncio logs what nobody asks for
                    await process.stdin.wait_closed()
                while await process.stdout.read(1 << 16):
                    pass
                await process.wait()
        except TimeoutError:
            log.warning("a reader's process does not end", extra={"pid": process.pid})


async def _exchange(process: asyncio.subprocess.Process, data: bytes, most_bytes: int) -> bytes:
    """What the process says until it ends. Raises Unreadable where that is more than was asked for."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101

    async def feed(stream: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):  # it ended before it had read all
            stream.write(data)
            await stream.drain()
            stream.close()

    feeding = asyncio.create_task(feed(process.stdin))
    try:
        said = bytearray()
        while piece := await process.stdout.read(1 << 16):
            said += piece
            if len(said) > most_bytes:
                raise Unreadable(Why.TOO_HEAVY, "output")
        await process.wait()
    finally:
        feeding.cancel()
    return bytes(said)


def _result(said: bytes, status: int | None) -> tuple[dict[str, Any], bytes]:
    if status != 0:  # killed by a limit, or by its parser's own fault
        raise Unreadable(Why.TOO_HEAVY, f"exit status {status}")
    line, _, payload = said.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if "error" in head:
        raise Unreadable(Why(head["error"]), str(head.get("type", "")))
    return head, payload
