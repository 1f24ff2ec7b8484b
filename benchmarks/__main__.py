"""`python -m benchmarks`: the whole bot measured; status 1 if a ratio is worse than the stored one."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import judging, plot, suites
from benchmarks.listening import hour, listening
from benchmarks.live import live
from benchmarks.pair import ends, pair
from benchmarks.soak import soak

DOCS = Path(__file__).parents[1] / "docs"
STORED = DOCS / "benchmarks.json"
PICTURE = DOCS / "images" / "benchmarks.svg"
PACKAGES = ("python-telegram-bot", "openai", "aiohttp", "SQLAlchemy", "uvloop")
SUITES: dict[str, Callable[[float, float], Awaitable[dict[str, Any]]]] = {
    "start": lambda _seconds, _minutes: suites.start(rounds=7),
    "latency": lambda seconds, _minutes: suites.latency(seconds),
    "capacity": lambda seconds, _minutes: suites.capacity(seconds),
    "growth": lambda seconds, _minutes: suites.growth(seconds),
    "fairness": lambda _seconds, _minutes: suites.fairness(),
    "listening": lambda seconds, _minutes: listening(seconds),
    "hour": lambda _seconds, _minutes: hour(),
    "capabilities": lambda seconds, _minutes: suites.capabilities(seconds),
    "live": lambda seconds, _minutes: live(seconds),
    "crash": lambda _seconds, _minutes: suites.crash(),
    "pair": lambda seconds, _minutes: pair(seconds),
    "ends": lambda _seconds, _minutes: ends(),
    "soak": lambda _seconds, minutes: soak(minutes),
}


async def measure(names: list[str], seconds: float, minutes: float) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name in names:
        figures[name] = await SUITES[name](seconds, minutes)
        print(json.dumps({name: figures[name]}, ensure_ascii=False, indent=1), flush=True)
    return figures


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "ms_for_a_million_additions": _speed_ms(),
        **{name: version(name) for name in PACKAGES},
    }


def _speed_ms() -> float:
    """What the figures can be held against on another day, or another machine."""
    began_s = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return round((time.process_time() - began_s) * 1e3, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SUITES, default=list(SUITES))
    parser.add_argument("--seconds", type=float, default=20.0, help="of each load")
    parser.add_argument("--minutes", type=float, default=30.0, help="of the soak")
    parser.add_argument(
        "--store", action="store_true", help=f"keep the figures of these suites in {STORED.name}"
    )
    options = parser.parse_args()
    figures = asyncio.run(measure(options.only, options.seconds, options.minutes))
    ratios = judging.ratios(figures)
    print(json.dumps(ratios, ensure_ascii=False, indent=1))
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {"ratios": {}}
    faults = judging.faults(figures)
    regressions = [] if options.store else judging.worse(ratios, stored["ratios"])
    if options.store and not faults:
        kept = {**stored, **figures, "machine": machine(), "ratios": stored["ratios"] | ratios}
        STORED.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        plot.draw(kept, PICTURE)
    for complaint in faults + regressions:
        print(f"worse: {complaint}", file=sys.stderr)
    return 1 if faults or regressions else 0


if __name__ == "__main__":
    sys.exit(main())
