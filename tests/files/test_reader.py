"""The reader's process does its work within its limits, whatever it is given."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bot.core.clock import SystemClock
from bot.files import FileReader, Limits, Unreadable, Why, child
from tests.clocks import FastClock, until
from tests.files import making

MUTANTS = int(os.environ.get("FUZZ_FILES", "60"))


@pytest.fixture
def reader() -> FileReader:
    return FileReader(SystemClock())


async def why(reader: FileReader, data: bytes) -> Why:
    with pytest.raises(Unreadable) as raised:
        await reader.text(data, characters=10_000)
    return raised.value.why


async def test_text_picture_and_sound_come_back(reader: FileReader) -> None:
    said = await reader.text(making.word("Привет"), characters=100)
    assert (said.text, said.unit, said.read, said.total, said.whole) == ("Привет", "lines", 1, 1, True)
    seen = await reader.picture(making.picture(3000, 100))
    assert (seen.mime_type, seen.width, seen.height) == ("image/jpeg", 1600, 53)
    heard = await reader.sound(making.sound(1), most_s=600)
    assert heard.data.startswith(b"OggS")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", Why.EMPTY),
        (making.pdf(""), Why.NO_TEXT),
        (making.pdf("x", encrypted=True), Why.PASSWORD),
        (making.picture(5, 5), Why.NOT_TEXT),
        (making.zip_bomb(), Why.TOO_HEAVY),
        (b"%PDF-1.7 and nothing more", Why.BROKEN),
    ],
)
async def test_what_can_not_be_read_says_why(reader: FileReader, data: bytes, expected: Why) -> None:
    assert await why(reader, data) is expected


async def test_bombs_that_lie_end_in_their_own_process(reader: FileReader) -> None:
    assert await why(reader, making.lying(making.zip_bomb())) in {Why.TOO_HEAVY, Why.BROKEN}
    assert await why(reader, making.billion_laughs()) in {Why.TOO_HEAVY, Why.BROKEN, Why.NO_TEXT}
    with pytest.raises(Unreadable):
        await reader.picture(making.huge_picture())


async def test_a_file_that_keeps_its_parser_busy_is_given_up() -> None:
    reader = FileReader(SystemClock(), Limits(cpu_s=1))
    page = b"<html>" + b"<p>a line of a page without end" * 600_000
    assert await why(reader, page) is Why.TOO_HEAVY


async def test_when_the_time_is_over_the_process_is_ended() -> None:
    reader = FileReader(SystemClock(), Limits(wall_s=0.001))
    assert await why(reader, b"a text") is Why.TOO_HEAVY
    assert [each for each in psutil.Process().children() if "child.py" in " ".join(each.cmdline())] == []


async def test_what_says_too_much_is_ended_and_what_it_still_says_let_go() -> None:
    reader = FileReader(SystemClock(), Limits(picture_bytes=1000))
    with pytest.raises(Unreadable) as raised:
        await reader.picture(making.noise(1600))
    assert (raised.value.why, raised.value.detail) == (Why.TOO_HEAVY, "output")
    assert [each for each in psutil.Process().children() if "child.py" in " ".join(each.cmdline())] == []


async def test_a_process_whose_pipe_another_holds_is_not_waited_for(tmp_path: Path) -> None:
    script, left = tmp_path / "leaves.py", tmp_path / "pid"
    script.write_text(
        "import os, sys, time\n"
        "pid = os.fork()\n"
        "if not pid:\n    os.setsid()\n    time.sleep(60)\n"
        f"open({str(left)!r}, 'w').write(str(pid))\n"
    )
    before = psutil.Process().num_fds()
    reader = FileReader(FastClock(20), Limits(wall_s=20), script=script)
    assert await why(reader, b"a text") is Why.TOO_HEAVY
    holder = psutil.Process(int(left.read_text()))
    assert holder.is_running()
    holder.kill()
    await until(lambda: psutil.Process().num_fds() <= before)


async def test_one_that_is_ended_before_it_has_read_all_leaves_no_word_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reader = FileReader(SystemClock(), Limits(wall_s=0.02))
    for _ in range(5):
        assert await why(reader, bytes(5_000_000)) is Why.TOO_HEAVY
    gc.collect()
    await asyncio.sleep(0)
    assert caplog.records == []


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('/tmp/never-written', 'w')",
        "import os; os.open('/tmp/never-written', os.O_CREAT | os.O_WRONLY)",
        "bytearray(2_000_000_000)",
    ],
)
def test_the_process_has_no_network_no_disk_no_children_and_little_memory(code: str) -> None:
    confined = f"m = runpy.run_path({child.__file__!r}); m['confine'](memory_bytes=600_000_000, cpu_s=5)"
    done = subprocess.run(  # noqa: S603 - the interpreter that runs this
        [sys.executable, "-I", "-c", f"import runpy; {confined}\n{code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "PermissionError" in done.stderr or "MemoryError" in done.stderr


@pytest.mark.timeout(60 + MUTANTS)
async def test_files_broken_at_random_are_read_or_refused_and_nothing_else(reader: FileReader) -> None:
    """Two at a time, as the bot reads them; nothing is left of any of them."""
    chance = random.Random(7)  # noqa: S311 - the same files each time
    seeds = [
        making.pdf("one", "two"), making.word("a", table=[["b"]]), making.picture(60, 40), making.sound(0.2)
    ]  # fmt: skip
    outcomes: set[str] = set()
    itself = psutil.Process()

    async def read(seed: int, data: bytes) -> object:
        if seed == 2:
            return await reader.picture(data)
        return await reader.sound(data, most_s=60) if seed == 3 else await reader.text(data, characters=1000)

    async def note(seed: int, data: bytes) -> None:
        try:
            outcomes.add(type(await read(seed, data)).__name__)
        except Unreadable as refused:
            outcomes.add(refused.why)

    def broken(seed: int) -> bytes:
        data = bytearray(seeds[seed])
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        return bytes(data)

    await reader.text(b"a text", characters=10)
    files, memory = itself.num_fds(), itself.memory_info().rss
    for _ in range(0, MUTANTS, len(seeds)):
        await asyncio.gather(*(note(seed, broken(seed)) for seed in range(len(seeds))))
    assert {"ReadText", "Picture", Why.BROKEN} <= outcomes
    assert itself.num_fds() <= files
    assert itself.memory_info().rss - memory < 30_000_000
