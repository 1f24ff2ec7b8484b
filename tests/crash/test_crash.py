"""The real process, killed at each point of an answer's way: nothing is lost, or done twice without cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.killing import GROWING, POINTS
from tests.crash.running import crash


@pytest.mark.timeout(240)
async def test_killed_once_at_each_point_it_loses_nothing(tmp_path: Path) -> None:
    report = await crash(tmp_path, kills=len(POINTS), seed=1)
    assert report.faults() == []
    assert report.kills == len(POINTS)
    assert report.questions > 20
    assert report.charges >= report.questions


@pytest.mark.timeout(240)
async def test_killed_once_at_each_point_of_a_growing_answer_it_leaves_one_whole_answer(
    tmp_path: Path,
) -> None:
    report = await crash(tmp_path, kills=len(GROWING), seed=2, live=True)
    assert report.faults() == []
    assert report.kills == len(GROWING)
    assert report.questions > 10
