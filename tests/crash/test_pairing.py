"""Two real processes on a real server: whatever ends either, nothing is lost, or done twice without cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.pairing import EVENTS, crash_pair
from tests.postgres import Server


@pytest.mark.timeout(240)
async def test_a_pair_whose_processes_and_server_end_once_each_way_loses_nothing(
    tmp_path: Path, postgres: Server
) -> None:
    ways = sorted(set(EVENTS))
    report = await crash_pair(tmp_path, postgres, events=len(ways), seed=1, names=ways, questions=21)
    assert report.faults() == []
    assert report.by_point == dict.fromkeys(ways, 1)
    assert report.questions > 20
