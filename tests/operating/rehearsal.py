"""`make image-rehearsal`: the Dockerfile's own steps in a bare Debian root, and a dialogue with the result.

As root, with debootstrap. It shows a file or a package that is missing, a path that the user can't use, and
that start, health check and stop work. It can't show what is Docker's: the base image (here Debian's own
Python stands in), layers, volumes, limits.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bot.emulator.model import ModelServer
from bot.emulator.world import World
from bot.operating.health import probe
from tests.delivery.test_transport import free_port

CONTEXT = Path(__file__).parent.parent.parent
PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates"
GRACE_S = 60.0


@dataclass
class Stage:
    """What the instructions since a FROM have made."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin"}
    )
    user: str = "0"
    folder: str = "/"
    words: dict[str, list[str]] = field(default_factory=dict)
    """ENTRYPOINT, CMD and HEALTHCHECK."""

    def command(self, *words: str, **more: str) -> list[str]:
        """In the stage, as its user, in its folder, with its environment and no other."""
        variables = [f"{name}={value}" for name, value in (self.environment | more).items()]
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', self.folder, *words]
        return [
            "chroot",
            f"--userspec={self.user}:{self.user}",
            str(self.root),
            "env",
            "-i",
            *variables,
            *inside,
        ]


def build(base: Path, folder: Path) -> Stage:  # noqa: C901 - a case for each instruction
    """The last stage of the Dockerfile."""
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    text = re.sub(r"\\\n\s*", " ", (CONTEXT / "Dockerfile").read_text())
    for line in filter(None, text.splitlines()):
        say(f"→ {line[:150]}")
        word, _, rest = line.partition(" ")
        match word:
            case "FROM":
                stage = Stage(folder / f"stage-{len(stages)}")
                run("cp", "-a", str(base), str(stage.root))
                stages[rest.partition(" AS ")[2] or "last"] = stage
            case "RUN":
                run(*stage.command("sh", "-ec", rest, **pip_settings()))
            case "COPY":
                copy(stage, stages, rest)
            case "ENV":
                for name, value in re.findall(r"(\w+)=(\S+)", rest):
                    stage.environment[name] = value.replace("$PATH", stage.environment["PATH"])
            case "USER":
                stage.user = rest
            case "WORKDIR":
                stage.folder = rest
            case "ENTRYPOINT" | "CMD" | "HEALTHCHECK":
                stage.words[word] = json.loads(rest[rest.index("[") :])
            case "VOLUME" | "STOPSIGNAL":
                pass
            case _:
                raise ValueError(f"the rehearsal does not know {word}")
    return stage


def copy(stage: Stage, stages: dict[str, Stage], rest: str) -> None:
    *options, source, target = rest.split()
    origin = stages[options[0].removeprefix("--from=")].root if options else CONTEXT
    into = stage.root / target.lstrip("/")
    into.parent.mkdir(parents=True, exist_ok=True)
    whole = origin / source.lstrip("/")
    if whole.is_dir():
        ignored = None if options else shutil.ignore_patterns("__pycache__")
        shutil.copytree(whole, into, symlinks=True, ignore=ignored)
    else:
        shutil.copy2(whole, into)


def run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - the Dockerfile's own words


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def pip_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_CERT"))}


def bare_debian(root: Path) -> None:
    """With this machine's names, certificates and settings of pip, as a container would be given them."""
    sources = "".join(path.read_text() for path in Path("/etc/apt").glob("sources.list*/*.sources"))
    mirror = re.findall(r"^URIs:\s*(\S+)", sources, re.MULTILINE)[:1]
    run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root), *mirror)
    for name in ("etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt", "etc/pip.conf"):
        if Path("/", name).exists():
            shutil.copyfile(Path("/", name), root / name)


async def rehearse(stage: Stage) -> None:
    """A container's life: start, health, a question, SIGTERM."""
    port = free_port()
    home = stage.root / stage.folder.lstrip("/")
    before = {path.name for path in home.iterdir()}
    async with World() as world, ModelServer() as model:
        anna = world.user("Анна")
        model.reply("Небо голубое из-за рассеяния света.")
        variables = {
            "TELEGRAM_BOT_TOKEN": world.token,
            "TELEGRAM_API_URL": world.url,
            "YANDEX_CLOUD_FOLDER": "b1gfolder",
            "YANDEX_CLOUD_API_KEY": "AQVN-a-made-up-key",
            "YANDEX_CLOUD_BASE_URL": model.url,
            "HTTP_LISTEN": f"127.0.0.1:{port}",
        }
        words = stage.words["ENTRYPOINT"] + stage.words["CMD"]
        process = await asyncio.create_subprocess_exec(*stage.command(*words, **variables))
        try:
            await world.private(anna).say(anna, "Почему небо голубое?")
            await world.private(anna).see("рассеяния света", timeout_s=GRACE_S)
            healthy = await asyncio.create_subprocess_exec(
                *stage.command(*stage.words["HEALTHCHECK"], HTTP_LISTEN=variables["HTTP_LISTEN"])
            )
            assert await healthy.wait() == 0
            assert (await asyncio.to_thread(probe, variables["HTTP_LISTEN"]))[0] == 0
        finally:
            process.terminate()
            status = await asyncio.wait_for(process.wait(), GRACE_S)
        assert status == 0
    assert {path.stat().st_uid for path in (home / "data").iterdir()} == {int(stage.user)}
    assert {path.name for path in home.iterdir()} == before, "something was written beside the volume"


def main() -> int:
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        say("it needs root and debootstrap")
        return 1
    with tempfile.TemporaryDirectory(prefix="image-rehearsal-") as folder:
        base = Path(folder) / "base"
        bare_debian(base)
        stage = build(base, Path(folder))
        asyncio.run(rehearse(stage))
    say("the image's steps work: built, started, healthy, answered, stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
