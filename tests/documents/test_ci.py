"""What CI promises: nothing is skipped there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = "import pytest\n\ndef test_it():\n    pytest.skip('no chromium')\n"
SKIPS_ALL = "import pytest\npytest.skip('no chromium', allow_module_level=True)\n"


@pytest.mark.parametrize("source", [SKIPS, SKIPS_ALL], ids=["a test", "a module"])
@pytest.mark.parametrize("ci", ["", "true"])
def test_a_test_that_would_be_skipped_fails_on_ci(tmp_path: Path, source: str, ci: str) -> None:
    (tmp_path / "test_skipping.py").write_text(source)
    (tmp_path / "pytest.ini").touch()
    command = (sys.executable, "-m", "pytest", "-p", "tests.nothing_skipped", "-p", "no:cacheprovider", ".")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "CI": ci}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert ("1 skipped" in done.stdout) is not bool(ci)
    assert ("on CI nothing is skipped: " in done.stdout) is bool(ci)
    assert "no chromium" in done.stdout or not ci
    if ci:
        assert done.returncode != 0
