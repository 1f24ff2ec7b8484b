"""Mutation testing: `python -m tests.mutation` says what the rooms' own tests do not notice.

Each mutant is one change in a copy of the tree; it is killed if the tests of its room fail, or no longer end.
The same `--seed` and `--count` draw the same mutants.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from tests.mutation.mutants import Mutant, drawn

ROOMS: Final = ("answering", "delivery", "markup", "model", "options", "store")
LEAST_S: Final = 90.0
TIMES_AS_LONG: Final = 3
"""A mutant may take so much of what its room's tests take; it is killed if that is not enough."""
SURVIVED: Final = "SURVIVED"
_OPTIONS: Final = "-qx -p no:cacheprovider -W ignore:Module --timeout=150"
_HEAVY: Final = "openai telegram.ext sqlalchemy alembic aiohttp markdown_it pydantic_settings"


def nearest_first(tree: Path, room: str, path: Path) -> list[str]:
    """The room's test files; those first that import the module, or speak of it."""

    def distance(test: Path) -> tuple[bool, bool, Path]:
        text = test.read_text()
        return ".".join(path.with_suffix("").parts) not in text, path.stem not in text, test

    return [str(test) for test in sorted(Path(tree, "tests", room).glob("test_*.py"), key=distance)]


def _run(folder: Path, tests: list[str], *, caches: bool) -> None:
    """Ends this process with pytest's exit status; third-party libraries are loaded already."""
    for name in [name for name in sys.modules if name.split(".")[0] in {"bot", "tests"}]:
        del sys.modules[name]
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = not caches
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os._exit(pytest.main([*_OPTIONS.split(), "-k", "not postgresql", *tests]))


def status_of(folder: Path, tests: list[str], *, within_s: float | None, caches: bool = False) -> int | None:
    """Pytest's; None if it took too long."""
    fork = multiprocessing.get_context("fork")
    child = fork.Process(target=_run, args=(folder, tests), kwargs={"caches": caches})
    child.start()
    child.join(within_s)
    if child.exitcode is None:
        child.kill()
        child.join()
        return None
    return child.exitcode


def seconds_of(room: str, folder: Path) -> float:
    """How long the room's tests take, which leave their compiled modules there. Raises if they fail."""
    began_s = time.monotonic()
    status = status_of(folder, nearest_first(folder, room, Path("bot", room)), within_s=None, caches=True)
    if status != pytest.ExitCode.OK:
        raise RuntimeError(f"the tests of {room} are not green as they are")
    return time.monotonic() - began_s


def fate(mutant: Mutant, folder: Path, within_s: float) -> str:
    """The file is then as it was, its time too: what was compiled of it is still right."""
    mutated = folder / mutant.path
    source, times = mutated.read_bytes(), mutated.stat()
    mutated.write_bytes(mutant.applied(source))
    os.utime(mutated, (0, 0))
    tests = nearest_first(folder, mutant.room, mutant.path)
    status = status_of(folder, tests, within_s=within_s)
    mutated.write_bytes(source)
    os.utime(mutated, ns=(times.st_atime_ns, times.st_mtime_ns))
    if status is None:
        return "endless"
    if status == pytest.ExitCode.INTERNAL_ERROR:
        raise RuntimeError(f"pytest failed: {mutant.told(folder)}")
    return SURVIVED if status == pytest.ExitCode.OK else "killed"


def fates(mutants: list[Mutant], tree: Path, seconds: dict[str, float]) -> list[str]:
    """One after the other, in a copy of their own."""
    with TemporaryDirectory() as folder:
        copied = Path(shutil.copytree(tree, Path(folder, "tree")))
        told = []
        for mutant in mutants:
            told.append(fate(mutant, copied, LEAST_S + TIMES_AS_LONG * seconds[mutant.room]))
            print(f"{told[-1]} {mutant.told(copied)}", flush=True)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", choices=ROOMS, action="append", help="one of them; all, if none is named")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311 - a draw of lots
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--goal", type=float, default=0.9, help="the share to be killed")
    chosen = parser.parse_args()
    mutants = drawn(chosen.room or list(ROOMS), chosen.count, chosen.seed)
    print(f"{len(mutants)} mutants, --seed {chosen.seed}", flush=True)
    for library in _HEAVY.split():
        import_module(library)
    fork = multiprocessing.get_context("fork")
    with TemporaryDirectory() as folder, ProcessPoolExecutor(chosen.jobs, mp_context=fork) as pool:
        tree = Path(folder, "tree")
        shutil.copytree(".", tree, symlinks=True, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        rooms = sorted({mutant.room for mutant in mutants})
        seconds = dict(zip(rooms, pool.map(seconds_of, rooms, repeat(tree)), strict=True))
        shares = [mutants[n :: chosen.jobs] for n in range(chosen.jobs)]
        told = list(pool.map(fates, shares, repeat(tree), repeat(seconds)))
    survived = Counter(
        mutant.room
        for share, ends in zip(shares, told, strict=True)
        for mutant, end in zip(share, ends, strict=True)
        if end == SURVIVED
    )
    for room, count in sorted(Counter(mutant.room for mutant in mutants).items()):
        print(f"{room:10} {count:4} mutants {count - survived[room]:4} killed")
    killed = 1 - survived.total() / len(mutants)
    print(f"{killed:.0%} killed; --seed {chosen.seed}")
    return 0 if killed >= chosen.goal else 1


if __name__ == "__main__":
    sys.exit(main())
