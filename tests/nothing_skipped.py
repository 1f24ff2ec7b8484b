"""A pytest plugin: on CI a test that would be skipped fails, for what it lacks has to be installed there."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _judged(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _judged(report)


def _judged(report: Report) -> Report:
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"on CI nothing is skipped: {report.longreprtext}"
    return report
