"""`python -m benchmarks`: the whole bot measured; status 1 if a ratio is worse than the stored one."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import judging, suites

STORED = Path(__file__).parents[1] / "docs" / "benchmarks.json"
PACKAGES = ("python-telegram-bot", "openai", "aiohttp", "SQLAlchemy")
SUITES = ("start", "latency", "capacity", "growth", "fairness")


async def measure(names: list[str], seconds: float) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name in names:
        match name:
            case "start":
                figures[name] = await suites.start(rounds=7)
            case "fairness":
                figures[name] = await suites.fairness()
            case _:
                figures[name] = await getattr(suites, name)(seconds)
        print(json.dumps({name: figures[name]}, ensure_ascii=False, indent=1), flush=True)
    return figures


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SUITES, default=list(SUITES))
    parser.add_argument("--seconds", type=float, default=20.0, help="of each load")
    parser.add_argument("--store", action="store_true", help=f"keep the figures in {STORED.name}")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.only, options.seconds))
    ratios = judging.ratios(figures)
    print(json.dumps(ratios, ensure_ascii=False, indent=1))
    stored = json.loads(STORED.read_text()) if STORED.exists() else {"ratios": {}}
    if options.store:
        kept = {"machine": machine(), "ratios": ratios, **figures}
        STORED.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
        return 0
    regressions = judging.worse(ratios, stored["ratios"])
    for regression in regressions:
        print(f"worse: {regression}", file=sys.stderr)
    return 1 if regressions else 0


if __name__ == "__main__":
    sys.exit(main())
