"""The long crash test: `python -m tests.crash --kills 200` prints its figures as one line of JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.crash.counting import Report
from tests.crash.pairing import crash_pair
from tests.crash.running import crash
from tests.postgres import Server, programs


def main() -> int:
    """1 if anything was lost, or done twice without cause."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument(
        "--pair", type=int, metavar="EVENTS", help="instead, two processes on PostgreSQL and what ends them"
    )
    parser.add_argument("--webhook", action="store_true", help="updates are posted to the pair")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the database and the log stay (default: nowhere)")
    parser.add_argument("--live", action="store_true", help="answers are shown while they grow")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if options.pair:
            report = asyncio.run(_pair(folder, options))
        else:
            report = asyncio.run(crash(folder, kills=options.kills, seed=options.seed, live=options.live))
    print(json.dumps(asdict(report)))  # noqa: T201 - what the command says
    for fault in report.faults():
        print(fault, file=sys.stderr)  # noqa: T201 - what the command says
    return 1 if report.faults() else 0


async def _pair(folder: Path, options: argparse.Namespace) -> Report:
    server = Server(programs())
    try:
        return await crash_pair(
            folder, server, events=options.pair, seed=options.seed, webhook=options.webhook
        )
    finally:
        server.remove()


if __name__ == "__main__":
    sys.exit(main())
