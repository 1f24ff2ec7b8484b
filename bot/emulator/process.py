"""The bot's own process: started, killed without warning, started again, and watched."""

from __future__ import annotations

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

LONGEST_PAUSE_S: Final = 30.0
HEALTHY_S: Final = 30.0
"""A process that lived this long is started again after the shortest pause when it dies."""


class BotProcess:
    """Keeps one process alive, except where it was killed on purpose."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        tell: Callable[[Json], None],
        pause_s: float = 1.0,
    ) -> None:
        """`tell` gets the state at each change; the process writes its output to `log`.

        `pause_s` is the shortest pause before it is started again; it doubles while the process dies young.
        """
        self._command = command
        self._environment = environment
        self._folder = folder
        self._log = log
        self._tell = tell
        self._pause_s = pause_s
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._unwanted = asyncio.Event()
        self._unwanted.set()
        self._one_at_a_time = asyncio.Lock()
        self._restarts = 0
        self._exit: int | None = None
        self._since = 0.0
        """When the present life began, as a POSIX time."""

    @property
    def json(self) -> Json:
        pid = self._process.pid if self._process is not None else None
        return {
            "pid": pid,
            "up": pid is not None,
            "wanted": not self._unwanted.is_set(),
            "restarts": self._restarts,
            "exit": self._exit,
            "since": self._since,
        }

    async def start(self) -> None:
        """Starts it, unless it runs or is about to."""
        async with self._one_at_a_time:
            if self._unwanted.is_set():
                self._unwanted.clear()
                process = await self._spawn()
                self._keeper = asyncio.create_task(self._keep(process))

    async def kill(self) -> None:
        """As `kill -9` does: the process gets no chance to finish anything, and stays down until `start`."""
        await self._end(0)

    async def stop(self, grace_s: float) -> None:
        """SIGTERM, and `kill -9` after `grace_s`."""
        await self._end(grace_s)

    async def _end(self, grace_s: float) -> None:
        async with self._one_at_a_time:
            self._unwanted.set()
            if self._keeper is None:
                return
            if grace_s and self._process is not None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.terminate()
                await asyncio.wait({self._keeper}, timeout=grace_s)
            if self._process is not None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
            await self._keeper
            self._keeper = None

    async def _spawn(self) -> Process:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=dict(self._environment),
                cwd=self._folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for the demo, which then stops the bot
            )
        self._since = time.time()
        self._tell(self.json)
        return self._process

    async def _keep(self, process: Process) -> None:
        pause_s = self._pause_s
        while True:
            self._exit = await process.wait()
            self._process = None
            self._tell(self.json)
            if time.time() - self._since > HEALTHY_S:
                pause_s = self._pause_s
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._unwanted.wait(), pause_s)
                return
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            self._restarts += 1
            process = await self._spawn()
            if self._unwanted.is_set():  # meanwhile
                process.kill()
